"""Ways of delivery at a flat price, as staff keep the market's and all sellers', and each seller their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.clock import now
from core.db import Row, fetch, fetch_one, for_update, placeholders, transaction
from core.errors import InvalidInput, NotFound
from core.money import MAX_MINOR
from models import ShippingMethod
from services.accounts.customers import checked_text
from services.listing import Column, Columns, Listing, list_rows
from services.paging import possible_ids
from services.shipping.offering import forget_methods
from services.staff import Desk, changes, check_may, record
from services.tenants import Scope
from services.values import as_time

LISTED: Columns = {
    "id": Column("m.id", "id"),
    "created_at": Column("m.created_at", "time"),
    "updated_at": Column("m.updated_at", "time"),
    "code": Column("m.code", "text"),
    "name": Column("m.name", "text"),
    "description": Column("m.description", "text"),
    "seller_id": Column("m.seller_id", "id", nullable=True),
}
LONGEST = {"code": 40, "name": 120, "description": 255}
_COLUMNS = "m.id, m.kind, m.code, m.name, m.description, m.price_minor, m.created_at, m.updated_at, m.seller_id, s.name AS seller"
_TABLES = "shipping_method m LEFT JOIN seller s ON s.id = m.seller_id"


@dataclass(frozen=True, slots=True)
class WayView:
    """A way of delivery; `price_minor` contains tax. Without a seller it is the market's own."""

    id: int
    kind: str
    code: str
    name: str
    description: str
    price_minor: int
    created_at: datetime
    updated_at: datetime
    seller_id: int | None
    seller: str | None


async def list_ways(desk: Desk, listing: Listing) -> tuple[list[WayView], int]:
    """A page of the ways that may be chosen, in their order, and how many there are. Raises `Forbidden`, `InvalidInput`."""
    check_may(desk, "ReadShippingMethod", "ReadSettings")
    rows, total = await list_rows(
        _COLUMNS, _TABLES, _mine(desk), _tenant(desk.scope), listing, LISTED, usual="m.position, m.id"
    )
    return [_view(row) for row in rows], total


async def find_way(desk: Desk, way_id: int) -> WayView | None:
    """None where there is none, or none of theirs. Raises `Forbidden`."""
    check_may(desk, "ReadShippingMethod", "ReadSettings")
    row = await _row(desk, way_id)
    return _view(row) if row else None


async def ways_by_id(scope: Scope, ids: Sequence[int]) -> dict[int, WayView]:
    """These ways, whatever their kind, also such as were taken away: orders show them. One statement."""
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM {_TABLES} WHERE m.platform_id = $1 AND m.environment = $2 "
        f"AND m.id IN ({placeholders(ids, 3)})",
        *_tenant(scope),
        *ids,
    )
    return {row["id"]: _view(row) for row in rows}


async def create_way(desk: Desk, said: Mapping[str, Any], seller_id: int | None = None) -> int:
    """A new way at the end of the list, of the seller who makes it or who is named, else the market's; its id.

    `said` has code, name, price_minor and perhaps description. Raises `Forbidden`, `InvalidInput`, `NotFound` for an
    unknown seller.
    """
    check_may(desk, "CreateShippingMethod", "CreateSettings")
    columns = _checked(said)
    if {"code", "name", "price_minor"} - set(columns):
        raise InvalidInput("A way of delivery needs a code, a name and a price.", field="name")
    owner = seller_id if desk.seller_id is None else desk.seller_id
    async with transaction():
        await _check_seller(desk.scope, owner)
        await _check_free(desk.scope, columns["code"], 0)
        place = await fetch_one(
            "SELECT COALESCE(MAX(position) + 1, 0) AS next FROM shipping_method WHERE platform_id = $1 AND environment = $2",
            *_tenant(desk.scope),
        )
        made = await ShippingMethod.create(
            platform_id=desk.scope.platform_id,
            environment=desk.scope.environment,
            seller_id=owner,
            position=place["next"] if place else 0,
            **columns,
        )
        await record(desk, "created", "shippingMethod", made.id, seller=owner, **columns)
    forget_methods(desk.scope)
    return int(made.id)


async def update_way(desk: Desk, way_id: int, said: Mapping[str, Any]) -> None:
    """Write what is said; orders that have chosen it keep its price. Raises `Forbidden`, `NotFound`, `InvalidInput`."""
    check_may(desk, "UpdateShippingMethod", "UpdateSettings")
    columns = _checked(said)
    async with transaction():
        before = await _locked(desk, way_id)
        different = changes(before, columns)
        if not different:
            return
        if "code" in different:
            await _check_free(desk.scope, columns["code"], way_id)
        await ShippingMethod.filter(id=way_id).update(**columns, updated_at=now())
        await record(desk, "updated", "shippingMethod", way_id, **different)
    forget_methods(desk.scope)


async def delete_way(desk: Desk, way_id: int) -> None:
    """Nobody can choose it any more; orders that have keep it, and its code stays taken. Raises `Forbidden`, `NotFound`."""
    check_may(desk, "DeleteShippingMethod", "DeleteSettings")
    async with transaction():
        before = await _locked(desk, way_id)
        await ShippingMethod.filter(id=way_id).update(deleted_at=now(), updated_at=now())
        await record(desk, "deleted", "shippingMethod", way_id, code=before["code"])
    forget_methods(desk.scope)


def _checked(said: Mapping[str, Any]) -> dict[str, Any]:
    columns = dict(said)
    for name in ("code", "name", "description"):
        if columns.get(name):
            columns[name] = checked_text(columns[name], name, LONGEST[name])
    price = columns.get("price_minor", 0)
    if isinstance(price, bool) or not isinstance(price, int) or not 0 <= price <= MAX_MINOR:
        raise InvalidInput("rate is an amount in minor units.", field="calculator")
    if not all(columns.get(name, "x") for name in ("code", "name")):
        raise InvalidInput("This can't be empty.", field="code" if not columns.get("code", "x") else "name")
    return columns


async def _check_seller(scope: Scope, seller_id: int | None) -> None:
    if seller_id is not None and not await fetch_one(
        "SELECT id FROM seller WHERE platform_id = $1 AND environment = $2 AND id = $3 AND deleted_at IS NULL",
        *_tenant(scope),
        *(possible_ids([seller_id]) or [0]),
    ):
        raise NotFound("There is no such seller.", field="sellerId")


async def _check_free(scope: Scope, code: str, way_id: int) -> None:
    if await fetch_one(
        "SELECT id FROM shipping_method WHERE platform_id = $1 AND environment = $2 AND code = $3 AND id <> $4",
        *_tenant(scope),
        code,
        way_id,
    ):
        raise InvalidInput(f'The code "{code}" is taken.', field="code")


async def _locked(desk: Desk, way_id: int) -> Row:
    row = await _row(desk, way_id, f"{for_update()} OF m" if for_update() else "")
    if row is None:
        raise NotFound("There is no such delivery method.", field="id")
    return row


async def _row(desk: Desk, way_id: int, lock: str = "") -> Row | None:
    return await fetch_one(
        f"SELECT {_COLUMNS} FROM {_TABLES} WHERE {_mine(desk)} AND m.id = $3{lock}",
        *_tenant(desk.scope),
        *(possible_ids([way_id]) or [0]),
    )


def _mine(desk: Desk) -> str:
    own = "" if desk.seller_id is None else f" AND m.seller_id = {int(desk.seller_id)}"
    return f"m.platform_id = $1 AND m.environment = $2 AND m.kind = 'flat' AND m.deleted_at IS NULL{own}"


def _tenant(scope: Scope) -> list[Any]:
    return [scope.platform_id, scope.environment]


def _view(row: Row) -> WayView:
    times = {name: as_time(row[name]) for name in ("created_at", "updated_at")}
    return WayView(**{**row, **times})
