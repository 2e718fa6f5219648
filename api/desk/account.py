"""One's own account: name, password, second factor, and the browsers that are signed in."""

from collections.abc import Mapping
from typing import Any

import segno
from markupsafe import Markup

from api.desk.forms import Form
from api.desk.pages import Done, Outcome, Pages, Show
from api.desk.visits import Visit
from core.errors import InvalidInput
from services.staff.people import change_oneself, get_staff
from services.staff.second_factor import confirm, enrol, factor_of, renew_codes, turn_off
from services.staff.sessions import end_sessions, list_sessions

pages = Pages()


class Named(Form):
    first_name: str
    last_name: str


class NewPassword(Form):
    old: str
    password: str
    again: str


class Code(Form):
    code: str


class Ending(Form):
    id: int


@pages.page("/account", "Your account", "account.html")
async def account(visit: Visit) -> Mapping[str, Any]:
    desk = visit.desk
    factor = await factor_of(desk)
    enrolment = None if factor.on or desk.must_change_password else await enrol(desk)
    return {
        "me": await get_staff(desk, desk.staff_id),
        "factor": factor,
        "enrolment": enrolment,
        "qr": _drawn(enrolment.address) if enrolment else "",
        "codes": [],
        "sessions": await list_sessions(desk),
    }


@account.act("name", form=Named)
async def name(visit: Visit, form: Named) -> Outcome:
    await change_oneself(visit.desk, first_name=form.first_name, last_name=form.last_name)
    return Done("Name saved.")


@account.act("password", form=NewPassword)
async def password(visit: Visit, form: NewPassword) -> Outcome:
    """All sessions end with the old password, this one as well."""
    if form.password != form.again:
        raise InvalidInput("The two passwords are not the same.", field="again")
    await change_oneself(visit.desk, password=form.password, old_password=form.old)
    return Done("Password changed. Sign in with the new one.", to="/admin/sign-in")


@account.act("confirm", form=Code)
async def confirm_factor(visit: Visit, form: Code) -> Outcome:
    return Show({"codes": await confirm(visit.desk, form.code)})


@account.act("renew", form=Code)
async def renew(visit: Visit, form: Code) -> Outcome:
    return Show({"codes": await renew_codes(visit.desk, form.code)})


@account.act("turn_off", form=Code)
async def off(visit: Visit, form: Code) -> Outcome:
    await turn_off(visit.desk, form.code)
    return Done("Your second factor is off.")


@account.act("end", form=Ending)
async def end(visit: Visit, form: Ending) -> Outcome:
    await end_sessions(visit.desk, session_id=form.id)
    return Done("Session ended.")


@account.act("end_others")
async def end_others(visit: Visit, _: Form) -> Outcome:
    ended = await end_sessions(visit.desk, but=visit.session.id)
    return Done(f"{ended} other sessions ended." if ended != 1 else "One other session ended.")


def _drawn(address: str) -> Markup:
    """A QR code, which carries no style of its own."""
    return Markup(
        segno.make(address, error="m").svg_inline(omitsize=True, border=0, svgclass="qr", lineclass=None)
    )
