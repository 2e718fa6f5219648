"""People of staff: taking them on, changing their role, helping them in again, letting them go."""

from collections.abc import Mapping
from typing import Any

from api.desk.forms import Confirmed, Form
from api.desk.pages import Done, Outcome, Pages, Show
from api.desk.visits import Visit
from core.ids import readable_code
from models import Platform
from services.sellers.keeping import list_sellers
from services.staff.people import change_staff, get_staff, let_go, list_staff, take_on
from services.staff.permissions import ROLES, may
from services.staff.second_factor import require_second_factor, reset_second_factor

pages = Pages()

# What each role is for, to whoever chooses one.
ROLES_SAID = {
    "owner": "Owner: may do everything",
    "desk": "Desk: orders and customers",
    "catalogue": "Catalogue: products, images and categories",
    "finance": "Finance: refunds, payouts and the ledger",
    "support": "Support: answers customers",
    "seller": "Seller: their own shop only",
}
TEMPORARY_LENGTH = 12


class Invited(Form):
    first_name: str
    last_name: str
    email: str
    role: str
    seller_id: int | None = None


class Role(Form):
    role: str


class Required(Form):
    required: bool = False


@pages.page("/people", "Staff", "people.html", needs=("ReadAdministrator",), nav=("Administration", "Staff"))
async def people(visit: Visit) -> Mapping[str, Any]:
    return {
        "staff": await list_staff(visit.desk),
        "roles": list(ROLES_SAID.items()),
        "sellers": await sellers_to_choose(visit),
        "required": (await Platform.get(id=visit.scope.platform_id)).staff_second_factor,
        "invited": None,
    }


@people.act("invite", needs=("CreateAdministrator",), form=Invited)
async def invite(visit: Visit, form: Invited) -> Outcome:
    """They are taken on with a password that is shown once, and that they must change."""
    password = readable_code(TEMPORARY_LENGTH)
    staff = await take_on(
        visit.desk,
        first_name=form.first_name,
        last_name=form.last_name,
        email=form.email,
        password=password,
        role=form.role,
        seller_id=form.seller_id,
    )
    return Show({"invited": (staff.email, password)})


@people.act("require", needs=("UpdateGlobalSettings",), form=Required)
async def require(visit: Visit, form: Required) -> Outcome:
    await require_second_factor(visit.desk, form.required)
    return Done(
        "A second factor is now required for all staff."
        if form.required
        else "A second factor is now optional."
    )


@pages.page("/people/{id:[0-9]{1,18}}", "Staff member", "person.html", needs=("ReadAdministrator",))
async def person(visit: Visit) -> Mapping[str, Any]:
    return {
        "who": await get_staff(visit.desk, visit.id),
        "roles": [(code, words) for code, words in ROLES_SAID.items() if code != "seller"],
        "mine": visit.id == visit.desk.staff_id,
        "secret": None,
    }


@person.act("role", needs=("UpdateAdministrator",), form=Role)
async def role(visit: Visit, form: Role) -> Outcome:
    await change_staff(visit.desk, visit.id, role=form.role)
    return Done("Role changed. Their sessions have ended.")


@person.act("password", needs=("UpdateAdministrator",), form=Confirmed)
async def password(visit: Visit, _: Confirmed) -> Outcome:
    """A new password for somebody who forgot theirs; it is shown once."""
    chosen = readable_code(TEMPORARY_LENGTH)
    await change_staff(visit.desk, visit.id, password=chosen)
    return Show({"secret": chosen})


@person.act("factor", needs=("UpdateAdministrator",), form=Confirmed)
async def factor(visit: Visit, _: Confirmed) -> Outcome:
    await reset_second_factor(visit.desk, visit.id)
    return Done("Second factor reset. Their sessions have ended.")


@person.act("leave", needs=("DeleteAdministrator",), form=Confirmed)
async def leave(visit: Visit, _: Confirmed) -> Outcome:
    await let_go(visit.desk, visit.id)
    return Done("Access ended. They can no longer sign in.", to="/admin/people")


async def sellers_to_choose(visit: Visit) -> list[tuple[int | str, str]]:
    """The shop's sellers, for a form that names one."""
    if not may(visit.desk, "ReadSeller"):
        return []
    found, _ = await list_sellers(visit.desk, visit.listing(take=100))
    return [("", "None"), *((each.id, each.name) for each in found)]


assert set(ROLES_SAID) == set(ROLES)
