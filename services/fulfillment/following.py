"""What follows when pieces leave or arrive: the order's state, and a word to its buyer."""

from collections.abc import Sequence

from core.db import Row, fetch, fetch_one, placeholders
from services.accounts.contact import tell
from services.accounts.customers import get_customer
from services.fulfillment.states import order_state
from services.notifications.phrases import phrase
from services.orders.states import ORDER_STATES, move_order
from services.outgoing import announce
from services.tenants import scope_by_id

_TEXTS = {"Shipped": "parcel_left", "Delivered": "parcel_arrived"}


async def follow_pieces(order: Row, fulfillment: Row, state: str) -> None:
    """Bring a locked order into step with its parcels, one of which is in `state` now, in the caller's transaction."""
    await catch_up(order["id"], order["state"])
    await tell_of_parcel(order, fulfillment, state)


async def tell_of_parcel(order: Row, fulfillment: Row, state: str) -> None:
    """Announce that a parcel of an order is in `state` now, and give its buyer a word, in the caller's transaction."""
    await _announce(order, fulfillment, state)
    if (template := _TEXTS.get(state)) and order["customer_id"] is not None:
        await _tell(order, fulfillment, template)


async def catch_up(order_id: int, state: str) -> None:
    """Move a locked order from `state` to where its parcels are, in the caller's transaction: never back, and not while a
    balance is owed of it, which is what its state says then.
    """
    count = await fetch_one(
        "SELECT (SELECT SUM(quantity) FROM order_line WHERE order_id = $1) AS pieces, "
        "COALESCE(SUM(CASE WHEN f.state IN ('Shipped', 'Delivered') THEN x.quantity ELSE 0 END), 0) AS shipped, "
        "COALESCE(SUM(CASE WHEN f.state = 'Delivered' THEN x.quantity ELSE 0 END), 0) AS delivered "
        "FROM fulfillment f JOIN fulfillment_line x ON x.fulfillment_id = f.id WHERE f.order_id = $1",
        order_id,
    )
    assert count is not None
    after = order_state(int(count["pieces"]), int(count["shipped"]), int(count["delivered"]))
    # A parcel that is taken back moves no order back: what was told its buyer was so.
    if after and after != state and ORDER_STATES.allows(state, after):
        await move_order(order_id, state, after)


async def catch_up_paid(order_ids: Sequence[int]) -> None:
    """As `catch_up`, for locked orders that have just been paid: those of them that were sent on account. One statement
    where none was.
    """
    sent = await fetch(
        "SELECT DISTINCT order_id FROM fulfillment WHERE state IN ('Shipped', 'Delivered') "
        f"AND order_id IN ({placeholders(order_ids)})",
        *order_ids,
    )
    for row in sent:
        await catch_up(row["order_id"], "PaymentSettled")


async def _announce(order: Row, fulfillment: Row, state: str) -> None:
    scope = await scope_by_id(order["platform_id"], order["environment"])
    parcel = {
        "id": fulfillment["id"],
        "order_id": order["id"],
        "order_code": order["code"],
        "of": fulfillment["state"],
        "to": state,
        "method": fulfillment["method"],
        "tracking_code": fulfillment["tracking_code"],
    }
    await announce(scope, "fulfillment.moved", fulfillment["id"], state, data={"fulfillment": parcel})


async def _tell(order: Row, fulfillment: Row, template: str) -> None:
    number = fulfillment["tracking_code"]
    scope = await scope_by_id(order["platform_id"], order["environment"])
    await tell(
        scope,
        await get_customer(scope, order["customer_id"]),
        template,
        {
            "order": order["code"],
            "carrier": fulfillment["method"],
            "tracking": phrase("tracking", number=number) if number else "",
        },
        dedupe_key=f"{template}:{order['id']}:{fulfillment['id']}",
        like=order["channel"],
    )
