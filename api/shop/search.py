"""Search, with the shelves and the facets of what is found."""

from typing import Any

from api.graphql.batches import Batch
from api.graphql.ids import parse_id, parse_ids
from api.shop.context import ShopContext
from api.vendure.facet_mapping import facet_value_shape
from api.vendure.mapping import Shape, category_shape, hit_shape
from api.vendure.paging import page_of
from services.catalogue import list_categories
from services.catalogue.facets import FacetValueView, get_facet_values, values_had
from services.paging import LARGEST_ID
from services.search import Narrowing
from services.search import search as search_catalogue

Args = dict[str, Any]

SORTS = {
    "topSelling": "top_selling",
    "recommended": "recommended",
    "recentlyAdded": "recently_added",
    "price": "price",
    "name": "name",
}


async def search(_: Any, args: Args, context: ShopContext, info: Any) -> Shape:
    given = args["input"]
    sort = next(((SORTS[k], v) for k, v in (given.get("sort") or {}).items() if v), None)
    skip, take = page_of(given)
    wanted, grouped = context.selected(info), given.get("groupByProduct") is not False
    found = await search_catalogue(
        context.scope,
        given.get("term") or "",
        narrowing=Narrowing(
            await _shelf(context, given), _facets(given), _price(given), given.get("inStock")
        ),
        sort=sort or "relevance",
        skip=skip,
        take=take,
        grouped=grouped,
        with_counts=not wanted.isdisjoint({"collections", "facetValues"}),
    )
    shown = found.facet_counts if "facetValues" in wanted else []
    named = await _named(context, [value_id for value_id, _ in shown])
    return {
        "items": [hit_shape(context, hit, grouped=grouped) for hit in found.hits],
        "totalItems": found.total,
        "collections": [{"id": str(shelf), "count": count} for shelf, count in found.category_counts],
        "facetValues": [
            {"facetValue": facet_value_shape(context, named[value_id]), "count": count}
            for value_id, count in shown
            if value_id in named
        ],
    }


async def _shelf(context: ShopContext, given: Args) -> int | None:
    """The shelf that is named by id or by slug; an unknown one, which holds nothing, is 0."""
    if given.get("collectionSlug") is not None:
        shelves, _total = await list_categories(context.scope, slug=given["collectionSlug"])
        return shelves[0].id if shelves else 0
    return None if given.get("collectionId") is None else parse_id(given["collectionId"])


def _facets(given: Args) -> tuple[tuple[int, ...], ...]:
    """Groups of values, of each of which a product has one at least."""
    ids = tuple(parse_ids(given.get("facetValueIds") or ()))
    groups: list[tuple[int, ...]] = (
        [ids] if ids and given.get("facetValueOperator") == "OR" else [(i,) for i in ids]
    )
    for one in given.get("facetValueFilters") or ():
        if one.get("and") is not None:
            groups.append((parse_id(one["and"]),))
        if one.get("or") is not None:
            groups.append(tuple(parse_ids(one["or"])))
    return tuple(groups)


def _price(given: Args) -> tuple[int, int] | None:
    """What is in both ranges, since every price contains the tax."""
    ranges = [given[name] for name in ("priceRange", "priceRangeWithTax") if given.get(name)]
    if not ranges:
        return None
    return max(each["min"] for each in ranges), min([LARGEST_ID, *(each["max"] for each in ranges)])


async def _named(context: ShopContext, ids: list[int]) -> dict[int, FacetValueView]:
    return await get_facet_values(context.scope, ids) if ids else {}


async def collection_of_result(parent: Shape, _: Args, context: ShopContext, __: Any) -> Shape:
    return category_shape(context, (await context.categories())[int(parent["id"])])


async def collection_ids(parent: Shape, _: Args, context: ShopContext, __: Any) -> list[str]:
    """The shelf it lies on and those above it."""
    shelves = await context.categories()
    way, shelf = [], shelves.get(parent["categoryId"])
    while shelf and str(shelf.id) not in way:
        way.append(str(shelf.id))
        shelf = shelves.get(shelf.parent_id or 0)
    return way


async def facet_value_ids(parent: Shape, _: Args, context: ShopContext, __: Any) -> list[str]:
    return [str(value.id) for value in await _values(parent, context)]


async def facet_ids(parent: Shape, _: Args, context: ShopContext, __: Any) -> list[str]:
    return list(dict.fromkeys(str(value.facet.id) for value in await _values(parent, context)))


async def _values(parent: Shape, context: ShopContext) -> list[FacetValueView]:
    if _values not in context.parts:

        async def read(ids: list[int]) -> dict[int, list[FacetValueView]]:
            return await values_had(context.scope, "product", ids)

        context.parts[_values] = Batch(context.expected.products, read)
    return await context.parts[_values].get(int(parent["productId"])) or []


RESOLVERS = {
    "Query.search": search,
    "CollectionResult.collection": collection_of_result,
    "SearchResult.collectionIds": collection_ids,
    "SearchResult.facetIds": facet_ids,
    "SearchResult.facetValueIds": facet_value_ids,
}
