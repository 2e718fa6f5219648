"""Choosing how an order is handed over, in the caller's transaction with the order locked."""

from uuid import UUID

from core.clock import now
from core.db import execute, fetch, fetch_one
from core.errors import InvalidInput, NotFound
from services.tenants import Scope


async def deliver_by_pickup(order_id: int, scope: Scope, location_uid: UUID) -> None:
    """The customer fetches the order there. Raises `NotFound` for a location that isn't the platform's."""
    location = await fetch_one(
        "SELECT id, name FROM pickup_location WHERE uid = $1 AND platform_id = $2 AND environment = $3 AND active",
        location_uid,
        scope.platform_id,
        scope.environment,
    )
    if location is None:
        raise NotFound("Pickup location not found", field="storeLocationId")
    await _choose(order_id, scope, "pickup", 0, location["name"], location["id"], None)


async def deliver_by_carrier(order_id: int, scope: Scope, customer_id: int, rate_id: str, address: str) -> int:
    """A carrier brings the order at a quoted rate; its frozen price in minor units. Raises `InvalidInput`."""
    rate = await fetch_one(
        "SELECT r.id, r.carrier_name, r.price_minor FROM delivery_rate r JOIN delivery_quote q ON q.id = r.quote_id "
        "WHERE r.rate_id = $1 AND q.platform_id = $2 AND q.environment = $3 AND q.expires_at > $4",
        rate_id,
        scope.platform_id,
        scope.environment,
        now(),
    )
    if rate is None:
        raise InvalidInput("That rate is not valid any more: ask for a new quote.", field="selectedRateId")
    price: int = rate["price_minor"]
    await _choose(order_id, scope, "carrier", price, rate["carrier_name"], None, rate["id"])
    return price


async def cheapest_rate(
    scope: Scope, customer_id: int, location_uid: UUID, address: str, company_name: str, fee_minor: int
) -> str | None:
    """A valid rate of that company at that fee (minor units), if there is one."""
    rows = await fetch(
        "SELECT r.rate_id FROM delivery_rate r JOIN delivery_quote q ON q.id = r.quote_id "
        "WHERE r.carrier_name = $1 AND r.price_minor = $2 AND q.platform_id = $3 AND q.environment = $4 "
        "AND q.expires_at > $5 ORDER BY r.id DESC LIMIT 1",
        company_name,
        fee_minor,
        scope.platform_id,
        scope.environment,
        now(),
    )
    return str(rows[0]["rate_id"]) if rows else None


async def _choose(
    order_id: int,
    scope: Scope,
    kind: str,
    price_minor: int,
    label: str,
    location_id: int | None,
    rate_id: int | None,
) -> None:
    await execute("DELETE FROM shipping_line WHERE order_id = $1", order_id)
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
