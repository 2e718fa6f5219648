"""Wishlists: what customers mean to buy later, and how it comes into their cart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.clock import now
from core.db import Row, execute, fetch, fetch_one, for_update, placeholders, transaction
from core.errors import NotFound
from core.ids import new_uid
from services.buyers import Buyer
from services.carts import add_to_cart
from services.catalogue import VariantView
from services.catalogue.naming import variants_named
from services.catalogue.variants import VARIANT_COLUMNS, variant_of
from services.paging import page
from services.tenants import Scope
from services.values import as_time, as_uid

# A product shows the variant that its name would put into a cart, or what was its first one.
_TABLES = (
    "wishlist_item w JOIN product p ON p.id = w.product_id JOIN variant v ON v.id = (SELECT f.id FROM variant f "
    "WHERE f.product_id = p.id ORDER BY f.enabled DESC, f.position, f.id LIMIT 1) "
    "LEFT JOIN stock_level l ON l.variant_id = v.id"
)
_MINE = "w.platform_id = $1 AND w.environment = $2 AND w.customer_id = $3"
_FOR_SALE = "p.enabled AND v.enabled"
_IN_STOCK = f"({_FOR_SALE} AND l.on_hand > l.allocated)"


@dataclass(frozen=True, slots=True)
class WishView:
    """An item. `priority` 1 is the highest, 5 the lowest; `updated_at` is None until it is changed.

    `variant` is the product's first one; `available` are its pieces, none where it isn't for sale any more.
    """

    uid: UUID
    notes: str
    priority: int
    created_at: datetime
    updated_at: datetime | None
    product_uid: UUID
    description: str
    category: str | None
    brand: str | None
    picture: str | None
    available: int
    variant: VariantView


@dataclass(frozen=True, slots=True)
class WishSummary:
    """`value_minor` is what one piece of each costs together; times are None where there is no item."""

    items: int
    value_minor: int
    in_stock: int
    high: int  # priority 1 and 2
    medium: int  # 3
    low: int  # 4 and 5
    first_at: datetime | None
    last_at: datetime | None
    updated_at: datetime | None


async def add_wish(
    scope: Scope,
    customer_id: int,
    product_uid: UUID,
    *,
    notes: str | None = None,
    priority: int | None = None,
) -> WishView:
    """Put a product on the list. One that is there stays the same item, with what is given of notes and priority.

    Raises `NotFound`.
    """
    rows = await fetch(
        "INSERT INTO wishlist_item (uid, created_at, updated_at, platform_id, environment, customer_id, product_id, "
        "notes, priority) SELECT $1, $2, $2, p.platform_id, p.environment, $5, p.id, COALESCE($6, ''), COALESCE($7, 1) "
        "FROM product p WHERE p.uid = $8 AND p.platform_id = $3 AND p.environment = $4 AND p.enabled AND EXISTS "
        "(SELECT 1 FROM variant v WHERE v.product_id = p.id AND v.enabled) "
        "ON CONFLICT (customer_id, product_id) DO UPDATE SET notes = COALESCE($6, wishlist_item.notes), "
        "priority = COALESCE($7, wishlist_item.priority), updated_at = excluded.updated_at RETURNING uid",
        new_uid(),
        now(),
        scope.platform_id,
        scope.environment,
        customer_id,
        notes,
        priority,
        product_uid,
    )
    if not rows:
        raise NotFound("Product not found", field="productId")
    return await get_wish(scope, customer_id, as_uid(rows[0]["uid"]))


async def change_wish(
    scope: Scope, customer_id: int, uid: UUID, *, notes: str | None = None, priority: int | None = None
) -> WishView:
    """Change what is given of an item's notes and priority. Raises `NotFound`."""
    await execute(
        f"UPDATE wishlist_item AS w SET notes = COALESCE($4, w.notes), priority = COALESCE($5, w.priority), "
        f"updated_at = $6 WHERE {_MINE} AND w.uid = $7",
        scope.platform_id,
        scope.environment,
        customer_id,
        notes,
        priority,
        now(),
        uid,
    )
    return await get_wish(scope, customer_id, uid)


async def list_wishes(scope: Scope, customer_id: int, *, skip: int = 0, take: int = 20) -> list[WishView]:
    """A page of the list, the latest first; 100 at most. One statement."""
    limit, offset = page(skip, take)
    return await _wishes(scope, customer_id, f"ORDER BY w.id DESC LIMIT {limit} OFFSET {offset}")


async def summarize_wishes(scope: Scope, customer_id: int) -> WishSummary:
    """The list in numbers. One statement."""
    row = await fetch_one(
        f"SELECT COUNT(*) AS items, COALESCE(SUM(v.price_minor), 0) AS value_minor, "
        f"COUNT(*) FILTER (WHERE {_IN_STOCK}) AS in_stock, COUNT(*) FILTER (WHERE w.priority <= 2) AS high, "
        "COUNT(*) FILTER (WHERE w.priority = 3) AS medium, COUNT(*) FILTER (WHERE w.priority >= 4) AS low, "
        "MIN(w.created_at) AS first_at, MAX(w.created_at) AS last_at, MAX(w.updated_at) AS updated_at "
        f"FROM {_TABLES} WHERE {_MINE}",
        scope.platform_id,
        scope.environment,
        customer_id,
    )
    assert row is not None
    times = {
        name: as_time(row[name]) if row[name] else None for name in ("first_at", "last_at", "updated_at")
    }
    return WishSummary(**{**row, "value_minor": int(row["value_minor"]), **times})


async def is_wished(scope: Scope, customer_id: int, product_uid: UUID) -> bool:
    """Whether a product is on the list."""
    return bool(await _count(scope, customer_id, "AND p.uid = $4", product_uid))


async def count_wishes(scope: Scope, customer_id: int) -> int:
    """How many items there are."""
    return await _count(scope, customer_id)


async def remove_wishes(scope: Scope, customer_id: int, uids: Sequence[UUID]) -> None:
    """Take items off the list, all or none. Raises `NotFound`."""
    async with transaction():
        await _take(scope, customer_id, uids)


async def clear_wishes(scope: Scope, customer_id: int) -> None:
    """Take everything off the list; an empty one stays empty."""
    await execute(
        f"DELETE FROM wishlist_item AS w WHERE {_MINE}", scope.platform_id, scope.environment, customer_id
    )


async def prioritize_wishes(scope: Scope, customer_id: int, uids: Sequence[UUID], priority: int) -> None:
    """Give items a priority, all or none. Raises `NotFound`."""
    async with transaction():
        ids = [row["id"] for row in await _lock(scope, customer_id, uids)]
        await execute(
            f"UPDATE wishlist_item SET priority = $1, updated_at = $2 WHERE id IN ({placeholders(ids, 3)})",
            priority,
            now(),
            *ids,
        )


async def move_to_cart(buyer: Buyer, uids: Sequence[UUID], quantity: int = 1) -> None:
    """Take items off a customer's list and put so many pieces of each into their cart, all or none.

    Raises `NotFound`, also for a product that isn't for sale any more, and as `add_to_cart`.
    """
    assert buyer.customer_id is not None
    async with transaction():
        products = await _take(buyer.scope, buyer.customer_id, uids)
        variants = await variants_named(buyer.scope, products)
        for product in products:
            await add_to_cart(buyer, variants[product], quantity)


async def _take(scope: Scope, customer_id: int, uids: Sequence[UUID]) -> list[UUID]:
    """Delete items, in the caller's transaction; the products they stood for."""
    rows = await _lock(scope, customer_id, uids)
    ids = [row["id"] for row in rows]
    await execute(f"DELETE FROM wishlist_item WHERE id IN ({placeholders(ids)})", *ids)
    return [as_uid(row["product_uid"]) for row in rows]


async def _lock(scope: Scope, customer_id: int, uids: Sequence[UUID]) -> list[Row]:
    """The customer's items with these uids, locked in the order of their ids. Raises `NotFound`."""
    asked = list(dict.fromkeys(uids))
    rows = await fetch(
        "SELECT w.id, p.uid AS product_uid FROM wishlist_item w JOIN product p ON p.id = w.product_id "
        f"WHERE {_MINE} AND w.uid IN ({placeholders(asked, 4)}) ORDER BY w.id{for_update() and ' FOR UPDATE OF w'}",
        scope.platform_id,
        scope.environment,
        customer_id,
        *asked,
    )
    if not asked or len(rows) < len(asked):
        raise _unknown()
    return rows


async def get_wish(scope: Scope, customer_id: int, uid: UUID) -> WishView:
    """An item of one's own list. Raises `NotFound`."""
    found = await _wishes(scope, customer_id, "AND w.uid = $4", uid)
    if not found:
        raise _unknown()
    return found[0]


def _unknown() -> NotFound:
    return NotFound("There is no such item on your wishlist.", field="wishListItemId")


async def _count(scope: Scope, customer_id: int, more: str = "", *values: Any) -> int:
    row = await fetch_one(
        f"SELECT COUNT(*) AS n FROM wishlist_item w JOIN product p ON p.id = w.product_id WHERE {_MINE} {more}",
        scope.platform_id,
        scope.environment,
        customer_id,
        *values,
    )
    return int(row["n"]) if row else 0


async def _wishes(scope: Scope, customer_id: int, more: str, *values: Any) -> list[WishView]:
    rows = await fetch(
        "SELECT w.uid AS wish_uid, w.notes, w.priority, w.created_at, w.updated_at, p.uid AS product_uid, "
        "p.description, COALESCE(d.name, c.name) AS category, b.name AS brand, COALESCE(NULLIF(a.preview_path, ''), a.path) AS picture, "
        f"({_FOR_SALE}) AS for_sale, {VARIANT_COLUMNS} FROM {_TABLES} "
        "LEFT JOIN category c ON c.id = p.category_id LEFT JOIN category d ON d.id = c.parent_id "
        f"LEFT JOIN brand b ON b.id = p.brand_id LEFT JOIN asset a ON a.id = p.asset_id WHERE {_MINE} {more}",
        scope.platform_id,
        scope.environment,
        customer_id,
        *values,
    )
    return [_view(row) for row in rows]


def _view(row: Row) -> WishView:
    created_at, updated_at = as_time(row.pop("created_at")), as_time(row.pop("updated_at"))
    uid, product_uid = as_uid(row.pop("wish_uid")), as_uid(row.pop("product_uid"))
    for_sale = row.pop("for_sale")
    own = {name: row.pop(name) for name in _OWN}
    variant = variant_of(row)
    return WishView(
        uid=uid,
        product_uid=product_uid,
        created_at=created_at,
        updated_at=updated_at if updated_at != created_at else None,
        available=max(variant.available, 0) if for_sale else 0,
        variant=variant,
        **own,
    )


_OWN = ("notes", "priority", "description", "category", "brand", "picture")
