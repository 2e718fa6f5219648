"""The life of an order, in the names that Vendure gave its states."""

from typing import Any

from core.states import StateTable
from services.orders.events import record

ORDER_STATES = StateTable.of(
    "order",
    "customer_order",
    AddingItems="ArrangingPayment Cancelled",
    ArrangingPayment="AddingItems PaymentSettled Cancelled",
    PaymentSettled="PartiallyShipped Shipped Delivered Cancelled",
    PartiallyShipped="Shipped PartiallyDelivered Cancelled",
    Shipped="PartiallyDelivered Delivered Cancelled",
    PartiallyDelivered="Delivered Cancelled",
    Delivered="Cancelled",
    Cancelled="",
)

# What the buyer may do by themselves; everything else follows from payments or is done by staff.
BUYER_MAY = frozenset({"AddingItems", "ArrangingPayment", "Cancelled"})


async def move_order(order_id: int, from_state: str, to_state: str, **changes: Any) -> bool:
    """Move an order on, write `changes` with it and the event; False where it isn't in `from_state` any more.

    Raises `IllegalTransition`. `active` is kept in step: only an order that is being filled or paid is active.
    """
    changes["active"] = to_state in ("AddingItems", "ArrangingPayment")
    moved = await ORDER_STATES.move(order_id, from_state, to_state, **changes)
    if moved:
        await record(order_id, "state", of=from_state, to=to_state)
    return moved
