"""The route of the X-Order API, and its engine."""

from dataclasses import replace
from pathlib import Path

from aiohttp import web

from api.graphql import limits
from api.graphql.engine import Engine, build_engine
from api.graphql.handler import add_graphql
from api.xorder import changes, lines, orders, paying, properties, reading, shipments, statuses
from api.xorder.context import XOrderContext, open_context
from core.keys import SETTINGS

PATH = "/xorder/graphql"
SDL = (Path(__file__).parent / "schema",)
SCALARS = "api.xorder.scalars"
# A list may be asked for both as items and as edges, each order with all its parts. Who asks has a token to lose.
MOST = replace(limits.MOST, cost=250_000)
MODULES = [orders, lines, shipments, statuses, reading, properties, changes, paying]


class XOrderDoor:
    """How the order desks' door takes part in a request."""

    title = "X-Order API"
    headers_example = '{"Authorization": "Bearer …"}'
    takes_files = False

    async def open(self, request: web.Request) -> XOrderContext:
        return await open_context(request, request.app[SETTINGS])

    def close(self, context: XOrderContext, response: web.Response) -> None:
        """There is nothing to keep."""


async def xorder_engine() -> Engine:
    """The order desks' schema, cooked."""
    return await build_engine("xorder", SDL, MODULES, SCALARS, MOST)


async def add_xorder_door(app: web.Application) -> None:
    """Serve the X-Order API, and its explorer to browsers."""
    add_graphql(app, PATH, await xorder_engine(), XOrderDoor())
