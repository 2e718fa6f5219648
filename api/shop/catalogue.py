"""The channel, and the facets that buyers see."""

from typing import Any

from api.graphql.ids import parse_id
from api.shop.context import ShopContext
from api.vendure.facet_mapping import facet_shape
from api.vendure.listing import FACETS, read_listing
from api.vendure.mapping import Shape, channel_shape
from api.vendure.paging import WHOLE_PAGE
from services.catalogue.facets import LISTED, list_facets
from services.listing import Listing

Args = dict[str, Any]


async def active_channel(_: Any, __: Args, context: ShopContext, ___: Any) -> Shape:
    return channel_shape(context)


async def facets(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    found, total = await list_facets(
        context.scope, read_listing(args.get("options"), FACETS, LISTED, WHOLE_PAGE)
    )
    return {"items": [facet_shape(context, facet) for facet in found], "totalItems": total}


async def facet(_: Any, args: Args, context: ShopContext, __: Any) -> Shape | None:
    found, _total = await list_facets(context.scope, Listing(), ids=[parse_id(args["id"])])
    return facet_shape(context, found[0]) if found else None


RESOLVERS = {
    "Query.activeChannel": active_channel,
    "Query.facets": facets,
    "Query.facet": facet,
}
