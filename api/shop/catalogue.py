"""Products, shelves and search."""

from typing import Any

from api.graphql.ids import parse_id, parse_ids
from api.shop.context import ShopContext
from api.vendure.catalogue import parts_of
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
from services.search import search as search_catalogue

Args = dict[str, Any]

NAMES = {"createdAt": "created_at", "updatedAt": "updated_at"}
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
    options = args.get("options") or {}
    given = options.get("filter") or {}
    skip, take = page_of(options, WHOLE_PAGE)
    found, total = await list_products(
        context.scope,
        ProductOptions(
            ids=_ids(given.get("id")),
            slug=(given.get("slug") or {}).get("eq"),
            name_contains=(given.get("name") or {}).get("contains"),
            sort=_sort(options.get("sort")) or (("name", "ASC"),),
            skip=skip,
            take=take,
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
    given = options.get("filter") or {}
    skip, take = page_of(options, WHOLE_PAGE)
    parent = _ids(given.get("parentId"))
    top = parent == [0]
    found, total = await list_categories(
        context.scope,
        ids=_ids(given.get("id")),
        slug=(given.get("slug") or {}).get("eq"),
        parent_id=None if top or not parent else parent[0],
        top_only=top or bool(options.get("topLevelOnly")),
        sort=_sort(options.get("sort")) or (("position", "ASC"), ("name", "ASC")),
        skip=skip,
        take=take,
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


def _ids(operators: Args | None) -> list[int] | None:
    """Ids of an `eq` or `in` filter; None without one."""
    if not operators:
        return None
    if operators.get("eq") is not None:
        return [parse_id(operators["eq"])]
    return parse_ids(operators["in"]) if operators.get("in") is not None else None


def _sort(given: Args | None) -> tuple[tuple[str, str], ...]:
    return tuple((NAMES.get(name, name), way) for name, way in (given or {}).items() if way)


RESOLVERS = {
    "Query.activeChannel": active_channel,
    "Query.products": products,
    "Query.product": product,
    "Query.collections": collections,
    "Query.collection": collection,
    "Query.search": search,
    "CollectionResult.collection": collection_of_result,
}
