"""An order is with its buyer, all of it at once: whoever handed it over says so, and not parcel by parcel."""

from core.db import Row, fetch, fetch_one
from core.errors import IllegalTransition
from services.fulfillment.following import catch_up, tell_of_parcel
from services.fulfillment.making import lines_left, store_parcel, usual_way
from services.fulfillment.states import FULFILLMENT_STATES, may_send
from services.orders.events import record as record_event

NOT_FETCHED = "A carrier is booked for it, and hasn't fetched it yet."


async def hand_over(order: Row) -> None:
    """All pieces of a locked order have arrived, in the caller's transaction: parcels that were made, whoever sends them,
    and what is in none in one more. The order's state follows, and its buyer is told of each parcel.

    Where all of it has arrived already, nothing happens. Raises `IllegalTransition` where pieces of it may not leave, or a
    carrier is booked who hasn't fetched them.
    """
    parcels = await fetch(
        "SELECT * FROM fulfillment WHERE order_id = $1 AND state IN ('Pending', 'Shipped') ORDER BY id",
        order["id"],
    )
    left = {line.id: line.left for line in (await lines_left(order["id"])).values() if line.left}
    if not parcels and not left:
        return
    await _check(order)
    for parcel in parcels:
        await FULFILLMENT_STATES.move(parcel["id"], parcel["state"], "Delivered")
    if left:
        parcels.append(await _by_hand(order, left))
    for parcel in parcels:
        await record_event(order["id"], "fulfillment", id=parcel["id"], of=parcel["state"], to="Delivered")
        await tell_of_parcel(order, parcel, "Delivered")
    await catch_up(order["id"], order["state"])


async def _check(order: Row) -> None:
    if not may_send(order["state"], order["total_minor"], order["deferred_minor"]):
        raise IllegalTransition(
            order["state"], "Delivered", (), f"An order that is {order['state']} is handed to nobody."
        )
    if await fetch_one(
        "SELECT id FROM shipment WHERE order_id = $1 AND state NOT IN ('InTransit', 'Delivered', 'Cancelled')",
        order["id"],
    ):
        raise IllegalTransition(order["state"], "Delivered", (), NOT_FETCHED)


async def _by_hand(order: Row, left: dict[int, int]) -> Row:
    """What was in no parcel; it is shown as one that begins here."""
    parcel_id = await store_parcel(order, left, None, await usual_way(order), "", state="Delivered")
    row = await fetch_one("SELECT * FROM fulfillment WHERE id = $1", parcel_id)
    assert row is not None
    return {**row, "state": "Created"}
