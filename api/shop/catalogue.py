"""Products, shelves and search."""

from typing import Any

from api.graphql.ids import parse_id
from api.shop.context import ShopContext
from api.vendure.catalogue import parts_of
from api.vendure.listing import COLLECTIONS, PRODUCTS, read_listing
from api.vendure.mapping import (
    Shape,
    category_shape,
    channel_shape,
    hit_shape,
    product_shape,
)
from api.vendure.paging import WHOLE_PAGE, page_of
from services.catalogue import (
    ProductOptions,
    get_product,
    list_categories,
    list_products,
)
from services.catalogue.categories import LISTED
from services.catalogue.products import PRODUCT_COLUMNS
from services.search import search as search_catalogue

Args = dict[str, Any]

SEARCH_SORTS = {
    "topSelling": "top_selling",
    "recommended": "recommended",
    "recentlyAdded": "recently_added",
    "price": "price",
    "name": "name",
}


async def active_channel(_: Any, __: Args, context: ShopContext, ___: Any) -> Shape:
    return channel_shape(context)


async def products(_: Any, args: Args, context: ShopContext, info: Any) -> Shape:
    asked = read_listing(args.get("options"), PRODUCTS, PRODUCT_COLUMNS, WHOLE_PAGE)
    found, total = await list_products(
        context.scope,
        ProductOptions(
            where=asked.where, sort=asked.sort or (("name", "ASC"),), skip=asked.skip, take=asked.take
        ),
        parts_of(context.selected(info), "items."),
    )
    return {"items": [product_shape(context, product) for product in found], "totalItems": total}


async def product(_: Any, args: Args, context: ShopContext, info: Any) -> Shape | None:
    found = await get_product(
        context.scope,
        product_id=None if args.get("id") is None else parse_id(args["id"]),
        slug=args.get("slug"),
        include=parts_of(context.selected(info)),
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


async def search(_: Any, args: Args, context: ShopContext, info: Any) -> Shape:
    given = args["input"]
    category_id = None if given.get("collectionId") is None else parse_id(given["collectionId"])
    if given.get("collectionSlug") is not None:
        shelves, _total = await list_categories(context.scope, slug=given["collectionSlug"])
        category_id = shelves[0].id if shelves else 0
    sort = next(((SEARCH_SORTS[k], v) for k, v in (given.get("sort") or {}).items() if v), None)
    skip, take = page_of(given)
    found = await search_catalogue(
        context.scope,
        given.get("term") or "",
        category_id=category_id,
        sort=sort or "relevance",
        skip=skip,
        take=take,
        with_counts="collections" in context.selected(info),
    )
    return {
        "items": [hit_shape(context, hit) for hit in found.hits],
        "totalItems": found.total,
        "collections": [{"id": str(shelf), "count": count} for shelf, count in found.category_counts],
    }


async def collection_of_result(parent: Shape, _: Args, context: ShopContext, __: Any) -> Shape:
    return category_shape(context, (await context.categories())[int(parent["id"])])


RESOLVERS = {
    "Query.activeChannel": active_channel,
    "Query.products": products,
    "Query.product": product,
    "Query.collections": collections,
    "Query.collection": collection,
    "Query.search": search,
    "CollectionResult.collection": collection_of_result,
}
