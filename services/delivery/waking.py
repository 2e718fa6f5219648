"""What an order that is called off sets going at its carrier."""

from core.clock import now
from core.db import fetch
from core.jobs import enqueue


async def wake_carrier(order_id: int) -> None:
    """Have the carrier who was booked for an order called off, in the transaction that calls the order off: before the parcel
    is fetched, and not when it would have been looked at next.
    """
    rows = await fetch(
        "UPDATE shipment SET next_attempt_at = $2 WHERE order_id = $1 AND state NOT IN ('Delivered', 'Cancelled') RETURNING id",
        order_id,
        now(),
    )
    for row in rows:
        await enqueue("work_shipment", row["id"])
