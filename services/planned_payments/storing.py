"""Storing plans of payments, each under a number of its own."""

from collections.abc import Mapping
from typing import Any

from core.clock import now
from core.db import execute, fetch
from core.errors import PaymentPending
from core.ids import digits
from services.planned_payments.views import PlannedView
from services.tenants import Scope


async def insert_plan(columns: Mapping[str, Any], number: str | None = None) -> int:
    """Store a plan under a number of its own, in the caller's transaction; its id."""
    while True:
        values = {**columns, "number": number or f"PA{digits(10)}"}
        marks = ", ".join(f"${n}" for n in range(1, len(values) + 1))
        rows = await fetch(
            f"INSERT INTO planned_payment ({', '.join(values)}) VALUES ({marks}) ON CONFLICT DO NOTHING RETURNING id",
            *values.values(),
        )
        if rows:
            return int(rows[0]["id"])
        if number is not None:
            raise PaymentPending


async def adopt(scope: Scope, payment: PlannedView) -> int:
    """The plan of a payment; one that was made without gets one that says what was made. In the caller's transaction."""
    if payment.id is not None:
        return payment.id
    made = payment.tries[0]
    plan_id = await insert_plan(
        {
            "uid": payment.uid,
            "created_at": payment.created_at,
            "updated_at": now(),
            "platform_id": scope.platform_id,
            "environment": scope.environment,
            "order_id": payment.order_id,
            "method_id": made.method.id,
            "currency": payment.currency,
            "amount_minor": payment.amount_minor,
            "comment": "",
            "outer_id": "",
            "cancel_reason": payment.cancel_reason,
            "cancelled_at": payment.cancelled_at,
        },
        payment.number,
    )
    await execute("UPDATE payment SET plan_id = $2 WHERE id = $1", made.id, plan_id)
    return plan_id
