"""Today: how the shop goes, and what waits for somebody."""

from collections.abc import Mapping
from typing import Any

from api.desk.pages import Pages
from api.desk.plots import Mark
from api.desk.visits import Visit
from services.today import DayFigures, owed, running_low, talks, trading, troubles, waiting

pages = Pages()


@pages.page("", "Today", "today.html", nav=("", "Today"))
async def today(visit: Visit) -> Mapping[str, Any]:
    """Each part for whoever may see it."""
    desk, of_shop = visit.desk, visit.desk.seller_id is None
    days = await trading(desk) if visit.may("ReadOrder") else []
    return {
        "days": days,
        "orders_plot": [_mark(each, each.orders, _orders(each.orders)) for each in days],
        "takings_plot": [_mark(each, each.taken_minor, visit.money(each.taken_minor)) for each in days],
        "owed": await owed(desk) if of_shop and visit.may("ReadOrder") else None,
        "low": await running_low(desk) if visit.may("ReadProduct") else None,
        "talks": await talks(desk) if visit.may("AnswerConversation") else None,
        "waiting": await waiting(desk) if visit.may("ReadSystem") else None,
        "troubles": await troubles(desk) if visit.may("ReadSystem") else None,
    }


def _mark(day: DayFigures, value: int, words: str) -> Mark:
    label = day.day.strftime("%-d %b")
    return Mark(value, label, f"{label} {words}")


def _orders(count: int) -> str:
    return f"{count} order" if count == 1 else f"{count} orders"
