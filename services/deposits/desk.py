"""Balances at the desk: staff move what falls due, and collect it now; each is in the audit log."""

from datetime import datetime

from core.db import transaction
from core.errors import NotFound, PaymentFailed
from services.deposits.merchant import collect_payment, update_due_date
from services.staff import Desk, check_may, record


async def move_due(desk: Desk, order_id: int, due_at: datetime) -> None:
    """Let all that is owed of an order fall due at `due_at` (UTC). Raises `Forbidden`, and as `update_due_date`."""
    _check(desk)
    async with transaction():
        await update_due_date(desk.scope, order_id, due_at)
        await record(desk, "updated", "order", order_id, due_at=due_at)


async def collect_now(desk: Desk, order_id: int, amount_minor: int | None, key: str) -> None:
    """Collect what is owed of an order, or `amount_minor` of it, with what its buyer left for that.

    `key` is the form's own: sent twice, it collects once. Raises `Forbidden`, and as `collect_payment`.
    """
    _check(desk)
    try:
        await collect_payment(desk.scope, order_id, amount_minor=amount_minor, idempotency_key=f"desk:{key}")
    except PaymentFailed as declined:
        await record(
            desk, "collected", "order", order_id, amount_minor=amount_minor, declined=declined.message
        )
        raise
    await record(desk, "collected", "order", order_id, amount_minor=amount_minor)


def _check(desk: Desk) -> None:
    check_may(desk, "UpdateOrder")
    if desk.seller_id is not None:
        raise NotFound("There is no such order.", field="id")
