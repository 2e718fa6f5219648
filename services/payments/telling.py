"""What a merchant's own systems are told of payments and refunds."""

from typing import Any

from core.db import Row
from services.outgoing import Fact, announce
from services.tenants import Scope

# What is told, of a payment's row.
TOLD = "id, platform_id, environment, purpose, order_id, method_id, amount_minor, currency"


def told_of_payment(payment: Row) -> dict[str, Any]:
    """A payment (`TOLD`) as it is announced."""
    shown = ("id", "purpose", "order_id", "method_id", "amount_minor", "currency")
    return {"payment": {name: payment[name] for name in shown}}


def settled(payment: Row) -> Fact:
    """That the money of a payment (`TOLD`) is there."""
    return Fact(
        payment["platform_id"],
        payment["environment"],
        "payment.settled",
        f"payment.settled:{payment['id']}",
        told_of_payment(payment),
    )


async def tell_of_refund(
    scope: Scope, refund_id: int, *, payment_id: int, amount_minor: int, state: str
) -> None:
    """Announce that money went back (`state` Done, or OnCard), in the caller's transaction."""
    refund = {
        "id": refund_id,
        "payment_id": payment_id,
        "amount_minor": amount_minor,
        "currency": scope.currency,
        "state": state,
    }
    await announce(scope, "refund.done", refund_id, data={"refund": refund})
