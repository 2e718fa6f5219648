"""The route of the shop API, and its engine."""

from pathlib import Path

from aiohttp import web

from api import vendure
from api.graphql.engine import Engine, build_engine
from api.graphql.handler import add_graphql
from api.shop import (
    accounts,
    balances,
    catalogue,
    guests,
    mail_accounts,
    orders,
    organizations,
    profile,
    reviews,
    search,
    sellers,
)
from api.shop.context import ShopContext, open_context
from api.vendure import catalogue as shelves
from api.vendure import facets, offers, parcels, places, promotions, roots
from api.vendure import organizations as buying
from core.keys import SETTINGS

SCALARS = "api.vendure.scalars"
PATH = "/shop-api"
SDL = (vendure.SDL, Path(__file__).parent / "schema")


class ShopDoor:
    """How the shop takes part in a request."""

    title = "Shop API"
    headers_example = '{"Authorization": "Bearer …"}'
    takes_files = True

    async def open(self, request: web.Request) -> ShopContext:
        return await open_context(request, request.app[SETTINGS])

    def close(self, context: ShopContext, response: web.Response) -> None:
        context.tell(response)


async def shop_engine() -> Engine:
    """The shop's schema, cooked."""
    accounting = [accounts, mail_accounts, profile, places, sellers]
    ordering = [offers, promotions, parcels, orders, guests, balances, organizations, buying]
    reading = [shelves, roots, catalogue, search, facets, reviews]
    return await build_engine("shop", SDL, [*accounting, *reading, *ordering], SCALARS)


async def add_shop_door(app: web.Application) -> None:
    """Serve the shop API, and its explorer to browsers."""
    add_graphql(app, PATH, await shop_engine(), ShopDoor())
