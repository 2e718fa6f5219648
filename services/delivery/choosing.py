"""Choosing how an order is handed over, in the caller's transaction with the order locked."""

from typing import Any
from uuid import UUID

import orjson

from core.cache import Remembered
from core.clock import now
from core.db import Row, execute, fetch, fetch_one
from core.errors import InvalidInput, NotFound
from services.delivery.locations import NOT_FOUND
from services.delivery.offers import Wanted, offer_for
from services.tenants import Scope
from services.values import as_json

# Where an order is picked up is asked with every checkout, and changes rarely.
_locations: Remembered[Row | None] = Remembered(seconds=10)


async def deliver_by_pickup(order_id: int, scope: Scope, location_uid: UUID, *, instead: bool = True) -> None:
    """The customer fetches the order there, `instead` of what was chosen before, if anything was.

    Raises `NotFound` for a location that isn't the platform's.
    """
    location = await _location(scope, location_uid)
    if instead:
        await _choose_nothing(order_id)
    # Without the shop's number: the order's messages go to its buyer.
    address = {
        "full_name": location["name"],
        "street": location["address"],
        "city": location["city"],
        "region": location["state"],
        "country": location["country"],
    }
    await _choose(order_id, scope, "pickup", 0, location["name"], address, location_id=location["id"])


async def deliver_by_carrier(
    order_id: int,
    scope: Scope,
    customer_id: int,
    location_uid: UUID,
    address: str,
    *,
    rate_id: str | None,
    company: str = "",
    fee_minor: int = 0,
) -> int:
    """A carrier brings the order from the location at a quoted rate; its frozen price in minor units.

    Without `rate_id` that is a rate of the company at that fee. Raises `NotFound` for a location that isn't the
    platform's, and as `offer_for`.
    """
    location = await _location(scope, location_uid)
    wanted = Wanted(location["id"], address, rate_id, company, fee_minor)
    rate = await offer_for(order_id, scope, customer_id, wanted)
    price: int = rate["price_minor"]
    await _choose_nothing(order_id)
    await _choose(
        order_id,
        scope,
        "carrier",
        price,
        rate["carrier_name"],
        _address_of(as_json(rate["place"])),
        rate_id=rate["id"],
    )
    return price


async def _location(scope: Scope, uid: UUID) -> Row:
    async def load() -> Row | None:
        return await fetch_one(
            "SELECT id, name, address, city, state, country FROM pickup_location "
            "WHERE uid = $1 AND platform_id = $2 AND environment = $3 AND active",
            uid,
            scope.platform_id,
            scope.environment,
        )

    location = await _locations.get((scope.platform_id, scope.environment, uid), load)
    if location is None:
        raise NotFound(NOT_FOUND, field="storeLocationId")
    return location


async def _choose_nothing(order_id: int) -> None:
    await execute("DELETE FROM shipping_line WHERE order_id = $1", order_id)


def _address_of(place: dict[str, Any]) -> dict[str, str]:
    """A carrier's place as an order's address."""
    written = {
        "full_name": f"{place['first_name']} {place['last_name']}".strip(),
        "street": place["line1"],
        "street2": place["line2"],
        "city": place["city"],
        "region": place["state"],
        "postal_code": place["zip"],
        "country": place["country"],
        "phone": place["phone"],
    }
    return {field: value for field, value in written.items() if value}


async def _choose(
    order_id: int,
    scope: Scope,
    kind: str,
    price_minor: int,
    label: str,
    address: dict[str, str],
    *,
    location_id: int | None = None,
    rate_id: int | None = None,
) -> None:
    chosen = await fetch(
        "INSERT INTO shipping_line (order_id, method_id, price_minor, label, pickup_location_id, rate_id) "
        "SELECT $1, m.id, $5, $6, $7, $8 FROM shipping_method m "
        "WHERE m.platform_id = $2 AND m.environment = $3 AND m.kind = $4 ORDER BY m.id LIMIT 1 RETURNING id",
        order_id,
        scope.platform_id,
        scope.environment,
        kind,
        price_minor,
        label,
        location_id,
        rate_id,
    )
    if not chosen:
        raise InvalidInput(f"There is no {kind} here.", field="deliveryOption")
    await execute(
        "UPDATE customer_order SET shipping_address = $2, updated_at = $3 WHERE id = $1",
        order_id,
        orjson.dumps(address).decode(),
        now(),
    )
