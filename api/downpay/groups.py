"""Purchase option groups: the two queries, and what a group shows of itself."""

from typing import Any

from api.downpay.context import DownpayContext
from api.downpay.mapping import Shape, group_shape, order_shape, product_shape
from api.graphql.ids import parse_id
from api.graphql.relay import connection, read_window
from services.purchase_options.coverage import Counts, counts_of, products_of, tags_of, variants_of
from services.purchase_options.reading import get_group, list_groups

Args = dict[str, Any]


async def purchase_option_group(_: Any, args: Args, context: DownpayContext, __: Any) -> Shape | None:
    group = await get_group(context.scope, parse_id(args["id"]))
    return group_shape(context, group) if group else None


async def purchase_option_groups(_: Any, args: Args, context: DownpayContext, __: Any) -> Shape:
    page = await list_groups(context.scope, read_window(args, "group"))
    return connection(page, "group", lambda group: group_shape(context, group))


async def orders(parent: Shape, args: Args, context: DownpayContext, _: Any) -> Shape:
    page = await context.orders(read_window(args, "order"), int(parent["id"]))
    return connection(page, "order", order_shape)


async def product_count(parent: Shape, _: Args, context: DownpayContext, __: Any) -> int:
    counts: Counts = await context.part(counts_of, int(parent["id"])) or Counts()
    return counts.products


async def product_variant_count(parent: Shape, _: Args, context: DownpayContext, __: Any) -> int:
    counts: Counts = await context.part(counts_of, int(parent["id"])) or Counts()
    return counts.variants


async def products(parent: Shape, _: Args, context: DownpayContext, __: Any) -> list[Shape]:
    found = await context.part(products_of, int(parent["id"])) or []
    return [product_shape(context, product) for product in found]


async def variants(parent: Shape, _: Args, context: DownpayContext, __: Any) -> list[Shape]:
    found = await context.part(variants_of, int(parent["id"])) or []
    return [{"id": str(variant_id)} for variant_id in found]


async def tags(parent: Shape, _: Args, context: DownpayContext, __: Any) -> list[str]:
    found: list[str] = await context.part(tags_of, int(parent["id"])) or []
    return found


RESOLVERS = {
    "Query.purchaseOptionGroup": purchase_option_group,
    "Query.purchaseOptionGroups": purchase_option_groups,
    "PurchaseOptionGroup.orders": orders,
    "PurchaseOptionGroup.productCount": product_count,
    "PurchaseOptionGroup.productVariantCount": product_variant_count,
    "PurchaseOptionGroup.products": products,
    "PurchaseOptionGroup.variants": variants,
    "PurchaseOptionGroup.tags": tags,
}
