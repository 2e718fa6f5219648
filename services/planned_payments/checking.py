"""Whether a planned payment may still be made."""

from core.db import fetch_one
from core.errors import OrderNotModifiable

PAID, CALLED_OFF = "This payment was made already.", "This payment was called off."


async def check_unpaid(plan_id: int) -> None:
    """Raises `OrderNotModifiable` for a plan that was paid or called off. Its order is locked."""
    row = await fetch_one(
        "SELECT p.cancelled_at, (SELECT MIN(t.id) FROM payment t WHERE t.plan_id = p.id AND t.state = 'Settled') AS paid "
        "FROM planned_payment p WHERE p.id = $1",
        plan_id,
    )
    if row is None or row["paid"] is not None:
        raise OrderNotModifiable(PAID, field="paymentId")
    if row["cancelled_at"] is not None:
        raise OrderNotModifiable(CALLED_OFF, field="paymentId")
