"""Products and shelves, one or a page: for sale in the shop, all of them from behind the counter."""

from typing import Any

from api.graphql.ids import parse_id
from api.vendure.catalogue import parts_of
from api.vendure.context import Context
from api.vendure.listing import COLLECTIONS, PRODUCTS, read_listing
from api.vendure.mapping import Shape, category_shape, product_shape
from api.vendure.paging import WHOLE_PAGE
from services.catalogue import ProductOptions, get_product, list_categories, list_products
from services.catalogue.categories import LISTED
from services.catalogue.products import PRODUCT_COLUMNS

Args = dict[str, Any]


async def products(_: Any, args: Args, context: Context, info: Any) -> Shape:
    asked = read_listing(args.get("options"), PRODUCTS, PRODUCT_COLUMNS, WHOLE_PAGE)
    found, total = await list_products(
        context.scope,
        ProductOptions(
            where=asked.where,
            sort=asked.sort or (("name", "ASC"),),
            skip=asked.skip,
            take=asked.take,
            behind=context.behind,
        ),
        parts_of(context, info, "items."),
    )
    return {"items": [product_shape(context, product) for product in found], "totalItems": total}


async def product(_: Any, args: Args, context: Context, info: Any) -> Shape | None:
    found = await get_product(
        context.scope,
        product_id=None if args.get("id") is None else parse_id(args["id"]),
        slug=args.get("slug"),
        include=parts_of(context, info),
        behind=context.behind,
    )
    return product_shape(context, found) if found else None


async def collections(_: Any, args: Args, context: Context, __: Any) -> Shape:
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


async def collection(_: Any, args: Args, context: Context, __: Any) -> Shape | None:
    if args.get("id") is None and args.get("slug") is None:
        return None
    found, _total = await list_categories(
        context.scope,
        ids=None if args.get("id") is None else [parse_id(args["id"])],
        slug=args.get("slug"),
    )
    return category_shape(context, found[0]) if found else None


RESOLVERS = {
    "Query.products": products,
    "Query.product": product,
    "Query.collections": collections,
    "Query.collection": collection,
}
