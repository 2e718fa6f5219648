"""What stands beside orders and belongs to others: buyers, sellers, goods, places, and how an order ended. A statement each.

The caller has made sure that the orders these belong to are theirs to see.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.db import fetch, placeholders
from models import PickupLocation
from services.values import as_json, as_time, as_uid


@dataclass(frozen=True, slots=True)
class BuyerCard:
    """A customer, as an order names them."""

    uid: UUID
    name: str


@dataclass(frozen=True, slots=True)
class SellerCard:
    """A seller, and the stars (1 to 5) that buyers gave to their goods, None before anybody has."""

    uid: UUID
    name: str
    reviews: int
    stars: float | None


@dataclass(frozen=True, slots=True)
class GoodsCard:
    """A product, with the shelf it lies on and what is said of it by name."""

    uid: UUID
    slug: str
    brand: str
    category_uid: UUID | None
    said: dict[str, str]


@dataclass(frozen=True, slots=True)
class Ending:
    """When an order was called off (UTC), and why, where somebody said so."""

    at: datetime
    reason: str


async def buyers(ids: Sequence[int]) -> dict[int, BuyerCard]:
    """Customers by their ids."""
    rows = await fetch(f"SELECT id, uid, full_name FROM customer WHERE id IN ({placeholders(ids)})", *ids)
    return {row["id"]: BuyerCard(as_uid(row["uid"]), row["full_name"]) for row in rows}


async def sellers(ids: Sequence[int]) -> dict[int, SellerCard]:
    """Sellers by their ids."""
    rows = await fetch(
        "SELECT s.id, s.uid, s.name, CAST(COALESCE(SUM(p.star_sum), 0) AS BIGINT) AS stars, "
        "CAST(COALESCE(SUM(p.star_count), 0) AS BIGINT) AS reviews FROM seller s "
        f"LEFT JOIN product p ON p.seller_id = s.id WHERE s.id IN ({placeholders(ids)}) GROUP BY s.id, s.uid, s.name",
        *ids,
    )
    return {
        row["id"]: SellerCard(
            as_uid(row["uid"]),
            row["name"],
            row["reviews"],
            row["stars"] / row["reviews"] if row["reviews"] else None,
        )
        for row in rows
    }


async def goods(ids: Sequence[int]) -> dict[int, GoodsCard]:
    """Products by their ids, also such as aren't sold any more."""
    rows = await fetch(
        "SELECT p.id, p.uid, p.slug, p.country_of_origin, p.condition, b.name AS brand, c.uid AS category_uid "
        "FROM product p LEFT JOIN brand b ON b.id = p.brand_id LEFT JOIN category c ON c.id = p.category_id "
        f"WHERE p.id IN ({placeholders(ids)})",
        *ids,
    )
    return {
        row["id"]: GoodsCard(
            as_uid(row["uid"]),
            row["slug"],
            row["brand"] or "",
            as_uid(row["category_uid"]) if row["category_uid"] else None,
            {
                name: said
                for name, said in (
                    ("Brand", row["brand"]),
                    ("CountryOfOrigin", row["country_of_origin"]),
                    ("Condition", row["condition"]),
                )
                if said
            },
        )
        for row in rows
    }


async def places(ids: Sequence[int]) -> dict[int, PickupLocation]:
    """Pickup locations by their ids, also such as are closed by now."""
    return {place.id: place for place in await PickupLocation.filter(id__in=list(ids))}


async def weights(rate_ids: Sequence[int]) -> dict[int, int]:
    """What the parcels weigh (grams) that these rates of carriers were offered for, by the rates' ids."""
    rows = await fetch(
        "SELECT r.id, q.weight_g FROM delivery_rate r JOIN delivery_quote q ON q.id = r.quote_id "
        f"WHERE r.id IN ({placeholders(rate_ids)})",
        *rate_ids,
    )
    return {row["id"]: row["weight_g"] for row in rows}


async def endings(ids: Sequence[int]) -> dict[int, Ending]:
    """Of these orders those that were called off, by their ids."""
    rows = await fetch(
        "SELECT order_id, kind, data, at FROM order_event WHERE kind IN ('state', 'called_off') "
        f"AND order_id IN ({placeholders(ids)}) ORDER BY id",
        *ids,
    )
    found: dict[int, Ending] = {}
    for row in rows:
        data: dict[str, Any] = as_json(row["data"])
        if row["kind"] == "state" and data.get("to") == "Cancelled":
            found[row["order_id"]] = Ending(as_time(row["at"]), "")
        elif row["kind"] == "called_off" and row["order_id"] in found:
            found[row["order_id"]] = Ending(found[row["order_id"]].at, str(data.get("reason", "")))
    return found
