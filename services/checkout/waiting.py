"""Payment pages that wait: what becomes of one is asked before anything else is charged for its order."""

from core.db import Row, fetch_one, in_a_transaction
from core.errors import PaymentPending
from services.payments.opening import abandon_open_payment, open_payment_of
from services.payments.verifying import ask_now
from services.values import as_json

JUST_PAID = "This order has just been paid on its payment page. Nothing more is charged."


class PageWaits(Exception):
    """The order has a payment page open, of which nobody has asked yet whether it was paid."""

    def __init__(self, order_id: int, reference: str) -> None:
        self.order_id, self.reference = order_id, reference
        super().__init__(reference)

    async def look(self) -> None:
        """Ask its provider. Raises `PaymentPending` where the order was paid there.

        A chat's turn is one transaction, in which nobody is asked: there a page that was paid all the same is
        booked as a late payment, and its money handed back.
        """
        if in_a_transaction():
            return
        await ask_now(self.reference)
        paid = await fetch_one(
            "SELECT p.id FROM payment p JOIN payment_attempt a ON a.payment_id = p.id "
            "JOIN customer_order o ON o.id = p.order_id WHERE a.reference = $1 "
            "AND (p.state = 'Settled' OR (p.purpose = 'order' AND o.placed_at IS NOT NULL))",
            self.reference,
        )
        if paid is not None:
            raise PaymentPending(JUST_PAID)


async def open_page_of(order_id: int, *, asked: bool) -> Row | None:
    """The payment under way for an order, locked. Raises `PageWaits` for a page, unless it was asked about."""
    open_one = await open_payment_of(order_id)
    if open_one and open_one["kind"] == "redirect" and not asked:
        raise PageWaits(order_id, open_one["reference"])
    return open_one


async def abandon_page(order_id: int, *, asked: bool) -> None:
    """Give up what waits for the customer. Raises `PageWaits`, and `PaymentPending` where their phone was asked."""
    await open_page_of(order_id, asked=asked)
    await abandon_open_payment(order_id)


def leads_back(open_one: Row, callback_url: str | None) -> bool:
    """Whether a page that waits sends the customer where they are wanted now."""
    return bool(as_json(open_one["request"]).get("callback_url") == callback_url)
