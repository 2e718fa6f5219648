"""Going back to the cart while a payment page waits, without losing a payment that was just made there."""

from core.db import fetch_one
from core.errors import IllegalTransition, NoActiveOrder
from services.buyers import Buyer
from services.carts import cart_of
from services.checkout.transitions import transition_order
from services.payments.verifying import ask_now


async def reopen_cart(buyer: Buyer) -> None:
    """Make the buyer's order a cart again, unless it was paid meanwhile: then it is placed, and the cart is empty.

    The provider is asked first, so this isn't for use in a transaction. Raises `PaymentPending` where the
    customer's phone was asked for the money.
    """
    reference = await _page_waiting(buyer)
    if reference is not None:
        await ask_now(reference)
    if reference is None or await _page_waiting(buyer) is not None:
        try:
            await transition_order(buyer, "AddingItems")
        except NoActiveOrder:
            return
        except IllegalTransition as refusal:
            # Somebody else was faster, on another device.
            if refusal.from_state != "AddingItems":
                raise


async def _page_waiting(buyer: Buyer) -> str | None:
    """The reference of the page that the buyer's order is being paid on, if there is one."""
    whose, value = cart_of(buyer)
    row = await fetch_one(
        "SELECT a.reference FROM customer_order o JOIN payment p ON p.order_id = o.id "
        "JOIN payment_attempt a ON a.payment_id = p.id WHERE o.platform_id = $1 AND o.environment = $2 "
        f"AND {whose} AND o.active AND p.state IN ('Created', 'Pending') AND a.kind = 'redirect'",
        buyer.scope.platform_id,
        buyer.scope.environment,
        value,
    )
    return str(row["reference"]) if row else None
