"""Organizations and their members at the desk."""

from typing import Any

from api.admin.context import AdminContext
from api.admin.deleting import deletion, deletions
from api.graphql.ids import parse_id
from api.vendure.listing import Names, read_listing
from api.vendure.mapping import customer_shape
from api.vendure.organizations import organization_shape
from core.errors import NotFound
from models import Customer
from services.accounts.directory import customers_by_id
from services.organizations.keeping import (
    add_member,
    change_role,
    create_organization,
    delete_organization,
    remove_member,
    rename_organization,
)
from services.organizations.reading import (
    LISTED,
    MEMBERS_LISTED,
    MemberView,
    find_member,
    find_organization,
    list_members,
    list_organizations,
)

Args = dict[str, Any]
Shape = dict[str, Any]

_NAMES: Names = {
    "id": "id",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "name": "name",
    "memberCount": "members",
}
_MEMBER_NAMES: Names = {
    "createdAt": "created_at",
    "customerId": "customer_id",
    "customerName": "customer_name",
    "role": "role",
}


async def organizations(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    listing = read_listing(args.get("options"), _NAMES, LISTED)
    found, total = await list_organizations(await context.desk(), listing)
    return {"items": [organization_shape(each) for each in found], "totalItems": total}


async def organization(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    return await _shown(context, parse_id(args["id"]))


async def members(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    desk = await context.desk()
    listing = read_listing(args.get("options"), _MEMBER_NAMES, MEMBERS_LISTED)
    found, total = await list_members(desk, parse_id(args["organizationId"]), listing)
    ids = [each.customer_id for each in found]
    customers = await customers_by_id(desk.scope, ids) if ids else {}
    return {"items": [_member(each, customers[each.customer_id]) for each in found], "totalItems": total}


async def create(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    made = await create_organization(await context.desk(), args["input"]["name"])
    return await _shown(context, made)


async def update(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    organization_id = parse_id(args["input"]["id"])
    await rename_organization(await context.desk(), organization_id, args["input"]["name"])
    return await _shown(context, organization_id)


async def add(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    which = _which(args["input"])
    await add_member(await context.desk(), *which, args["input"]["role"].lower())
    return await _shown_member(context, *which)


async def change(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    which = _which(args["input"])
    await change_role(await context.desk(), *which, args["input"]["role"].lower())
    return await _shown_member(context, *which)


async def remove(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    organization_id, customer_id = _which(args)
    await remove_member(await context.desk(), organization_id, customer_id)
    return await _shown(context, organization_id)


def _which(given: Args) -> tuple[int, int]:
    return parse_id(given["organizationId"]), parse_id(given["customerId"])


async def _shown(context: AdminContext, organization_id: int) -> Shape | None:
    found = await find_organization(await context.desk(), organization_id)
    return organization_shape(found) if found else None


async def _shown_member(context: AdminContext, organization_id: int, customer_id: int) -> Shape:
    desk = await context.desk()
    found = await find_member(desk, organization_id, customer_id)
    if found is None:  # removed again by somebody else, at this moment
        raise NotFound("There is no such member.", field="customerId")
    return _member(found, (await customers_by_id(desk.scope, [customer_id]))[customer_id])


def _member(found: MemberView, customer: Customer) -> Shape:
    return {
        "organizationId": str(found.organization_id),
        "customer": customer_shape(customer),
        "role": found.role.upper(),
        "createdAt": found.created_at,
    }


RESOLVERS = {
    "Query.organizations": organizations,
    "Query.organization": organization,
    "Query.organizationMembers": members,
    "Mutation.createOrganization": create,
    "Mutation.updateOrganization": update,
    "Mutation.deleteOrganization": deletion(delete_organization),
    "Mutation.deleteOrganizations": deletions(delete_organization),
    "Mutation.addOrganizationMember": add,
    "Mutation.updateOrganizationMember": change,
    "Mutation.removeOrganizationMember": remove,
}
