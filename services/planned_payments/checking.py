"""Whether a planned payment may still be made, and what it came to."""

from core.clock import now
from core.db import Row, execute, fetch_one
from core.errors import OrderNotModifiable

PAID, CALLED_OFF = "This payment was made already.", "This payment was called off."
GIVEN_BACK = "This payment was made, and its money went back."
CHANGED = "This payment was changed meanwhile. Please look again."


async def check_unpaid(plan_id: int, amount_minor: int | None) -> None:
    """Raises `OrderNotModifiable` for a plan that was paid or called off, or is of another amount. Its order is locked."""
    row = await fetch_one(
        "SELECT p.cancelled_at, p.amount_minor, (SELECT MIN(t.id) FROM payment t WHERE t.plan_id = p.id AND t.state = 'Settled') AS paid "
        "FROM planned_payment p WHERE p.id = $1",
        plan_id,
    )
    if row is None or row["paid"] is not None:
        raise OrderNotModifiable(PAID, field="paymentId")
    if row["cancelled_at"] is not None:
        raise OrderNotModifiable(CALLED_OFF, field="paymentId")
    if row["amount_minor"] != amount_minor:
        raise OrderNotModifiable(CHANGED, field="paymentId")


async def settle_plan(payment: Row) -> None:
    """The plan of a payment whose money came is what came, and how: a page that was given up may be paid when its plan says
    something else by then. The first that came counts.
    """
    await execute(
        "UPDATE planned_payment SET amount_minor = $2, method_id = $3, updated_at = $4 WHERE id = $1 AND NOT EXISTS "
        "(SELECT 1 FROM payment t WHERE t.plan_id = $1 AND t.state = 'Settled' AND t.id <> $5)",
        payment["plan_id"],
        payment["amount_minor"],
        payment["method_id"],
        now(),
        payment["id"],
    )
