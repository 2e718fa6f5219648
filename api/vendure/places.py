"""Countries and zones: where a shop delivers."""

from typing import Any

from api.vendure.address_mapping import country_shape, zone_shape
from api.vendure.context import Context
from api.vendure.mapping import Shape
from services.countries import countries_of


async def available_countries(_: Any, __: Any, context: Context, ___: Any) -> list[Shape]:
    return [country_shape(context.scope, code) for code in countries_of(context.scope)]


async def zone_of_channel(_: Shape, __: Any, context: Context, ___: Any) -> Shape:
    """A shop delivers and reckons taxes in one country."""
    return zone_shape(context.scope)


RESOLVERS = {
    "Query.availableCountries": available_countries,
    "Channel.defaultShippingZone": zone_of_channel,
    "Channel.defaultTaxZone": zone_of_channel,
}
