"""Looking a payment up by its reference, and asking the provider once more where it isn't known yet."""

from dataclasses import dataclass
from uuid import UUID

from core.clock import now
from core.db import fetch_one
from core.errors import NotFound, TooManyTries
from core.limits import count_try
from models import PaymentAttempt
from services.orders.payments import PAYMENT_COLUMNS, PAYMENT_TABLES, payment_view
from services.orders.views import PaymentView
from services.payments.attempts import work_attempt
from services.tenants import Scope

ASKED_PER_MINUTE = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """How a payment stands; `returned` where it came, bought nothing, and goes back."""

    payment: PaymentView
    returned: bool


async def verify_payment(scope: Scope, customer_id: int, reference: str) -> Standing:
    """How a customer's payment stands now. Raises `NotFound`, also for another customer's.

    `reference` is the provider's, or names the payment by its uid. One that is still open is asked about at
    once: whoever comes back from the provider's page wants to know.
    """
    found = await _find(scope, customer_id, reference)
    if found.state in ("Created", "Pending") and found.reference is not None:
        await ask_now(found.reference)
        found = await _find(scope, customer_id, reference)
    return await _standing(found)


async def verify_order_payment(order_id: int, reference: str) -> Standing:
    """How a payment for that order stands now, whoever made it; an open one is asked about. Raises `NotFound`."""
    found = await _of_order(order_id, reference)
    if found.state in ("Created", "Pending"):
        await ask_now(reference)
        found = await _of_order(order_id, reference)
    return await _standing(found)


async def _of_order(order_id: int, reference: str) -> PaymentView:
    row = await fetch_one(
        f"SELECT {PAYMENT_COLUMNS} FROM {PAYMENT_TABLES} WHERE p.order_id = $1 AND a.reference = $2",
        order_id,
        reference,
    )
    if row is None:
        raise NotFound("There is no such payment.")
    return payment_view(row)


async def _standing(payment: PaymentView) -> Standing:
    return Standing(payment, payment.state == "Settled" and await _is_returned(payment))


async def _is_returned(payment: PaymentView) -> bool:
    whole = await fetch_one(
        "SELECT id FROM refund WHERE payment_id = $1 AND amount_minor = $2", payment.id, payment.amount_minor
    )
    return whole is not None


async def _find(scope: Scope, customer_id: int, reference: str) -> PaymentView:
    row = await fetch_one(
        f"SELECT {PAYMENT_COLUMNS} FROM {PAYMENT_TABLES} WHERE p.customer_id = $1 AND p.platform_id = $2 "
        "AND p.environment = $3 AND (a.reference = $4 OR p.uid = $5)",
        customer_id,
        scope.platform_id,
        scope.environment,
        reference,
        _uid(reference),
    )
    if row is None:
        raise NotFound("Transaction not found", field="transactionReference")
    return payment_view(row)


def _uid(reference: str) -> UUID | None:
    try:
        return UUID(reference.removeprefix("mk-"))
    except ValueError:
        return None


async def ask_now(reference: str) -> None:
    """Look at the attempt before it is due, unless a worker just does, or somebody asks too often."""
    try:
        await count_try(f"verify:{reference}", most=ASKED_PER_MINUTE, within_s=60)
    except TooManyTries:
        return
    open_one = PaymentAttempt.filter(reference=reference, state__in=("Waiting", "Unknown"))
    await open_one.update(next_attempt_at=now())
    attempt = await open_one.first()
    for claimed in await PaymentAttempt.claim(row_id=attempt.id) if attempt else []:
        await work_attempt(claimed)
