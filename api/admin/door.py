"""The route of the admin API, and its engine."""

from pathlib import Path

from aiohttp import web

from api import vendure
from api.admin import (
    assets,
    audit,
    conversations,
    customer_care,
    customers,
    merchandise,
    options,
    order_acts,
    orders,
    organizations,
    payouts,
    people,
    properties,
    reviews,
    sellers,
    shipping,
    shops,
    staff,
    stock,
    taxes,
    webhooks,
)
from api.admin import facets as kept_facets
from api.admin import promotions as kept_promotions
from api.admin.context import AdminContext, open_context
from api.graphql.engine import Engine, build_engine
from api.graphql.handler import add_graphql
from api.vendure import catalogue as shelves
from api.vendure import facets, offers, parcels, promotions
from api.vendure import organizations as buying
from core.keys import SETTINGS

SCALARS = "api.vendure.scalars"
PATH = "/admin-api"
SDL = (vendure.SDL, Path(__file__).parent / "schema")


class AdminDoor:
    """How the staff's door takes part in a request."""

    title = "Admin API"
    headers_example = '{"vendure-auth-token": "…"}'
    takes_files = True

    async def open(self, request: web.Request) -> AdminContext:
        return await open_context(request, request.app[SETTINGS])

    def close(self, context: AdminContext, response: web.Response) -> None:
        context.tell(response)


async def admin_engine() -> Engine:
    """The staff's schema, cooked."""
    return await build_engine(
        "admin",
        SDL,
        [
            staff,
            people,
            audit,
            sellers,
            shops,
            kept_promotions,
            taxes,
            kept_facets,
            options,
            reviews,
            stock,
            shipping,
            conversations,
            customer_care,
            customers,
            orders,
            organizations,
            properties,
            order_acts,
            merchandise,
            payouts,
            assets,
            webhooks,
            shelves,
            facets,
            offers,
            promotions,
            parcels,
            buying,
        ],
        SCALARS,
    )


async def add_admin_door(app: web.Application) -> None:
    """Serve the admin API, and its explorer to browsers."""
    add_graphql(app, PATH, await admin_engine(), AdminDoor())
