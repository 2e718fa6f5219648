"""Taxes at the desk, and the one zone that a shop delivers and reckons taxes in."""

from decimal import Decimal
from functools import partial
from typing import Any

from api.admin.context import AdminContext
from api.admin.deleting import deletion, deletions
from api.graphql.batches import Batch
from api.graphql.ids import parse_id
from api.vendure.address_mapping import country_shape, zone_shape
from api.vendure.listing import Names, read_listing
from api.vendure.paging import page_of
from core.errors import InvalidInput, NotFound
from services.countries import countries_of
from services.staff import check_may
from services.taxes.desk import (
    CATEGORIES,
    RATES,
    CategoryView,
    RateView,
    add_rate,
    add_tax_category,
    categories_of_variants,
    change_rate,
    find_rate,
    find_tax_category,
    list_rates,
    list_tax_categories,
    remove_rate,
    remove_tax_category,
    rename_tax_category,
)

Args = dict[str, Any]
Shape = dict[str, Any]

_DATED = {"id": "id", "createdAt": "created_at", "updatedAt": "updated_at", "name": "name"}
_CATEGORY_NAMES: Names = _DATED
_RATE_NAMES: Names = {
    **_DATED,
    "enabled": "enabled",
    "value": "percent",
    "categoryId": "category_id",
    "zoneId": "zone_id",
}
_PLACES = ("ReadZone", "ReadCountry", "ReadSettings", "ReadTaxRate", "ReadCatalog")


async def tax_categories(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    listing = read_listing(args.get("options"), _CATEGORY_NAMES, CATEGORIES)
    found, total = await list_tax_categories(await context.desk(), listing)
    return {"items": [_category(each) for each in found], "totalItems": total}


async def tax_category(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    return await _shown_category(context, parse_id(args["id"]))


async def create_category(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    given = args["input"]
    _check_default(given)
    return await _shown_category(context, await add_tax_category(await context.desk(), given["name"]))


async def update_category(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    given = args["input"]
    _check_default(given)
    category_id = parse_id(given["id"])
    await rename_tax_category(await context.desk(), category_id, given.get("name"))
    return await _shown_category(context, category_id)


async def tax_category_of_variant(parent: Shape, _: Args, context: AdminContext, __: Any) -> Shape | None:
    if context.tax_categories is None:
        read = partial(categories_of_variants, context.scope)
        context.tax_categories = Batch(context.expected.variants, read)
    found = await context.tax_categories.get(int(parent["id"]))
    return _category(found) if found else None


async def tax_rates(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    listing = read_listing(args.get("options"), _RATE_NAMES, RATES)
    found, total = await list_rates(await context.desk(), listing)
    return {"items": [_rate(context, each) for each in found], "totalItems": total}


async def tax_rate(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    return await _shown_rate(context, parse_id(args["id"]))


async def create_rate(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    given = args["input"]
    desk = await context.desk()
    _check_zone(context, given)
    rate_id = await add_rate(
        desk,
        parse_id(given["categoryId"]),
        given["name"],
        _basis_points(given["value"]),
        enabled=given["enabled"],
    )
    return await _shown_rate(context, rate_id)


async def update_rate(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    given = args["input"]
    desk = await context.desk()
    _check_zone(context, given)
    said = {name: given[name] for name in ("name", "enabled") if given.get(name) is not None}
    if given.get("value") is not None:
        said["basis_points"] = _basis_points(given["value"])
    if given.get("categoryId") is not None:
        said["category_id"] = parse_id(given["categoryId"])
    rate_id = parse_id(given["id"])
    await change_rate(desk, rate_id, said)
    return await _shown_rate(context, rate_id)


async def zones(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    check_may(await context.desk(), *_PLACES)
    return _page([zone_shape(context.scope)], args)


async def zone(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    check_may(await context.desk(), *_PLACES)
    own = zone_shape(context.scope)
    return own if own["id"] == args["id"] else None


async def countries(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    check_may(await context.desk(), *_PLACES)
    return _page([country_shape(context.scope, code) for code in countries_of(context.scope)], args)


async def country(_: Any, args: Args, context: AdminContext, __: Any) -> Shape | None:
    check_may(await context.desk(), *_PLACES)
    there = args["id"] in countries_of(context.scope)
    return country_shape(context.scope, args["id"]) if there else None


def _page(all_: list[Shape], args: Args) -> Shape:
    skip, take = page_of(args.get("options"))
    return {"items": all_[skip : skip + take], "totalItems": len(all_)}


async def _shown_category(context: AdminContext, category_id: int) -> Shape | None:
    found = await find_tax_category(await context.desk(), category_id)
    return _category(found) if found else None


async def _shown_rate(context: AdminContext, rate_id: int) -> Shape | None:
    found = await find_rate(await context.desk(), rate_id)
    return _rate(context, found) if found else None


def _check_default(given: Args) -> None:
    if given.get("isDefault"):
        raise InvalidInput("What is in no category is taxed at the platform's own rate.", field="isDefault")


def _check_zone(context: AdminContext, given: Args) -> None:
    zone_id = given.get("zoneId")
    if zone_id is not None and zone_id != zone_shape(context.scope)["id"]:
        raise NotFound("There is no such zone.", field="zoneId")


def _basis_points(percent: float) -> int:
    exact = Decimal(str(percent)) * 100
    if not exact.is_finite() or exact != int(exact):
        raise InvalidInput("A rate is in percent, to two decimals.", field="value")
    return int(exact)


def _category(found: CategoryView) -> Shape:
    return {
        "id": str(found.id),
        "createdAt": found.created_at,
        "updatedAt": found.updated_at,
        "name": found.name,
        "isDefault": False,
    }


def _rate(context: AdminContext, found: RateView) -> Shape:
    return {
        "id": str(found.id),
        "createdAt": found.created_at,
        "updatedAt": found.updated_at,
        "name": found.name,
        "enabled": found.enabled,
        "value": found.basis_points / 100,
        "category": _category(found.category),
        "zone": zone_shape(context.scope),
    }


RESOLVERS = {
    "Query.taxCategories": tax_categories,
    "Query.taxCategory": tax_category,
    "Query.taxRates": tax_rates,
    "Query.taxRate": tax_rate,
    "Query.zones": zones,
    "Query.zone": zone,
    "Query.countries": countries,
    "Query.country": country,
    "ProductVariant.taxCategory": tax_category_of_variant,
    "Mutation.createTaxCategory": create_category,
    "Mutation.updateTaxCategory": update_category,
    "Mutation.deleteTaxCategory": deletion(remove_tax_category),
    "Mutation.deleteTaxCategories": deletions(remove_tax_category),
    "Mutation.createTaxRate": create_rate,
    "Mutation.updateTaxRate": update_rate,
    "Mutation.deleteTaxRate": deletion(remove_rate),
    "Mutation.deleteTaxRates": deletions(remove_rate),
}
