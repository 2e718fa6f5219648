"""Products, variants and categories, as staff and sellers see and change them."""

from collections.abc import Awaitable, Callable
from typing import Any

from api.admin.context import AdminContext
from api.admin.deleting import deletion, deletions
from api.admin.drafts import category_draft, product_draft, variant_draft
from api.admin.several import several
from api.graphql.ids import parse_id
from api.vendure.listing import VARIANTS, read_listing
from api.vendure.mapping import variant_shape
from api.vendure.roots import RESOLVERS as SHOP_ROOTS
from api.vendure.roots import collection, product
from core.errors import NotFound
from services.catalogue import Behind
from services.catalogue.variants import LISTED
from services.merchandise.categories import create_category, delete_category, update_category
from services.merchandise.drafts import CategoryDraft, read_draft
from services.merchandise.products import create_product, delete_product, update_product
from services.merchandise.variants import (
    create_variant,
    delete_variant,
    list_variants,
    show_variant,
    update_variant,
)
from services.staff import check_may

Args = dict[str, Any]
Shape = dict[str, Any]
Resolver = Callable[[Any, Args, AdminContext, Any], Awaitable[Any]]

_READ = ("ReadProduct", "ReadCatalog")


def _behind(resolver: Callable[..., Awaitable[Any]]) -> Resolver:
    """What the shop shows, from behind the counter: of a seller what is theirs."""

    async def resolve(parent: Any, args: Args, context: AdminContext, info: Any) -> Any:
        await _look_behind(context)
        return await resolver(parent, args, context, info)

    return resolve


async def _look_behind(context: AdminContext) -> None:
    desk = await context.desk()
    check_may(desk, *_READ)
    context.behind = Behind(desk.seller_id)


async def create_one(_: Any, args: Args, context: AdminContext, info: Any) -> Shape:
    product_id = await create_product(await context.desk(), product_draft(args["input"]))
    return await shown_product(context, product_id, info)


async def update_one(_: Any, args: Args, context: AdminContext, info: Any) -> Shape:
    return await _update(context, args["input"], info)


async def update_several(_: Any, args: Args, context: AdminContext, info: Any) -> list[Shape]:
    return [await _update(context, given, info) for given in several(args["input"])]


async def _update(context: AdminContext, given: Args, info: Any) -> Shape:
    product_id = parse_id(given["id"])
    await update_product(await context.desk(), product_id, product_draft(given))
    return await shown_product(context, product_id, info)


async def shown_product(context: AdminContext, product_id: int, info: Any) -> Shape:
    """A product as it is now, to whoever just changed it."""
    context.behind = Behind((await context.desk()).seller_id)
    shown = await product(None, {"id": str(product_id)}, context, info)
    if shown is None:
        raise NotFound
    return shown


async def variant(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    await _look_behind(context)
    return await _variant(context, parse_id(args["id"]))


async def variants(_: Any, args: Args, context: AdminContext, info: Any) -> Shape:
    await _look_behind(context)
    product_id = args.get("productId")
    found, total = await list_variants(
        await context.desk(),
        read_listing(args.get("options"), VARIANTS, LISTED),
        product_id=None if product_id is None else parse_id(product_id),
        with_assets=not context.selected(info).isdisjoint({"items.assets", "items.featuredAsset"}),
    )
    return {"items": [variant_shape(context, each) for each in found], "totalItems": total}


async def _variant(context: AdminContext, variant_id: int) -> Shape | None:
    desk = await context.desk()
    context.behind = Behind(desk.seller_id)
    found = await show_variant(desk, variant_id)
    return variant_shape(context, found) if found else None


async def create_variants(_: Any, args: Args, context: AdminContext, __: Any) -> list[Shape | None]:
    desk = await context.desk()
    made = [
        await create_variant(desk, parse_id(given["productId"]), variant_draft(given))
        for given in several(args["input"])
    ]
    return [await _variant(context, variant_id) for variant_id in made]


async def update_variants(_: Any, args: Args, context: AdminContext, __: Any) -> list[Shape | None]:
    return [await _update_variant(context, given) for given in several(args["input"])]


async def update_one_variant(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    return await _update_variant(context, args["input"])


async def _update_variant(context: AdminContext, given: Args) -> Shape | None:
    variant_id = parse_id(given["id"])
    await update_variant(await context.desk(), variant_id, variant_draft(given))
    return await _variant(context, variant_id)


async def create_collection(_: Any, args: Args, context: AdminContext, info: Any) -> Shape | None:
    category_id = await create_category(await context.desk(), category_draft(args["input"]))
    return await collection(None, {"id": str(category_id)}, context, info)


async def update_collection(_: Any, args: Args, context: AdminContext, info: Any) -> Shape | None:
    given = args["input"]
    await update_category(await context.desk(), parse_id(given["id"]), category_draft(given))
    return await collection(None, {"id": given["id"]}, context, info)


async def move_collection(_: Any, args: Args, context: AdminContext, info: Any) -> Shape | None:
    given = args["input"]
    said = {"parent_id": parse_id(given["parentId"]) or None, "position": max(0, given["index"])}
    draft = read_draft(CategoryDraft, said, {"parent_id": "parentId", "position": "index"})
    await update_category(await context.desk(), parse_id(given["collectionId"]), draft)
    return await collection(None, {"id": given["collectionId"]}, context, info)


RESOLVERS = {name: _behind(resolver) for name, resolver in SHOP_ROOTS.items()} | {
    "Query.productVariant": variant,
    "Query.productVariants": variants,
    "Mutation.createProduct": create_one,
    "Mutation.updateProduct": update_one,
    "Mutation.updateProducts": update_several,
    "Mutation.deleteProduct": deletion(delete_product),
    "Mutation.deleteProducts": deletions(delete_product),
    "Mutation.createProductVariants": create_variants,
    "Mutation.updateProductVariants": update_variants,
    "Mutation.updateProductVariant": update_one_variant,
    "Mutation.deleteProductVariant": deletion(delete_variant),
    "Mutation.deleteProductVariants": deletions(delete_variant),
    "Mutation.createCollection": create_collection,
    "Mutation.updateCollection": update_collection,
    "Mutation.moveCollection": move_collection,
    "Mutation.deleteCollection": deletion(delete_category),
    "Mutation.deleteCollections": deletions(delete_category),
}
