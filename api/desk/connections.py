"""The providers that the shop works with, and how they do. No secret is shown."""

from collections.abc import Mapping
from typing import Any

from api.desk.pages import Pages
from api.desk.visits import Visit
from services.connections import connections

pages = Pages()


@pages.page(
    "/settings/providers",
    "Providers",
    "connections.html",
    needs=("ReadSettings",),
    nav=("Settings", "Providers"),
)
async def providers(visit: Visit) -> Mapping[str, Any]:
    return {"connections": await connections(visit.desk)}
