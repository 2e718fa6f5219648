"""Shipments of orders: opened when an order is placed that a carrier brings, and shown to its buyer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.clock import now
from core.db import fetch, placeholders
from core.errors import NotFound
from core.ids import new_uid
from core.jobs import enqueue
from services.orders.reading import get_order
from services.tenants import Scope
from services.values import as_json, as_time


@dataclass(frozen=True, slots=True)
class ShipmentView:
    """How a parcel stands. `events` are the carrier's, oldest first: at (ISO 8601), status, description, location."""

    state: str  # Stored, Drafted, Pending, Confirmed, InTransit, Delivered, Cancelled
    carrier: str
    tracking_number: str
    delivery_time: str
    events: list[dict[str, str]]
    updated_at: datetime


async def open_shipment(scope: Scope, order_id: int) -> None:
    """Store the parcel of an order that a carrier brings, in the caller's transaction; of another order nothing, nor of one
    that staff have sent by then.
    """
    rows = await fetch(
        "INSERT INTO shipment (uid, created_at, updated_at, platform_id, environment, order_id, rate_id, place, state, "
        "tracking_number, events, reason, attempts, next_attempt_at) "
        "SELECT $1, $2, $2, $3, $4, l.order_id, r.id, q.place, 'Stored', '', '[]', '', 0, $2 FROM shipping_line l "
        "JOIN delivery_rate r ON r.id = l.rate_id JOIN delivery_quote q ON q.id = r.quote_id WHERE l.order_id = $5 "
        "AND NOT EXISTS (SELECT 1 FROM fulfillment f WHERE f.order_id = l.order_id AND f.state <> 'Cancelled') "
        "ON CONFLICT (order_id) DO NOTHING RETURNING id",
        new_uid(),
        now(),
        scope.platform_id,
        scope.environment,
        order_id,
    )
    if rows:
        await enqueue("work_shipment", rows[0]["id"])


async def shipment_of_own(scope: Scope, customer_id: int, order_uid: UUID) -> ShipmentView:
    """The shipment of a customer's own order. Raises `NotFound`."""
    order = await get_order(scope, uid=order_uid, customer_id=customer_id, wants=frozenset())
    if order is None:
        raise NotFound("Order not found", field="id")
    found = (await shipment_of([order.id])).get(order.id)
    if found is None:
        raise NotFound("No carrier brings this order", field="id")
    return found


async def shipment_of(order_ids: list[int]) -> dict[int, ShipmentView]:
    """The shipments of those orders that have one. The caller has made sure whose orders they are."""
    if not order_ids:
        return {}
    rows = await fetch(
        "SELECT s.order_id, s.state, s.tracking_number, s.events, s.updated_at, r.carrier_name, r.delivery_time "
        f"FROM shipment s JOIN delivery_rate r ON r.id = s.rate_id WHERE s.order_id IN ({placeholders(order_ids)})",
        *order_ids,
    )
    return {
        row["order_id"]: ShipmentView(
            row["state"],
            row["carrier_name"],
            row["tracking_number"],
            row["delivery_time"],
            as_json(row["events"]),
            as_time(row["updated_at"]),
        )
        for row in rows
    }
