"""What an order that is called off sets going at the lender."""

from core.clock import now
from core.db import fetch
from core.jobs import enqueue


async def wake_lender(order_id: int) -> None:
    """Have the lender told that the order it paid for is called off, in the transaction that does so; of others nothing.

    Whoever called it off, and however far it was: its request is due again, and its turn sees what became of the order.
    """
    rows = await fetch(
        "UPDATE financing_request SET next_attempt_at = $2 WHERE state = 'Fulfilled' AND application_id IN "
        "(SELECT id FROM financing_application WHERE order_id = $1) RETURNING id",
        order_id,
        now(),
    )
    for row in rows:
        await enqueue("work_financing", row["id"])
