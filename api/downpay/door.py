"""The route of the Downpay API, and its engine."""

from dataclasses import replace
from pathlib import Path

from aiohttp import web

from api.downpay import group_changes, groups, order_payments
from api.downpay.context import DownpayContext, open_context
from api.graphql import limits
from api.graphql.engine import Engine, build_engine
from api.graphql.handler import add_graphql
from core.keys import SETTINGS

PATH = "/downpay/graphql"
SDL = (Path(__file__).parent / "schema",)
SCALARS = "api.downpay.scalars"
# The contract's own requests ask for every row twice, as edges and as nodes. Who asks has a token to lose.
MOST = replace(limits.MOST, cost=250_000)


class DownpayDoor:
    """How the merchants' door takes part in a request."""

    title = "Downpay API"
    headers_example = '{"Authorization": "Token …"}'
    takes_files = False

    async def open(self, request: web.Request) -> DownpayContext:
        return await open_context(request, request.app[SETTINGS])

    def close(self, context: DownpayContext, response: web.Response) -> None:
        """There is nothing to keep."""


async def downpay_engine() -> Engine:
    """The merchants' schema, cooked."""
    return await build_engine("downpay", SDL, [groups, group_changes, order_payments], SCALARS, MOST)


async def add_downpay_door(app: web.Application) -> None:
    """Serve the Downpay API, and its explorer to browsers."""
    add_graphql(app, PATH, await downpay_engine(), DownpayDoor())
