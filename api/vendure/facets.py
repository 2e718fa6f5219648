"""Facets and options of what an answer shows, read together for all of it."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from api.graphql.batches import Batch
from api.vendure.context import Context
from api.vendure.errors import Resolver
from api.vendure.facet_mapping import facet_value_shape, group_shape, option_shape
from api.vendure.mapping import Shape
from services.catalogue.facets import values_had, values_of_facets
from services.catalogue.options import groups_of_products, options_of_variants

# Read at once: a page of products may have many variants.
MOST = 2000

Read = Callable[[Context, list[int]], Awaitable[dict[int, Any]]]
Show = Callable[[Context, Any], Shape]


def _parts(expected: str, read: Read, show: Show) -> Resolver:
    """A list that each of many rows has; `expected` names where the ids of the others are."""

    async def resolve(parent: Shape, _: Any, context: Context, __: Any) -> list[Shape]:
        if read not in context.parts:
            ids: set[int] = getattr(context.expected, expected)
            context.parts[read] = Batch(ids, partial(read, context), MOST)
        return [show(context, part) for part in await context.parts[read].get(int(parent["id"])) or ()]

    return resolve


async def _of_products(context: Context, ids: list[int]) -> dict[int, Any]:
    return await values_had(context.scope, "product", ids, private=context.behind is not None)


async def _of_variants(context: Context, ids: list[int]) -> dict[int, Any]:
    return await values_had(context.scope, "variant", ids, private=context.behind is not None)


async def _of_facets(context: Context, ids: list[int]) -> dict[int, Any]:
    return await values_of_facets(context.scope, ids)


async def _groups(_: Context, ids: list[int]) -> dict[int, Any]:
    return await groups_of_products(ids)


async def _options(_: Context, ids: list[int]) -> dict[int, Any]:
    return await options_of_variants(ids)


def _of_facet(context: Context, value: Any) -> Shape:
    return facet_value_shape(context, value)


def _of_variant(context: Context, chosen: Any) -> Shape:
    option, group = chosen
    return option_shape(option, group_shape(context, group))


RESOLVERS = {
    "Facet.values": _parts("facets", _of_facets, _of_facet),
    "Product.facetValues": _parts("products", _of_products, _of_facet),
    "ProductVariant.facetValues": _parts("variants", _of_variants, _of_facet),
    "Product.optionGroups": _parts("products", _groups, group_shape),
    "ProductVariant.options": _parts("variants", _options, _of_variant),
}
