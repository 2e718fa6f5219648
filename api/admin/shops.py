"""The shops of the market, and whose products are."""

from functools import partial
from typing import Any

from api.admin.context import AdminContext
from api.admin.deleting import deletion, deletions
from api.graphql.batches import Batch
from api.graphql.ids import parse_id
from api.vendure.listing import Names, read_listing
from services.sellers.keeping import (
    LISTED,
    PERCENT,
    SellerView,
    create_seller,
    delete_seller,
    find_seller,
    list_sellers,
    sellers_by_id,
    sellers_of_products,
    update_seller,
)
from services.staff import check_may

Args = dict[str, Any]
Shape = dict[str, Any]

_NAMES: Names = {"id": "id", "createdAt": "created_at", "updatedAt": "updated_at", "name": "name"}


async def sellers(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    found, total = await list_sellers(await context.desk(), read_listing(args.get("options"), _NAMES, LISTED))
    return {"items": [_shape(each) for each in found], "totalItems": total}


async def seller(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    found = await find_seller(await context.desk(), parse_id(args["id"]))
    return _shape(found) if found else None


async def create(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    seller_id = await create_seller(
        await context.desk(), args["input"]["name"], args["input"].get("commission")
    )
    return await _changed(context, seller_id)


async def update(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    given = args["input"]
    seller_id = parse_id(given["id"])
    await update_seller(await context.desk(), seller_id, given)
    return await _changed(context, seller_id)


async def _changed(context: AdminContext, seller_id: int) -> Shape:
    return _shape((await sellers_by_id(context.scope, [seller_id]))[seller_id])


async def seller_of_product(parent: Shape, _: Args, context: AdminContext, __: Any) -> Shape | None:
    if context.sellers_of_products is None:
        read = partial(sellers_of_products, context.scope)
        context.sellers_of_products = Batch(context.expected.products, read)
    found = await context.sellers_of_products.get(int(parent["id"]))
    return _shape(found) if found else None


def _of_seller(name: str) -> Any:
    """A field of a seller that others name by id and name alone."""

    async def resolve(parent: Shape, _: Args, context: AdminContext, __: Any) -> Any:
        if "seller" in parent:
            return getattr(parent["seller"], name)
        context.sellers.add(int(parent["id"]))
        if context.known_sellers is None:
            context.known_sellers = Batch(context.sellers, partial(sellers_by_id, context.scope))
        found = await context.known_sellers.get(int(parent["id"]))
        return getattr(found, name) if found else None

    return resolve


async def commission(parent: Shape, _: Args, context: AdminContext, __: Any) -> float | None:
    desk = await context.desk()
    if desk.seller_id is None:
        check_may(desk, "ReadSeller", "ReadPayout")
    millionths = await _of_seller("commission_ppm")(parent, {}, context, None)
    return None if millionths is None else millionths / PERCENT


def _shape(found: SellerView) -> Shape:
    return {"id": str(found.id), "name": found.name, "seller": found}


RESOLVERS = {
    "Query.sellers": sellers,
    "Query.seller": seller,
    "Product.seller": seller_of_product,
    "Seller.createdAt": _of_seller("created_at"),
    "Seller.updatedAt": _of_seller("updated_at"),
    "Seller.commission": commission,
    "Mutation.createSeller": create,
    "Mutation.updateSeller": update,
    "Mutation.deleteSeller": deletion(delete_seller),
    "Mutation.deleteSellers": deletions(delete_seller),
}
