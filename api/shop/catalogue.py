"""Products, shelves and search."""

from typing import Any

from api.graphql.batches import Batch
from api.graphql.ids import parse_id, parse_ids
from api.shop.context import ShopContext
from api.shop.mapping import (
    Shape,
    category_shape,
    channel_shape,
    hit_shape,
    product_shape,
    variant_shape,
)
from services.catalogue import (
    CategoryView,
    ProductOptions,
    ProductView,
    VariantView,
    get_product,
    list_categories,
    list_products,
    variants_of_categories,
)
from services.search import search as search_catalogue

Args = dict[str, Any]

# What a caller gets who doesn't say how much; Vendure's own numbers.
WHOLE_PAGE = 100
PART_PAGE = 20

# Which parts of a product must be read for which fields of it.
PARTS = {
    "assets": ("assets", "featuredAsset"),
    "variants": ("variants", "variantList", "optionGroups"),
    "variant_assets": (
        "variants.assets",
        "variants.featuredAsset",
        "variantList.items.assets",
        "variantList.items.featuredAsset",
    ),
    "fitments": ("customFields",),
    "categories": ("collections",),
}
STUB = frozenset({"id", "name", "slug", "__typename"})
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
    found, total = await list_products(
        context.scope,
        ProductOptions(
            ids=_ids(given.get("id")),
            slug=(given.get("slug") or {}).get("eq"),
            name_contains=(given.get("name") or {}).get("contains"),
            sort=_sort(options.get("sort")) or (("name", "ASC"),),
            skip=options.get("skip") or 0,
            take=_given(options.get("take"), WHOLE_PAGE),
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


async def variant_list(parent: Shape, args: Args, _: ShopContext, __: Any) -> Shape:
    options = args.get("options") or {}
    skip, take = _page(options)
    variants = parent["variants"]
    return {"items": variants[skip : skip + take], "totalItems": len(variants)}


async def product_of_variant(parent: Shape, _: Args, context: ShopContext, info: Any) -> Shape:
    """What the variant knows of it, and more only where more is asked for."""
    wanted = context.selected(info)
    stub: Shape = parent["product"]
    if wanted <= STUB:
        return stub
    include = parts_of(wanted)
    if include not in context.products:

        async def read(ids: list[int]) -> dict[int, ProductView]:
            options = ProductOptions(ids=ids, take=WHOLE_PAGE)
            found, _ = await list_products(context.scope, options, include)
            return {product.id: product for product in found}

        context.products[include] = Batch(context.expected.products, read)
    found = await context.products[include].get(int(parent["productId"]))
    # One that is no longer for sale is still in somebody's order.
    return product_shape(context, found) if found else stub


async def collections(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    options = args.get("options") or {}
    given = options.get("filter") or {}
    parent = _ids(given.get("parentId"))
    top = parent == [0]
    found, total = await list_categories(
        context.scope,
        ids=_ids(given.get("id")),
        slug=(given.get("slug") or {}).get("eq"),
        parent_id=None if top or not parent else parent[0],
        top_only=top or bool(options.get("topLevelOnly")),
        sort=_sort(options.get("sort")) or (("position", "ASC"), ("name", "ASC")),
        skip=options.get("skip") or 0,
        take=_given(options.get("take"), WHOLE_PAGE),
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


async def parent_of_collection(parent: Shape, _: Args, context: ShopContext, __: Any) -> Shape | None:
    found = (await context.categories()).get(int(parent["parentId"]))
    return category_shape(context, found) if found else None


async def children_of_collection(parent: Shape, _: Args, context: ShopContext, __: Any) -> list[Shape]:
    shelves = (await context.categories()).values()
    return [category_shape(context, shelf) for shelf in shelves if str(shelf.parent_id) == parent["id"]]


async def breadcrumbs(parent: Shape, _: Args, context: ShopContext, __: Any) -> list[Shape]:
    shelves = await context.categories()
    way: list[CategoryView] = []
    shelf = shelves.get(int(parent["id"]))
    while shelf and shelf not in way:
        way.append(shelf)
        shelf = shelves.get(shelf.parent_id or 0)
    return [{"id": str(step.id), "name": step.name, "slug": step.slug} for step in reversed(way)]


async def variants_of_collection(parent: Shape, args: Args, context: ShopContext, info: Any) -> Shape:
    skip, take = _page(args.get("options") or {})
    with_assets = not context.selected(info).isdisjoint({"items.assets", "items.featuredAsset"})
    key = (skip, take, with_assets)
    if key not in context.shelf_pages:

        async def read(ids: list[int]) -> dict[int, tuple[list[VariantView], int]]:
            return await variants_of_categories(
                context.scope, ids, skip=skip, take=take, with_assets=with_assets
            )

        context.shelf_pages[key] = Batch(context.expected.categories, read)
    variants, total = await context.shelf_pages[key].get(int(parent["id"])) or ([], 0)
    return {"items": [variant_shape(context, variant) for variant in variants], "totalItems": total}


async def search(_: Any, args: Args, context: ShopContext, info: Any) -> Shape:
    given = args["input"]
    category_id = None if given.get("collectionId") is None else parse_id(given["collectionId"])
    if given.get("collectionSlug") is not None:
        shelves, _total = await list_categories(context.scope, slug=given["collectionSlug"])
        category_id = shelves[0].id if shelves else 0
    sort = next(((SEARCH_SORTS[k], v) for k, v in (given.get("sort") or {}).items() if v), None)
    skip, take = _page(given)
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


def parts_of(wanted: frozenset[str], prefix: str = "") -> frozenset[str]:
    """The parts of a product that the fields asked for are made of."""
    return frozenset(part for part, names in PARTS.items() if any(prefix + name in wanted for name in names))


def _ids(operators: Args | None) -> list[int] | None:
    """Ids of an `eq` or `in` filter; None without one."""
    if not operators:
        return None
    if operators.get("eq") is not None:
        return [parse_id(operators["eq"])]
    return parse_ids(operators["in"]) if operators.get("in") is not None else None


def _sort(given: Args | None) -> tuple[tuple[str, str], ...]:
    return tuple((NAMES.get(name, name), way) for name, way in (given or {}).items() if way)


def _given(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value


def _page(given: Args) -> tuple[int, int]:
    return max(0, given.get("skip") or 0), max(0, min(_given(given.get("take"), PART_PAGE), WHOLE_PAGE))


RESOLVERS = {
    "Query.activeChannel": active_channel,
    "Query.products": products,
    "Query.product": product,
    "Query.collections": collections,
    "Query.collection": collection,
    "Query.search": search,
    "Product.variantList": variant_list,
    "ProductVariant.product": product_of_variant,
    "Collection.parent": parent_of_collection,
    "Collection.children": children_of_collection,
    "Collection.breadcrumbs": breadcrumbs,
    "Collection.productVariants": variants_of_collection,
    "CollectionResult.collection": collection_of_result,
}
