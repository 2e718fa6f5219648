"""Customers: found by whatever a caller says, shown on one page, corrected, locked, and let go."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Literal

from api.desk.forms import Form
from api.desk.pages import Done, Outcome, Pages
from api.desk.visits import PER_PAGE, Visit
from services.accounts.directory import correct_customer
from services.accounts.names import split_name
from services.customers.channels import flag_channel
from services.customers.closing import close_customer, closing_of, export_link, obstacles_at_desk
from services.customers.finding import find_customers
from services.customers.locking import lock_customer, unlock_customer
from services.customers.profile import ProfileView, bills_at_desk, card_at_desk, profile_of
from services.customers.transcript import transcript_of
from services.orders.desk import list_orders_at_desk

pages = Pages()
LINES = 50


class Reason(Form):
    reason: str


class Closing(Form):
    reason: str
    sure: Literal["yes"]


class Corrected(Form):
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None


class Channel(Form):
    channel_id: int


@pages.page("/customers", "Customers", "customers.html", needs=("ReadCustomer",), nav=("Sales", "Customers"))
async def customers(visit: Visit) -> Mapping[str, Any]:
    found, more = await find_customers(
        visit.desk, visit.asked("q")[:100], skip=(visit.page_number - 1) * PER_PAGE, take=PER_PAGE
    )
    return {"found": found, "more": more}


async def _orders(visit: Visit, _: ProfileView) -> Mapping[str, Any]:
    orders, total = await list_orders_at_desk(
        visit.desk, visit.listing(), customer_id=visit.id, wants=frozenset({"totals"})
    )
    return {"orders": orders, "total": total}


async def _card(visit: Visit, _: ProfileView) -> Mapping[str, Any]:
    lines = await card_at_desk(
        visit.desk, visit.id, skip=(visit.page_number - 1) * PER_PAGE, take=PER_PAGE + 1
    )
    return {"lines": lines[:PER_PAGE], "more": len(lines) > PER_PAGE}


async def _bills(visit: Visit, profile: ProfileView) -> Mapping[str, Any]:
    skip = (visit.page_number - 1) * PER_PAGE
    return {
        "bills": await bills_at_desk(visit.desk, visit.id, skip=skip, take=PER_PAGE),
        "total": profile.bills,
    }


async def _words(visit: Visit, _: ProfileView) -> Mapping[str, Any]:
    lines = await transcript_of(visit.desk, visit.id, before=_before(visit), take=LINES)
    older = lines[-1].at.isoformat() if len(lines) == LINES else None
    return {"said": lines[::-1], "older": older}


async def _person(visit: Visit, profile: ProfileView) -> Mapping[str, Any]:
    return {
        "closing": await closing_of(visit.desk, visit.id),
        "obstacles": await obstacles_at_desk(visit.desk, visit.id) if visit.may("DeleteCustomer") else [],
        "name": split_name(profile.customer.full_name, profile.customer.last_name),
    }


def _before(visit: Visit) -> datetime | None:
    try:
        at = datetime.fromisoformat(visit.asked("before"))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


# By what the address says: the tab's name, the permission that it needs, and what it shows.
TABS: dict[str, tuple[str, str, Callable[[Visit, ProfileView], Awaitable[Mapping[str, Any]]]]] = {
    "": ("Profile", "ReadCustomer", _person),
    "orders": ("Orders", "ReadOrder", _orders),
    "card": ("Card", "ReadCustomer", _card),
    "bills": ("Bills", "ReadCustomer", _bills),
    "words": ("Conversation", "AnswerConversation", _words),
}


@pages.page("/customers/{id:[0-9]{1,18}}", "Customer", "customer.html", needs=("ReadCustomer",))
async def customer(visit: Visit) -> Mapping[str, Any]:
    profile = await profile_of(visit.desk, visit.id)
    tabs = {key: name for key, (name, needs, _) in TABS.items() if visit.may(needs)}
    tab = visit.asked_choice("tab", tabs)
    return {"profile": profile, "tabs": tabs, "tab": tab, **await TABS[tab][2](visit, profile)}


@customer.act("lock", needs=("UpdateCustomer",), form=Reason)
async def lock(visit: Visit, form: Reason) -> Outcome:
    await lock_customer(visit.desk, visit.id, form.reason)
    return Done("Account locked. Their sessions have ended.")


@customer.act("unlock", needs=("UpdateCustomer",))
async def unlock(visit: Visit, _: Form) -> Outcome:
    await unlock_customer(visit.desk, visit.id)
    return Done("Account unlocked. The customer can sign in again.")


@customer.act("close", needs=("DeleteCustomer",), form=Closing)
async def close(visit: Visit, form: Closing) -> Outcome:
    await close_customer(visit.desk, visit.id, form.reason)
    return Done("Account closed. The customer's data is being exported, and is then erased.")


@customer.act("export", needs=("ExportCustomer",))
async def export(visit: Visit, _: Form) -> Outcome:
    link = await export_link(visit.desk, visit.id)
    return Done("Export downloaded.", to=f"/files/{link}")


@customer.act(
    "correct",
    needs=("UpdateCustomer",),
    form=Corrected,
    fields={"emailAddress": "email", "phoneNumber": "phone"},
)
async def correct(visit: Visit, form: Corrected) -> Outcome:
    await correct_customer(visit.desk, visit.id, form.model_dump())
    return Done("Saved.")


@customer.act("flag", needs=("FlagChannel",), form=Channel)
async def flag(visit: Visit, form: Channel) -> Outcome:
    await flag_channel(visit.desk, form.channel_id, flagged=True, customer_id=visit.id)
    return Done(
        "Flagged as doubtful. The person there must verify their identity before anything is shown or spent."
    )


@customer.act("believe", needs=("FlagChannel",), form=Channel)
async def believe(visit: Visit, form: Channel) -> Outcome:
    await flag_channel(visit.desk, form.channel_id, flagged=False, customer_id=visit.id)
    return Done("Channel marked as trusted.")
