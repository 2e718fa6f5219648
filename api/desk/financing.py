"""Financing at the desk: sessions found, one with all that was decided, fell due and was told, and called off."""

from collections.abc import Mapping
from typing import Any, Literal

from api.desk.forms import Form
from api.desk.pages import Done, Outcome, Pages
from api.desk.rendering import spaced
from api.desk.visits import Visit
from services.financing.desk import (
    LISTED,
    MOST_COUNTED,
    NEEDS,
    SessionEvent,
    call_off_session,
    list_sessions,
    show_session,
)
from services.financing.states import PASSING, SESSION_STATES

pages = Pages()
STATES = tuple(SESSION_STATES.transitions)
MAY_ACT = ("UpdateOrder",)


class Reason(Form):
    reason: str = ""
    sure: Literal["yes"]


@pages.page("/financing", "Financing", "financing_sessions.html", needs=(NEEDS,), nav=("Sales", "Financing"))
async def sessions(visit: Visit) -> Mapping[str, Any]:
    found, total = await list_sessions(
        visit.desk,
        visit.listing(sorts=LISTED),
        state=visit.asked_choice("state", STATES),
        words=visit.asked("q"),
    )
    return {
        "sessions": found,
        "total": total,
        "more": total > MOST_COUNTED,
        "states": [(state, spaced(state)) for state in STATES],
    }


@pages.page("/financing/{id:[0-9]{1,18}}", "Financing session", "financing_session.html", needs=(NEEDS,))
async def session(visit: Visit) -> Mapping[str, Any]:
    found = await show_session(visit.desk, visit.id)
    return {
        "found": found,
        "session": found.session,
        "events": [(each, _said(visit, each)) for each in found.events],
        "may_call_off": visit.may(*MAY_ACT) and found.session.state in PASSING,
    }


@session.act("call_off", needs=MAY_ACT, form=Reason)
async def call_off(visit: Visit, form: Reason) -> Outcome:
    await call_off_session(visit.desk, visit.id, form.reason)
    return Done("Session cancelled. The lender is told.")


def _said(visit: Visit, event: SessionEvent) -> str:
    """What an event holds, in words; amounts as money."""
    held = {
        name.removesuffix("_minor").replace("_", " "): visit.money(value)
        if name.endswith("_minor") and isinstance(value, int)
        else value
        for name, value in event.data.items()
        if value not in (None, "")
    }
    return ", ".join(f"{name} {value}" for name, value in held.items())
