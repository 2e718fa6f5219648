"""Reading facets and their values, and which products and variants have."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from core.db import Row, fetch, placeholders
from services.listing import Column, Columns, Listing, fetch_listed, list_rows, order_sql, where_sql
from services.paging import page, possible_ids
from services.tenants import Scope
from services.values import as_time, as_uid

LISTED: Columns = {
    "id": Column("f.id", "id"),
    "created_at": Column("f.created_at", "time"),
    "updated_at": Column("f.updated_at", "time"),
    "language_code": Column("'en'", "text"),
    "name": Column("f.name", "text"),
    "code": Column("f.code", "text"),
    "private": Column("f.private", "flag"),
}


@dataclass(frozen=True, slots=True)
class FacetView:
    """Something that products are sorted out by."""

    id: int
    uid: UUID
    name: str
    code: str
    private: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class FacetValueView:
    """One of the things that a facet can be."""

    id: int
    uid: UUID
    name: str
    code: str
    created_at: datetime
    updated_at: datetime
    facet: FacetView


_FACET = "f.id, f.uid, f.name, f.code, f.private, f.created_at, f.updated_at"
_VALUE = "v.id AS value_id, v.uid AS value_uid, v.name AS value, v.code AS value_code, v.created_at AS made, v.updated_at AS changed"
VALUES_LISTED: Columns = {
    "id": Column("v.id", "id"),
    "created_at": Column("v.created_at", "time"),
    "updated_at": Column("v.updated_at", "time"),
    "language_code": Column("'en'", "text"),
    "name": Column("v.name", "text"),
    "code": Column("v.code", "text"),
    "facet_id": Column("v.facet_id", "id"),
}
_IN_ORDER = "f.name, f.id, v.name, v.id"


async def list_facets(
    scope: Scope, listing: Listing, *, ids: Sequence[int] | None = None, private: bool = False
) -> tuple[list[FacetView], int]:
    """A page of facets and how many there are in all, by name where nothing else is asked; private ones if wanted.

    One statement. Raises `InvalidInput` as `where_sql` and `order_sql` do.
    """
    values: list[object] = [scope.platform_id, scope.environment]
    mine = "f.platform_id = $1 AND f.environment = $2" + ("" if private else " AND NOT f.private")
    if ids is not None:
        possible = possible_ids(ids) or [0]
        mine += f" AND f.id IN ({placeholders(possible, 3)})"
        values += possible
    mine += where_sql(listing.where, LISTED, values)
    order = order_sql(listing.sort or (("name", "ASC"),), LISTED, "f.id")
    limit, offset = page(listing.skip, listing.take)
    rows = await fetch_listed(
        f"SELECT {_FACET}, t.total FROM (SELECT COUNT(*) AS total FROM facet f WHERE {mine}) t LEFT JOIN "
        f"(SELECT * FROM facet f WHERE {mine} ORDER BY {order} LIMIT {limit} OFFSET {offset}) f ON TRUE ORDER BY {order}",
        *values,
    )
    return [_facet(row) for row in rows if row["id"] is not None], rows[0]["total"]


async def values_of_facets(scope: Scope, facet_ids: Sequence[int]) -> dict[int, list[FacetValueView]]:
    """The values of each of these facets, by name. One statement."""
    rows = await _values(scope, "facet_value v", f"f.id IN ({placeholders(facet_ids, 3)})", facet_ids)
    found: dict[int, list[FacetValueView]] = defaultdict(list)
    for row in rows:
        found[row["id"]].append(_value(row))
    return found


async def get_facet_values(scope: Scope, ids: Sequence[int]) -> dict[int, FacetValueView]:
    """These values, by id; unknown ones and those of private facets are left out. One statement."""
    possible = possible_ids(ids) or [0]
    rows = await _values(
        scope, "facet_value v", f"v.id IN ({placeholders(possible, 3)}) AND NOT f.private", possible
    )
    return {row["value_id"]: _value(row) for row in rows}


async def list_values(scope: Scope, listing: Listing) -> tuple[list[FacetValueView], int]:
    """A page of the values of all facets, private ones too, by facet and name, and how many there are. Two statements.

    Raises `InvalidInput` as `where_sql` and `order_sql` do.
    """
    rows, total = await list_rows(
        f"{_FACET}, {_VALUE}",
        "facet_value v JOIN facet f ON f.id = v.facet_id",
        "f.platform_id = $1 AND f.environment = $2",
        [scope.platform_id, scope.environment],
        listing,
        VALUES_LISTED,
        usual=_IN_ORDER,
    )
    return [_value(row) for row in rows], total


async def values_had(
    scope: Scope, by: Literal["product", "variant"], ids: Sequence[int], *, private: bool = False
) -> dict[int, list[FacetValueView]]:
    """What each product has as a whole, or each variant for itself alone. One statement."""
    holder = "x.product_id" if by == "product" else "x.variant_id"
    alone = " AND x.variant_id IS NULL" if by == "product" else ""
    rows = await _values(
        scope,
        "product_facet_value x JOIN facet_value v ON v.id = x.value_id",
        f"{holder} IN ({placeholders(ids, 3)}){alone}" + ("" if private else " AND NOT f.private"),
        ids,
        f", {holder} AS holder",
    )
    found: dict[int, list[FacetValueView]] = defaultdict(list)
    for row in rows:
        found[row["holder"]].append(_value(row))
    return found


async def _values(scope: Scope, tables: str, where: str, ids: Sequence[int], more: str = "") -> list[Row]:
    return await fetch(
        f"SELECT {_FACET}, {_VALUE}{more} FROM {tables} JOIN facet f ON f.id = v.facet_id "
        f"WHERE f.platform_id = $1 AND f.environment = $2 AND {where} ORDER BY {_IN_ORDER}",
        scope.platform_id,
        scope.environment,
        *ids,
    )


def _facet(row: Row) -> FacetView:
    return FacetView(
        id=row["id"],
        uid=as_uid(row["uid"]),
        name=row["name"],
        code=row["code"],
        private=bool(row["private"]),
        created_at=as_time(row["created_at"]),
        updated_at=as_time(row["updated_at"]),
    )


def _value(row: Row) -> FacetValueView:
    return FacetValueView(
        id=row["value_id"],
        uid=as_uid(row["value_uid"]),
        name=row["value"],
        code=row["value_code"],
        created_at=as_time(row["made"]),
        updated_at=as_time(row["changed"]),
        facet=_facet(row),
    )
