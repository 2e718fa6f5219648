"""The sellers of a market, as staff keep them: each sees their own shop, staff see all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.clock import now
from core.db import Row, execute, fetch, fetch_one, for_update, placeholders, transaction
from core.errors import AlreadyRegistered, InvalidInput, NotFound
from models import Seller, StaffSession
from services.accounts.customers import checked_text
from services.listing import Column, Columns, Listing, list_rows
from services.paging import possible_ids
from services.staff import Desk, changes, check_may, record
from services.tenants import Scope
from services.values import as_time

LISTED: Columns = {
    "id": Column("s.id", "id"),
    "created_at": Column("s.created_at", "time"),
    "updated_at": Column("s.updated_at", "time"),
    "name": Column("s.name", "text"),
}
LONGEST_NAME = 120
PERCENT = 10_000  # millionths
_COLUMNS = "s.id, s.name, s.commission_ppm, s.created_at, s.updated_at"


@dataclass(frozen=True, slots=True)
class SellerView:
    """A shop in the market. The market keeps `commission_ppm` millionths of its goods; None: as of any other's."""

    id: int
    name: str
    commission_ppm: int | None
    created_at: datetime
    updated_at: datetime


async def list_sellers(desk: Desk, listing: Listing) -> tuple[list[SellerView], int]:
    """A page of sellers by name, and how many there are; a seller sees themselves. Raises `Forbidden`, `InvalidInput`."""
    check_may(desk, "ReadSeller")
    rows, total = await list_rows(
        _COLUMNS, "seller s", _mine(desk), _tenant(desk.scope), listing, LISTED, usual="s.name, s.id"
    )
    return [_view(row) for row in rows], total


async def find_seller(desk: Desk, seller_id: int) -> SellerView | None:
    """None where there is none, or none of theirs. Raises `Forbidden`."""
    check_may(desk, "ReadSeller")
    row = await fetch_one(
        f"SELECT {_COLUMNS} FROM seller s WHERE {_mine(desk)} AND s.id = $3",
        *_tenant(desk.scope),
        *(possible_ids([seller_id]) or [0]),
    )
    return _view(row) if row else None


async def sellers_by_id(scope: Scope, ids: Sequence[int]) -> dict[int, SellerView]:
    """These sellers, also such as were taken away. One statement."""
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM seller s WHERE s.platform_id = $1 AND s.environment = $2 "
        f"AND s.id IN ({placeholders(ids, 3)})",
        *_tenant(scope),
        *ids,
    )
    return {row["id"]: _view(row) for row in rows}


async def sellers_of_products(scope: Scope, product_ids: Sequence[int]) -> dict[int, SellerView]:
    """Whose each product is. One statement."""
    rows = await fetch(
        f"SELECT p.id AS product_id, {_COLUMNS} FROM product p JOIN seller s ON s.id = p.seller_id "
        f"WHERE p.platform_id = $1 AND p.environment = $2 AND p.id IN ({placeholders(product_ids, 3)})",
        *_tenant(scope),
        *product_ids,
    )
    return {row.pop("product_id"): _view(row) for row in rows}


async def create_seller(desk: Desk, name: str, commission: float | None = None) -> int:
    """A new shop; its id. People who sell there are taken on as staff. `commission` is in percent.

    Raises `Forbidden`, `InvalidInput`, `AlreadyRegistered` for a name that a shop has or had.
    """
    check_may(desk, "CreateSeller")
    named = checked_text(name, "name", LONGEST_NAME)
    async with transaction():
        await _check_free(desk.scope, named, 0)
        seller = await Seller.create(
            platform_id=desk.scope.platform_id,
            environment=desk.scope.environment,
            name=named,
            commission_ppm=_checked_commission(commission),
        )
        await record(desk, "created", "seller", seller.id, name=named, commission=commission)
    return int(seller.id)


async def update_seller(desk: Desk, seller_id: int, said: Mapping[str, Any]) -> None:
    """Write what is said of `name` and `commission` (percent; None is the market's own rate); what was sold stays as it is.

    Raises `Forbidden`, `NotFound`, `InvalidInput`, `AlreadyRegistered`."""
    check_may(desk, "UpdateSeller")
    async with transaction():
        before = await _locked(desk, seller_id)
        written: dict[str, Any] = {}
        if "commission" in said:
            written["commission_ppm"] = _checked_commission(said["commission"])
        if said.get("name") is not None:
            written["name"] = checked_text(said["name"], "name", LONGEST_NAME)
            await _check_free(desk.scope, written["name"], seller_id)
        if different := changes(before, written):
            await Seller.filter(id=seller_id).update(**written, updated_at=now())
            await record(desk, "updated", "seller", seller_id, **different)


async def delete_seller(desk: Desk, seller_id: int) -> None:
    """Close a shop that has no products; who sold there can't sign in any more. Orders still show its name.

    Raises `Forbidden`, `NotFound`, and `InvalidInput` while it has products, or for the market's own.
    """
    check_may(desk, "DeleteSeller")
    async with transaction():
        before = await _locked(desk, seller_id)
        if before["name"] == desk.scope.name:
            raise InvalidInput("This is the market's own shop.", field="id")
        if await fetch_one(
            "SELECT id FROM product WHERE seller_id = $1 AND deleted_at IS NULL LIMIT 1", seller_id
        ):
            raise InvalidInput(
                "It has products: give them to somebody else or delete them first.", field="id"
            )
        await Seller.filter(id=seller_id).update(deleted_at=now(), updated_at=now())
        await StaffSession.filter(staff__seller_id=seller_id).delete()
        await execute(
            # The addresses are free again for somebody else.
            "UPDATE staff_user SET left_at = $2, email = email || '~' || id, secret_epoch = secret_epoch + 1 "
            "WHERE seller_id = $1 AND left_at IS NULL",
            seller_id,
            now(),
        )
        await record(desk, "deleted", "seller", seller_id, name=before["name"])


async def _locked(desk: Desk, seller_id: int) -> Row:
    row = await fetch_one(
        f"SELECT s.* FROM seller s WHERE {_mine(desk)} AND s.id = $3{for_update()}",
        *_tenant(desk.scope),
        *(possible_ids([seller_id]) or [0]),
    )
    if row is None:
        raise NotFound("There is no such seller.", field="id")
    return row


async def _check_free(scope: Scope, name: str, seller_id: int) -> None:
    if await fetch_one(
        "SELECT id FROM seller WHERE platform_id = $1 AND environment = $2 AND LOWER(name) = LOWER($3) AND id <> $4",
        *_tenant(scope),
        name,
        seller_id,
    ):
        raise AlreadyRegistered("There is a shop with that name already.", field="name")


def _checked_commission(percent: float | None) -> int | None:
    """Millionths."""
    if percent is None:
        return None
    exact = Decimal(str(percent)) * PERCENT
    if not exact.is_finite() or not 0 <= exact <= 100 * PERCENT or exact != int(exact):
        raise InvalidInput("A commission is from 0 to 100 percent, to four decimals.", field="commission")
    return int(exact)


def _mine(desk: Desk) -> str:
    own = "" if desk.seller_id is None else f" AND s.id = {int(desk.seller_id)}"
    return f"s.platform_id = $1 AND s.environment = $2 AND s.deleted_at IS NULL{own}"


def _tenant(scope: Scope) -> list[object]:
    return [scope.platform_id, scope.environment]


def _view(row: Row) -> SellerView:
    times = {name: as_time(row[name]) for name in ("created_at", "updated_at")}
    return SellerView(**{**row, **times})
