"""Orders: found by whatever a caller can read out, and narrowed; the address keeps what was asked."""

from collections.abc import Mapping
from typing import Any

from api.desk.pages import Pages
from api.desk.visits import PER_PAGE, Visit
from services.orders.finding import MOST_COUNTED, Narrowed, find_orders
from services.orders.states import ORDER_STATES

pages = Pages()

STATES = tuple(ORDER_STATES.transitions)
DUES = {"open": "Balance due", "overdue": "Overdue"}


@pages.page("/orders", "Orders", "orders.html", needs=("ReadOrder",), nav=("Sales", "Orders"))
async def orders(visit: Visit) -> Mapping[str, Any]:
    asked = Narrowed(
        words=visit.asked("q"),
        state=visit.asked_choice("state", STATES) or None,
        since=visit.asked_day("since"),
        until=visit.asked_day("until", end=True),
        due=visit.asked_choice("due", DUES) or None,  # type: ignore[arg-type]
        seller_id=visit.asked_number("seller"),
        oldest_first=visit.asked("sort") == "at",
    )
    found, total = await find_orders(
        visit.desk, asked, skip=(visit.page_number - 1) * PER_PAGE, take=PER_PAGE
    )
    return {
        "orders": found,
        "total": total,
        "more": total > MOST_COUNTED,
        "states": [(state, state) for state in STATES],
        "dues": list(DUES.items()),
    }
