"""The life of an order, in the names that Vendure gave its states."""

from itertools import pairwise
from typing import Any

from core.states import StateTable
from services.delivery.waking import wake_carrier
from services.financing.waking import wake_lender
from services.orders.events import record_all
from services.orders.telling import CARTS, TOLD, tell_of_order
from services.promotions.using import give_back

ORDER_STATES = StateTable.of(
    "order",
    "customer_order",
    AddingItems="ArrangingPayment Cancelled",
    ArrangingPayment="AddingItems PaymentAuthorized PaymentSettled Cancelled",
    # Placed with a deposit or on account; a balance is owed, whatever its parcels do meanwhile.
    PaymentAuthorized="PaymentSettled Cancelled",
    PaymentSettled="PartiallyShipped Shipped PartiallyDelivered Delivered Cancelled",
    PartiallyShipped="Shipped PartiallyDelivered Cancelled",
    Shipped="PartiallyDelivered Delivered Cancelled",
    PartiallyDelivered="Delivered Cancelled",
    Delivered="Cancelled",
    Cancelled="",
)

# What the buyer may do by themselves; everything else follows from payments or is done by staff.
BUYER_MAY = frozenset({"AddingItems", "ArrangingPayment", "Cancelled"})


async def move_order(order_id: int, from_state: str, *through: str, **changes: Any) -> bool:
    """Move an order on, one state after the other, and write `changes` with it and an event for each.

    False where it isn't in `from_state` any more.

    Raises `IllegalTransition`. `active` is kept in step: only an order that is being filled or paid is active.
    """
    changes["active"] = through[-1] in ("AddingItems", "ArrangingPayment")
    moved = await ORDER_STATES.moved(order_id, from_state, *through, returning=TOLD, **changes)
    if moved is not None:
        steps = pairwise((from_state, *through))
        if from_state != "AddingItems" and through[-1] in ("AddingItems", "Cancelled"):
            await give_back(order_id, cart=through[-1] == "AddingItems")
        if through[-1] == "Cancelled" and from_state not in CARTS:
            await wake_lender(order_id)
            await wake_carrier(order_id)
        await record_all(order_id, [("state", {"of": of, "to": to}) for of, to in steps])
        await tell_of_order(moved, from_state)
    return moved is not None
