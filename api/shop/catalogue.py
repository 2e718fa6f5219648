"""Products, shelves and search."""

from typing import Any

from api.graphql.ids import parse_id
from api.shop.context import ShopContext
from api.vendure.mapping import (
    Shape,
    category_shape,
    channel_shape,
    hit_shape,
)
from api.vendure.paging import page_of
from services.catalogue import (
    list_categories,
)
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
    "Query.search": search,
    "CollectionResult.collection": collection_of_result,
}
