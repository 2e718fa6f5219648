"""Today: how the shop goes, and what waits for somebody."""

from collections.abc import Mapping
from typing import Any

from api.desk.pages import Pages
from api.desk.visits import Visit

pages = Pages()


@pages.page("", "Today", "today.html", nav=("", "Today"))
async def today(visit: Visit) -> Mapping[str, Any]:
    return {}
