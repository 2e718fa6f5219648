"""People of staff, their roles, and oneself."""

from typing import Any

from api.admin.context import AdminContext
from api.admin.deleting import deletion, deletions
from api.graphql.ids import parse_id
from core.errors import InvalidInput
from models import StaffUser
from services.staff import ROLES, check_may
from services.staff.people import change_oneself, change_staff, get_staff, let_go, list_staff, take_on

Args = dict[str, Any]
Shape = dict[str, Any]

# A role's number is its place in the table.
_BY_ID = {str(number): code for number, code in enumerate(ROLES, 1)}
_DESCRIPTIONS = {
    "owner": "May do everything.",
    "catalogue": "Keeps products, pictures and shelves.",
    "desk": "Works on orders and answers customers.",
    "finance": "Looks after refunds and payouts.",
    "support": "Answers customers and looks after their channels.",
    "seller": "Sells in a shop of their own.",
}


async def roles(_: Any, __: Args, context: AdminContext, ___: Any) -> Shape:
    check_may(await context.desk(), "ReadAdministrator")
    return {"items": [role_shape(code) for code in ROLES], "totalItems": len(ROLES)}


async def administrators(_: Any, __: Args, context: AdminContext, ___: Any) -> Shape:
    found = await list_staff(await context.desk())
    return {"items": [staff_shape(staff) for staff in found], "totalItems": len(found)}


async def administrator(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    return staff_shape(await get_staff(await context.desk(), parse_id(args["id"])))


async def active_administrator(_: Any, __: Args, context: AdminContext, ___: Any) -> Shape | None:
    desk = await context.someone()
    return staff_shape(await get_staff(desk, desk.staff_id)) if desk else None


async def create(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    given = args["input"]
    seller_id = given.get("sellerId")
    staff = await take_on(
        await context.desk(),
        first_name=given["firstName"],
        last_name=given["lastName"],
        email=given["emailAddress"],
        password=given["password"],
        role=_role(given["roleIds"]),
        seller_id=None if seller_id is None else parse_id(seller_id),
    )
    return staff_shape(staff)


async def update(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    given = args["input"]
    roles_given = given.get("roleIds")
    role = None if roles_given is None else _role(roles_given)
    changed = await change_staff(await context.desk(), parse_id(given["id"]), role=role, **_said(given))
    return staff_shape(changed)


async def update_active(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    return staff_shape(await change_oneself(await context.desk(), **_said(args["input"])))


def _said(given: Args) -> dict[str, str | None]:
    return {
        "first_name": given.get("firstName"),
        "last_name": given.get("lastName"),
        "email": given.get("emailAddress"),
        "password": given.get("password"),
    }


def _role(ids: list[str]) -> str:
    if len(ids) != 1 or ids[0] not in _BY_ID:
        raise InvalidInput("Everybody of staff has one role.", field="roleIds")
    return _BY_ID[ids[0]]


def role_shape(code: str) -> Shape:
    number = list(ROLES).index(code) + 1
    return {
        "id": str(number),
        "code": code,
        "description": _DESCRIPTIONS[code],
        "permissions": sorted(ROLES[code]),
    }


def staff_shape(staff: StaffUser) -> Shape:
    return {
        "id": str(staff.id),
        "createdAt": staff.created_at,
        "updatedAt": staff.updated_at,
        "firstName": staff.first_name,
        "lastName": staff.last_name,
        "emailAddress": staff.email,
        "mustChangePassword": staff.must_change_password,
        "user": {
            "id": str(staff.id),
            "identifier": staff.email,
            "verified": True,
            "email": staff.email,
            "fullName": f"{staff.first_name} {staff.last_name}".strip() or None,
            "roles": [role_shape(staff.role)] if staff.role in ROLES else [],
        },
    }


RESOLVERS = {
    "Query.roles": roles,
    "Query.administrators": administrators,
    "Query.administrator": administrator,
    "Query.activeAdministrator": active_administrator,
    "Mutation.createAdministrator": create,
    "Mutation.updateAdministrator": update,
    "Mutation.updateActiveAdministrator": update_active,
    "Mutation.deleteAdministrator": deletion(let_go),
    "Mutation.deleteAdministrators": deletions(let_go),
}
