"""List options as this dialect writes them, read into what the services list by; and what each noun's names mean."""

from collections.abc import Mapping
from typing import Any

from api.graphql.ids import parse_id
from api.vendure.paging import PART_PAGE, page_of
from core.errors import InvalidInput
from services.listing import DEEPEST, Clause, Columns, Condition, Group, Listing
from services.paging import Sort

# The dialect's name of a column, and the service's.
Names = Mapping[str, str]

_OPERATORS = {
    "notEq": "not_eq",
    "notIn": "not_in",
    "notContains": "not_contains",
    "isNull": "is_null",
}
_NESTED = {"_and": False, "_or": True}

_DATED = {"id": "id", "createdAt": "created_at", "updatedAt": "updated_at"}
PRODUCTS: Names = {
    **_DATED,
    "languageCode": "language_code",
    "name": "name",
    "slug": "slug",
    "description": "description",
    "enabled": "enabled",
    "Make": "make",
    "Model": "model",
    "Year": "year",
    "numStars": "stars",
    "averageRating": "average_rating",
    "CountryOfOrigin": "country_of_origin",
    "Condition": "condition",
}
VARIANTS: Names = {
    **_DATED,
    "productId": "product_id",
    "languageCode": "language_code",
    "sku": "sku",
    "name": "name",
    "enabled": "enabled",
    "price": "price",
    "priceWithTax": "price",
    "currencyCode": "currency",
    "stockLevel": "stock_level",
}
COLLECTIONS: Names = {
    **_DATED,
    "languageCode": "language_code",
    "name": "name",
    "slug": "slug",
    "description": "description",
    "position": "position",
    "parentId": "parent_id",
    "productVariantCount": "variants",
}
FACETS: Names = {
    **_DATED,
    "languageCode": "language_code",
    "name": "name",
    "code": "code",
}
REVIEWS: Names = {
    **_DATED,
    "summary": "summary",
    "body": "body",
    "rating": "rating",
    "authorName": "author_name",
}
ORDERS: Names = {
    **_DATED,
    "type": "type",
    "orderPlacedAt": "placed_at",
    "code": "code",
    "state": "state",
    "active": "active",
    "totalQuantity": "quantity",
    "subTotal": "net_subtotal",
    "subTotalWithTax": "subtotal",
    "currencyCode": "currency",
    "shipping": "net_shipping",
    "shippingWithTax": "shipping",
    "total": "net_total",
    "totalWithTax": "total",
}


def read_listing(
    options: dict[str, Any] | None, names: Names, columns: Columns, most: int = PART_PAGE
) -> Listing:
    """`filter`, `filterOperator`, `sort`, `skip` and `take`; `most` rows where it isn't said, and 100 at the most.

    Raises `InvalidInput` for a filter that is nested too deep.
    """
    options = options or {}
    skip, take = page_of(options, most)
    parts = _parts(options.get("filter") or {}, names, columns, DEEPEST)
    where = Group(parts, any_of=options.get("filterOperator") == "OR") if parts else None
    return Listing(where, read_sort(options.get("sort"), names), skip, take)


def read_sort(given: dict[str, Any] | None, names: Names) -> Sort:
    """What is sorted by, first things first."""
    return tuple((names[name], way) for name, way in (given or {}).items() if way)


def _parts(given: dict[str, Any], names: Names, columns: Columns, levels: int) -> tuple[Condition, ...]:
    """The conditions of one level. What is null was not asked."""
    if levels == 0:
        raise InvalidInput(f"Conditions are nested at most {DEEPEST} deep.", field="filter")
    found: list[Condition] = []
    for name, asked in given.items():
        if name in _NESTED:
            inner = [Group(_parts(each, names, columns, levels - 1)) for each in asked or ()]
            found.append(Group(tuple(inner), any_of=_NESTED[name]))
        elif asked:
            column = names[name]
            kind = columns[column].kind
            found += (
                Clause(column, _OPERATORS.get(operator, operator), _value(value, kind))
                for operator, value in asked.items()
                if value is not None
            )
    return tuple(found)


def _value(value: Any, kind: str) -> Any:
    if isinstance(value, list):
        return tuple(_value(one, kind) for one in value)
    if isinstance(value, dict):
        return value["start"], value["end"]
    return parse_id(value) if kind == "id" and isinstance(value, str) else value
