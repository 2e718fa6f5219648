"""Products and shelves, one or a page: for sale in the shop, all of them from behind the counter."""

from typing import Any

from api.graphql.ids import parse_id, parse_ids
from api.vendure.catalogue import parts_of
from api.vendure.context import Context
from api.vendure.mapping import Shape, category_shape, product_shape
from api.vendure.paging import WHOLE_PAGE, page_of
from services.catalogue import ProductOptions, get_product, list_categories, list_products

Args = dict[str, Any]

NAMES = {"createdAt": "created_at", "updatedAt": "updated_at"}


async def products(_: Any, args: Args, context: Context, info: Any) -> Shape:
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
            behind=context.behind,
        ),
        parts_of(context.selected(info), "items."),
    )
    return {"items": [product_shape(context, product) for product in found], "totalItems": total}


async def product(_: Any, args: Args, context: Context, info: Any) -> Shape | None:
    found = await get_product(
        context.scope,
        product_id=None if args.get("id") is None else parse_id(args["id"]),
        slug=args.get("slug"),
        include=parts_of(context.selected(info)),
        behind=context.behind,
    )
    return product_shape(context, found) if found else None


async def collections(_: Any, args: Args, context: Context, __: Any) -> Shape:
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


async def collection(_: Any, args: Args, context: Context, __: Any) -> Shape | None:
    if args.get("id") is None and args.get("slug") is None:
        return None
    found, _total = await list_categories(
        context.scope,
        ids=None if args.get("id") is None else [parse_id(args["id"])],
        slug=args.get("slug"),
    )
    return category_shape(context, found[0]) if found else None


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
    "Query.products": products,
    "Query.product": product,
    "Query.collections": collections,
    "Query.collection": collection,
}
