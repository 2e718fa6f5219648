"""Products and shelves as other types refer to them."""

from typing import Any

from api.graphql.batches import Batch
from api.vendure.context import Context
from api.vendure.errors import Resolver
from api.vendure.listing import VARIANTS, read_listing
from api.vendure.mapping import Shape, category_shape, product_shape, variant_shape
from api.vendure.paging import WHOLE_PAGE
from services.catalogue import (
    CategoryView,
    ProductOptions,
    ProductView,
    VariantView,
    list_products,
    variants_of,
)
from services.catalogue.shelved import Parent
from services.catalogue.variants import LISTED

Args = dict[str, Any]

# Which parts of a product must be read for which fields of it.
PARTS = {
    "assets": ("assets", "featuredAsset"),
    "variants": ("variants",),
    "variant_assets": ("variants.assets", "variants.featuredAsset"),
    "fitments": ("customFields",),
    "categories": ("collections",),
    "translations": ("translations",),
}
STUB = frozenset({"id", "name", "slug", "__typename"})


async def product_of_variant(parent: Shape, _: Args, context: Context, info: Any) -> Shape:
    """What the variant knows of it, and more only where more is asked for."""
    wanted = context.selected(info)
    stub: Shape = parent["product"]
    if wanted <= STUB and context.language is None:
        return stub
    include = parts_of(context, info)
    if include not in context.products:

        async def read(ids: list[int]) -> dict[int, ProductView]:
            options = ProductOptions(ids=ids, take=WHOLE_PAGE, behind=context.behind)
            found, _ = await list_products(context.scope, options, include)
            return {product.id: product for product in found}

        context.products[include] = Batch(context.expected.products, read)
    found = await context.products[include].get(int(parent["productId"]))
    # One that is no longer for sale is still in somebody's order.
    return product_shape(context, found) if found else stub


async def parent_of_collection(parent: Shape, _: Args, context: Context, __: Any) -> Shape | None:
    found = (await context.categories()).get(int(parent["parentId"]))
    return category_shape(context, found) if found else None


async def children_of_collection(parent: Shape, _: Args, context: Context, __: Any) -> list[Shape]:
    shelves = (await context.categories()).values()
    return [category_shape(context, shelf) for shelf in shelves if str(shelf.parent_id) == parent["id"]]


async def breadcrumbs(parent: Shape, _: Args, context: Context, __: Any) -> list[Shape]:
    shelves = await context.categories()
    way: list[CategoryView] = []
    shelf = shelves.get(int(parent["id"]))
    while shelf and shelf not in way:
        way.append(shelf)
        shelf = shelves.get(shelf.parent_id or 0)
    return [{"id": str(step.id), "name": step.name, "slug": step.slug} for step in reversed(way)]


def variants_under(parent_kind: Parent) -> Resolver:
    """A page of variants for each of many parents, read together for all of them."""

    async def resolve(parent: Shape, args: Args, context: Context, info: Any) -> Shape:
        listing = read_listing(args.get("options"), VARIANTS, LISTED)
        with_assets = not context.selected(info).isdisjoint({"items.assets", "items.featuredAsset"})
        key = (parent_kind, listing, with_assets)
        if key not in context.shelves:

            async def read(ids: list[int]) -> dict[int, tuple[list[VariantView], int]]:
                return await variants_of(context.scope, parent_kind, ids, listing, with_assets=with_assets)

            expected = {"category": context.expected.categories, "product": context.expected.products}
            context.shelves[key] = Batch(expected[parent_kind], read)
        variants, total = await context.shelves[key].get(int(parent["id"])) or ([], 0)
        return {"items": [variant_shape(context, variant) for variant in variants], "totalItems": total}

    return resolve


def parts_of(context: Context, info: Any, prefix: str = "") -> frozenset[str]:
    """The parts of a product that the fields asked for are made of; its texts too, in another language."""
    wanted = context.selected(info)
    parts = {part for part, names in PARTS.items() if any(prefix + name in wanted for name in names)}
    return frozenset(parts | {"translations"} if context.language else parts)


RESOLVERS = {
    "Product.variantList": variants_under("product"),
    "ProductVariant.product": product_of_variant,
    "Collection.parent": parent_of_collection,
    "Collection.children": children_of_collection,
    "Collection.breadcrumbs": breadcrumbs,
    "Collection.productVariants": variants_under("category"),
}
