"""What a buyer may do with the state of their order by themselves."""

from core.db import transaction
from core.errors import IllegalTransition, NoActiveOrder
from services.buyers import Buyer
from services.carts import find_cart, lock_cart
from services.orders.freezing import freeze, thaw
from services.orders.parking import bring_back
from services.orders.reading import get_order
from services.orders.states import BUYER_MAY, ORDER_STATES, move_order
from services.orders.views import OrderView
from services.payments import abandon_open_payment


async def next_order_states(buyer: Buyer) -> list[str]:
    """Where the buyer's order may go from here; empty without one."""
    order = await find_cart(buyer)
    return ORDER_STATES.next_states(order.state) if order else []


async def transition_order(buyer: Buyer, state: str) -> OrderView:
    """Move the buyer's order to `state`.

    Leaving `ArrangingPayment` gives up a payment that waits for the customer. Raises `IllegalTransition`,
    `PaymentPending` where money may be moving, `NoActiveOrder`.
    """
    async with transaction():
        row = await lock_cart(buyer)
        if row is None:
            raise NoActiveOrder
        allowed = BUYER_MAY.intersection(ORDER_STATES.next_states(row["state"]))
        if state not in allowed:
            why = "That follows from a payment." if ORDER_STATES.transitions.get(state) else ""
            raise IllegalTransition(row["state"], state, allowed, why)
        if row["state"] == "ArrangingPayment":
            await abandon_open_payment(row["id"])
        if state == "ArrangingPayment":
            await freeze(buyer.scope, row)
        elif state == "AddingItems":
            await thaw(row["id"])
        else:
            await move_order(row["id"], row["state"], state)
            if row["parked_id"] is not None:
                await bring_back(row["parked_id"])
    order = await get_order(buyer.scope, order_id=row["id"], wants=buyer.wants)
    if order is None:
        raise NoActiveOrder
    return order
