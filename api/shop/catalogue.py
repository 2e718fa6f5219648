"""Products, shelves and search."""

from typing import Any

from api.graphql.ids import parse_id
from api.shop.context import ShopContext
from api.vendure.catalogue import parts_of
from api.vendure.facet_mapping import facet_shape
from api.vendure.listing import COLLECTIONS, FACETS, PRODUCTS, read_listing
from api.vendure.mapping import (
    Shape,
    category_shape,
    channel_shape,
    product_shape,
)
from api.vendure.paging import WHOLE_PAGE
from services.catalogue import (
    ProductOptions,
    get_product,
    list_categories,
    list_products,
)
from services.catalogue.categories import LISTED
from services.catalogue.facets import LISTED as facet_columns
from services.catalogue.facets import list_facets
from services.catalogue.products import PRODUCT_COLUMNS
from services.listing import Listing

Args = dict[str, Any]


async def active_channel(_: Any, __: Args, context: ShopContext, ___: Any) -> Shape:
    return channel_shape(context)


async def products(_: Any, args: Args, context: ShopContext, info: Any) -> Shape:
    asked = read_listing(args.get("options"), PRODUCTS, PRODUCT_COLUMNS, WHOLE_PAGE)
    found, total = await list_products(
        context.scope,
        ProductOptions(
            where=asked.where, sort=asked.sort or (("name", "ASC"),), skip=asked.skip, take=asked.take
        ),
        parts_of(context, info, "items."),
    )
    return {"items": [product_shape(context, product) for product in found], "totalItems": total}


async def product(_: Any, args: Args, context: ShopContext, info: Any) -> Shape | None:
    found = await get_product(
        context.scope,
        product_id=None if args.get("id") is None else parse_id(args["id"]),
        slug=args.get("slug"),
        include=parts_of(context, info),
    )
    return product_shape(context, found) if found else None


async def collections(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    options = args.get("options") or {}
    asked = read_listing(options, COLLECTIONS, LISTED, WHOLE_PAGE)
    found, total = await list_categories(
        context.scope,
        top_only=bool(options.get("topLevelOnly")),
        where=asked.where,
        sort=asked.sort or (("position", "ASC"), ("name", "ASC")),
        skip=asked.skip,
        take=asked.take,
    )
    return {"items": [category_shape(context, category) for category in found], "totalItems": total}


async def collection(_: Any, args: Args, context: ShopContext, __: Any) -> Shape | None:
    if args.get("id") is None and args.get("slug") is None:
        return None
    found, _total = await list_categories(
        context.scope,
        ids=None if args.get("id") is None else [parse_id(args["id"])],
        slug=args.get("slug"),
    )
    return category_shape(context, found[0]) if found else None


async def facets(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    found, total = await list_facets(
        context.scope, read_listing(args.get("options"), FACETS, facet_columns, WHOLE_PAGE)
    )
    return {"items": [facet_shape(context, facet) for facet in found], "totalItems": total}


async def facet(_: Any, args: Args, context: ShopContext, __: Any) -> Shape | None:
    found, _total = await list_facets(context.scope, Listing(), ids=[parse_id(args["id"])])
    return facet_shape(context, found[0]) if found else None


RESOLVERS = {
    "Query.activeChannel": active_channel,
    "Query.products": products,
    "Query.product": product,
    "Query.collections": collections,
    "Query.collection": collection,
    "Query.facets": facets,
    "Query.facet": facet,
}
