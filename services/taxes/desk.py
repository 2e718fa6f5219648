"""Tax categories and rates, as staff see and keep them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.clock import now
from core.db import Row, execute, fetch, fetch_one, for_update, placeholders, transaction
from core.errors import InvalidInput, NotFound
from models import TaxCategory, TaxRate
from services.accounts.customers import checked_text
from services.listing import Column, Columns, Listing, list_rows
from services.paging import possible_ids
from services.staff import Desk, changes, check_may, record
from services.taxes.rates import (
    check_category,
    create_tax_category,
    create_tax_rate,
    delete_tax_rate,
    update_tax_rate,
)
from services.tenants import Scope
from services.values import as_time

CATEGORIES: Columns = {
    "id": Column("c.id", "id"),
    "created_at": Column("c.created_at", "time"),
    "updated_at": Column("c.updated_at", "time"),
    "name": Column("c.name", "text"),
}
RATES: Columns = {
    "id": Column("r.id", "id"),
    "created_at": Column("r.created_at", "time"),
    "updated_at": Column("r.updated_at", "time"),
    "name": Column("r.name", "text"),
    "enabled": Column("r.enabled", "flag"),
    "percent": Column("r.basis_points / 100.0", "number"),
    "category_id": Column("r.category_id", "id"),
    "zone_id": Column("r.platform_id", "id"),
}
LONGEST_NAME = 80
_CATEGORY = "c.id, c.name, c.created_at, c.updated_at"
_RATE = (
    "r.id, r.name, r.enabled, r.basis_points, r.created_at, r.updated_at, c.id AS category_id, c.name AS category, "
    "c.created_at AS category_created_at, c.updated_at AS category_updated_at"
)
_TABLES = "tax_rate r JOIN tax_category c ON c.id = r.category_id"


@dataclass(frozen=True, slots=True)
class CategoryView:
    """A kind of goods."""

    id: int
    name: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RateView:
    """What a category's prices contain; 1500 basis points are 15 %."""

    id: int
    name: str
    enabled: bool
    basis_points: int
    created_at: datetime
    updated_at: datetime
    category: CategoryView


async def list_tax_categories(desk: Desk, listing: Listing) -> tuple[list[CategoryView], int]:
    """A page of categories by name, and how many there are. Raises `Forbidden`, `InvalidInput`."""
    check_may(desk, "ReadTaxCategory", "ReadCatalog", "ReadSettings")
    rows, total = await list_rows(
        _CATEGORY, "tax_category c", _of("c"), _tenant(desk), listing, CATEGORIES, usual="c.name, c.id"
    )
    return [_category(row) for row in rows], total


async def find_tax_category(desk: Desk, category_id: int) -> CategoryView | None:
    """None also for another platform's. Raises `Forbidden`."""
    check_may(desk, "ReadTaxCategory", "ReadCatalog", "ReadSettings")
    row = await _one(desk, "tax_category c", _CATEGORY, "c", category_id)
    return _category(row) if row else None


async def categories_of_variants(scope: Scope, variant_ids: Sequence[int]) -> dict[int, CategoryView]:
    """The category of each variant that is in one. One statement."""
    rows = await fetch(
        f"SELECT v.id AS variant_id, {_CATEGORY} FROM variant v JOIN tax_category c ON c.id = v.tax_category_id "
        f"WHERE v.platform_id = $1 AND v.environment = $2 AND v.id IN ({placeholders(variant_ids, 3)})",
        scope.platform_id,
        scope.environment,
        *variant_ids,
    )
    return {row.pop("variant_id"): _category(row) for row in rows}


async def add_tax_category(desk: Desk, name: str) -> int:
    """A new category; its id. Raises `Forbidden`, `InvalidInput` for a name that there is."""
    check_may(desk, "CreateTaxCategory", "CreateSettings")
    async with transaction():
        category_id = await create_tax_category(desk.scope, name)
        await record(desk, "created", "taxCategory", category_id, name=name)
    return category_id


async def rename_tax_category(desk: Desk, category_id: int, name: str | None) -> None:
    """Raises `Forbidden`, `NotFound`, `InvalidInput` for a name that there is."""
    check_may(desk, "UpdateTaxCategory", "UpdateSettings")
    async with transaction():
        before = await _locked(desk, "tax_category c", _CATEGORY, "c", category_id, "tax category")
        written = {} if name is None else {"name": checked_text(name, "name", LONGEST_NAME)}
        different = changes(before, written)
        if not different:
            return
        if await TaxCategory.filter(
            platform_id=desk.scope.platform_id, environment=desk.scope.environment, **written
        ).exists():
            raise InvalidInput("There is a tax category with that name.", field="name")
        await TaxCategory.filter(id=category_id).update(**written, updated_at=now())
        await record(desk, "updated", "taxCategory", category_id, **different)


async def remove_tax_category(desk: Desk, category_id: int) -> None:
    """Take a category away with its rates. Raises `Forbidden`, `NotFound`, `InvalidInput` while goods are in it."""
    check_may(desk, "DeleteTaxCategory", "DeleteSettings")
    async with transaction():
        before = await _locked(desk, "tax_category c", _CATEGORY, "c", category_id, "tax category")
        found = await fetch_one(
            "SELECT COUNT(*) AS n FROM variant WHERE tax_category_id = $1 AND deleted_at IS NULL", category_id
        )
        if found and found["n"]:
            raise InvalidInput(f"There are variants in it: {found['n']}.", field="id")
        await execute("UPDATE variant SET tax_category_id = NULL WHERE tax_category_id = $1", category_id)
        await TaxCategory.filter(id=category_id).delete()
        await record(desk, "deleted", "taxCategory", category_id, name=before["name"])


async def list_rates(desk: Desk, listing: Listing) -> tuple[list[RateView], int]:
    """A page of rates, oldest first, and how many there are. Raises `Forbidden`, `InvalidInput`."""
    check_may(desk, "ReadTaxRate", "ReadCatalog", "ReadSettings")
    rows, total = await list_rows(_RATE, _TABLES, _of("r"), _tenant(desk), listing, RATES, usual="r.id")
    return [_rate(row) for row in rows], total


async def find_rate(desk: Desk, rate_id: int) -> RateView | None:
    """None also for another platform's. Raises `Forbidden`."""
    check_may(desk, "ReadTaxRate", "ReadCatalog", "ReadSettings")
    row = await _one(desk, _TABLES, _RATE, "r", rate_id)
    return _rate(row) if row else None


async def add_rate(desk: Desk, category_id: int, name: str, basis_points: int, *, enabled: bool) -> int:
    """A new rate, which holds for its category from now on where it is enabled; its id.

    Raises `Forbidden`, `InvalidInput`, `NotFound` for an unknown category.
    """
    check_may(desk, "CreateTaxRate", "CreateSettings")
    async with transaction():
        rate_id = await create_tax_rate(desk.scope, category_id, name, basis_points, enabled=enabled)
        await record(
            desk, "created", "taxRate", rate_id, name=name, basis_points=basis_points, category=category_id
        )
    return rate_id


async def change_rate(desk: Desk, rate_id: int, said: Mapping[str, Any]) -> None:
    """Write what is said of `name`, `basis_points`, `enabled` and `category_id`. Raises as `add_rate`."""
    check_may(desk, "UpdateTaxRate", "UpdateSettings")
    async with transaction():
        before = await _locked(desk, "tax_rate r", "r.*", "r", rate_id, "tax rate")
        different = changes(before | {"enabled": bool(before["enabled"])}, dict(said))
        if not different:
            return
        written = {name: said[name] for name in different}
        if (category_id := written.pop("category_id", None)) is not None:
            await check_category(desk.scope, category_id)
            await TaxRate.filter(id=rate_id).update(category_id=category_id)
        await update_tax_rate(desk.scope, rate_id, **written)
        await record(desk, "updated", "taxRate", rate_id, **different)


async def remove_rate(desk: Desk, rate_id: int) -> None:
    """Orders that are being paid keep it. Raises `Forbidden`, `NotFound`."""
    check_may(desk, "DeleteTaxRate", "DeleteSettings")
    async with transaction():
        before = await _locked(desk, "tax_rate r", "r.*", "r", rate_id, "tax rate")
        await delete_tax_rate(desk.scope, rate_id)
        await record(desk, "deleted", "taxRate", rate_id, name=before["name"])


async def _one(desk: Desk, tables: str, columns: str, alias: str, id_: int, lock: str = "") -> Row | None:
    return await fetch_one(
        f"SELECT {columns} FROM {tables} WHERE {_of(alias)} AND {alias}.id = $3{lock}",
        *_tenant(desk),
        *(possible_ids([id_]) or [0]),
    )


async def _locked(desk: Desk, tables: str, columns: str, alias: str, id_: int, noun: str) -> Row:
    row = await _one(desk, tables, columns, alias, id_, for_update())
    if row is None:
        raise NotFound(f"There is no such {noun}.", field="id")
    return row


def _of(alias: str) -> str:
    return f"{alias}.platform_id = $1 AND {alias}.environment = $2"


def _tenant(desk: Desk) -> list[Any]:
    return [desk.scope.platform_id, desk.scope.environment]


def _category(row: Row) -> CategoryView:
    return CategoryView(row["id"], row["name"], as_time(row["created_at"]), as_time(row["updated_at"]))


def _rate(row: Row) -> RateView:
    category = CategoryView(
        row["category_id"],
        row["category"],
        as_time(row["category_created_at"]),
        as_time(row["category_updated_at"]),
    )
    times = as_time(row["created_at"]), as_time(row["updated_at"])
    return RateView(row["id"], row["name"], bool(row["enabled"]), row["basis_points"], *times, category)
