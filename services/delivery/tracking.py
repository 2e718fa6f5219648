"""Taking in how a parcel stands: its order moves with it, and the buyer is told when it leaves and arrives."""

from datetime import timedelta
from typing import Any

import structlog

from core.clock import now
from core.db import fetch_one, for_update, transaction
from core.work import backoff
from models import DeliveryRate, Order, Shipment
from providers.delivery import Tracking
from services.accounts.contact import tell
from services.accounts.customers import get_customer
from services.delivery.states import ORDER_AFTER, SHIPMENT_STATES, STATE_OF, TEXT_AFTER
from services.fulfillment.making import follow_carrier
from services.notifications.phrases import phrase
from services.orders.events import record
from services.orders.states import ORDER_STATES, move_order
from services.outgoing import announce
from services.tenants import scope_by_id

log = structlog.get_logger(__name__)

# How often a carrier is asked that tells nothing by itself.
FIRST_S, LONGEST_S = 15, 6 * 3600


async def take_in(shipment: Shipment, tracking: Tracking) -> None:
    """Write how a claimed shipment stands, and what follows. It never moves back, whatever is told how late."""
    was, told = shipment.state, STATE_OF[tracking.state]
    moved = SHIPMENT_STATES.allows(was, told)
    state = told if moved else was
    events = [
        {
            "at": event.at.isoformat(),
            "status": event.status,
            "description": event.description,
            "location": event.location,
        }
        for event in tracking.events
    ]
    known: list[Any] = shipment.events
    async with transaction():
        # The order first, as whoever places or cancels one does.
        await fetch_one(f"SELECT id FROM customer_order WHERE id = $1{for_update()}", shipment.order_id)
        kept = await shipment.release(
            retry_in=_pace(shipment, state),
            state=state,
            tracking_number=tracking.tracking_number[:120] or shipment.tracking_number,
            events=events if len(events) >= len(known) else known,
            reason="",
            updated_at=now(),
        )
        if kept and moved:
            await _follow(shipment, was, state)


async def _follow(shipment: Shipment, was: str, state: str) -> None:
    order = await Order.get(id=shipment.order_id)
    rate = await DeliveryRate.get(id=shipment.rate_id)
    told = {"of": was, "to": state, "carrier": rate.carrier_name, "tracking_number": shipment.tracking_number}
    await record(order.id, "shipment", **told)
    scope = await scope_by_id(shipment.platform_id, shipment.environment)  # type: ignore[arg-type]
    parcel = {"id": shipment.id, "order_id": order.id, "order_code": order.code}
    await announce(scope, "shipment.moved", shipment.id, state, data={"shipment": parcel | told})
    if was == "Drafted" and state != "Cancelled":
        await _record_cost(order, rate)
    after = ORDER_AFTER.get(state)
    if after and ORDER_STATES.allows(order.state, after):
        await move_order(order.id, order.state, after)
    await follow_carrier(shipment, rate.carrier_name, state)
    if state == "Cancelled" and order.state != "Cancelled":
        log.error("a carrier called a parcel off", shipment=shipment.id, order=order.code)
    if template := TEXT_AFTER.get(state):
        await _tell(shipment, order, rate, template)


async def _record_cost(order: Order, rate: DeliveryRate) -> None:
    """Where the carrier was booked at another price than the buyer paid, the platform bears the difference."""
    line = await fetch_one(
        "SELECT price_minor FROM shipping_line WHERE order_id = $1 AND rate_id IS NOT NULL", order.id
    )
    paid = line["price_minor"] if line else 0
    if paid != rate.price_minor:
        cost = {"paid_minor": paid, "asked_minor": rate.price_minor, "cost_minor": rate.price_minor - paid}
        await record(order.id, "delivery_cost", **cost, currency=rate.currency, carrier=rate.carrier_name)


async def _tell(shipment: Shipment, order: Order, rate: DeliveryRate, template: str) -> None:
    scope = await scope_by_id(shipment.platform_id, shipment.environment)  # type: ignore[arg-type]
    number = shipment.tracking_number
    await tell(
        scope,
        await get_customer(scope, order.customer_id or 0),
        template,
        {
            "order": order.code,
            "carrier": rate.carrier_name,
            "tracking": phrase("tracking", number=number) if number else "",
        },
        dedupe_key=f"{template}:{order.id}",
    )


def _pace(shipment: Shipment, state: str) -> timedelta | None:
    if state in ("Delivered", "Cancelled"):
        return None
    return backoff(shipment.attempts, first_s=FIRST_S, longest_s=LONGEST_S)
