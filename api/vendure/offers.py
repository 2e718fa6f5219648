"""What products and variants may be bought with, read together for everything that an answer shows."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Literal

from api.graphql.batches import Batch
from api.vendure.context import Context
from api.vendure.deposit_mapping import option_shape
from api.vendure.mapping import Shape
from services.purchase_options.offers import options_by_product, options_by_variant
from services.purchase_options.views import OptionView
from services.tenants import Scope

Read = Callable[[Scope, list[int]], Awaitable[dict[int, list[OptionView]]]]
Resolver = Callable[[Shape, Any, Context, Any], Awaitable[list[Shape]]]


def _offered(what: Literal["products", "variants"], read: Read) -> Resolver:
    async def resolve(parent: Shape, _: Any, context: Context, __: Any) -> list[Shape]:
        if what not in context.options:
            expected: set[int] = getattr(context.expected, what)
            context.options[what] = Batch(expected, partial(read, context.scope))
        return [option_shape(option) for option in await context.options[what].get(int(parent["id"])) or ()]

    return resolve


RESOLVERS = {
    "Product.purchaseOptions": _offered("products", options_by_product),
    "ProductVariant.purchaseOptions": _offered("variants", options_by_variant),
}
