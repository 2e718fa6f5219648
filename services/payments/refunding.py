"""Refunds: money that goes back by the way it came, asked for once and followed until it is there."""

from datetime import timedelta
from typing import Any

import structlog

from core.clock import now
from core.db import Row, fetch, fetch_one, transaction
from core.ids import new_uid
from core.jobs import enqueue
from core.money import format_money
from core.work import backoff
from models import Payment, PaymentAttempt, Refund
from providers.errors import ProviderRefused, ProviderUnknown
from providers.payments import RefundStatus
from providers.registry import registry
from services.accounts.contact import tell
from services.accounts.customers import get_customer
from services.cards import card_of
from services.ledger import post, shared_account
from services.payments.states import REFUND_STATES
from services.payments.telling import tell_of_refund
from services.tenants import Scope, scope_by_id

log = structlog.get_logger(__name__)


# How often a gateway may refuse to send money back before the customer has it on their card instead.
MOST_REFUSALS = 5


async def open_refund(scope: Scope, payment: Row, *, reason: str, amount_minor: int | None = None) -> None:
    """Store a refund of the whole payment, or of `amount_minor`, in the caller's transaction; its money waits in
    suspense.
    """
    rows = await fetch(
        "INSERT INTO refund (uid, created_at, updated_at, payment_id, amount_minor, reason, state, attempts, "
        "next_attempt_at) VALUES ($1, $2, $2, $3, $4, $5, 'Stored', 0, $2) "
        "ON CONFLICT (payment_id, reason) DO NOTHING RETURNING id",
        new_uid(),
        now(),
        payment["id"],
        payment["amount_minor"] if amount_minor is None else amount_minor,
        reason,
    )
    if rows:
        await enqueue("work_refund", rows[0]["id"])


async def refund_onto_card(scope: Scope, payment: Row, *, reason: str, amount_minor: int) -> None:
    """Give money, which waits in suspense, back onto its payer's shopping card, in the caller's transaction.

    For what was paid from there, or in a way that nothing can be sent back by. From a closed account nobody could spend it
    any more: then it goes back by the way it came, or by hand.
    """
    if await is_closed(payment["customer_id"]):
        back = open_refund if payment["provider"] else refund_by_hand
        await back(scope, payment, reason=reason, amount_minor=amount_minor)
        return
    rows = await fetch(
        "INSERT INTO refund (uid, created_at, updated_at, payment_id, amount_minor, reason, state, attempts) "
        "VALUES ($1, $2, $2, $3, $4, $5, 'OnCard', 0) ON CONFLICT (payment_id, reason) DO NOTHING RETURNING id",
        new_uid(),
        now(),
        payment["id"],
        amount_minor,
        reason,
    )
    if rows:
        await _book_onto_card(scope, rows[0]["id"], payment["id"], payment["customer_id"], amount_minor)


async def refund_by_hand(scope: Scope, payment: Row, *, reason: str, amount_minor: int) -> None:
    """Store a refund that nothing carries, in the caller's transaction; its money waits in suspense until a desk says that it
    was handed over.
    """
    await fetch(
        "INSERT INTO refund (uid, created_at, updated_at, payment_id, amount_minor, reason, state, attempts) "
        "VALUES ($1, $2, $2, $3, $4, $5, 'Stored', 0) ON CONFLICT (payment_id, reason) DO NOTHING RETURNING id",
        new_uid(),
        now(),
        payment["id"],
        amount_minor,
        reason,
    )


async def is_closed(customer_id: int | None) -> bool:
    """Whether it is nobody's account any more."""
    row = await fetch_one("SELECT closed_at FROM customer WHERE id = $1", customer_id)
    return row is not None and row["closed_at"] is not None


async def work_refund(refund: Refund) -> None:
    """Take a claimed refund one step on: ask for it, or ask what became of it."""
    payment = await Payment.get(id=refund.payment_id)
    attempt = await PaymentAttempt.filter(payment_id=payment.id).order_by("-id").first()
    if attempt is None:
        await refund.release(retry_in=backoff(refund.attempts))
        return
    try:
        status = await _ask(refund, payment, attempt)
    except ProviderUnknown:
        await _move(refund, "Unknown", retry_in=backoff(refund.attempts))
        return
    except ProviderRefused as refusal:
        log.warning("refund refused", refund=refund.id, reason=str(refusal))
        if payment.customer_id and not refusal.retryable and refund.attempts >= MOST_REFUSALS:
            await _onto_card(refund, payment)
            return
        await refund.release(retry_in=backoff(refund.attempts, first_s=60, longest_s=3600))
        return
    await _take_in(refund, payment, attempt.provider, status)


async def _ask(refund: Refund, payment: Payment, attempt: PaymentAttempt) -> RefundStatus:
    gateway = registry().payments(attempt.provider, payment.environment)  # type: ignore[arg-type]
    reference = attempt.reference
    if refund.provider_id:
        return await gateway.refund_status(refund.provider_id)
    if refund.attempts > 1:
        # An earlier try may have reached the provider, whatever it left behind.
        charge = await gateway.verify(reference)
        await refund.renew()
        found = await gateway.find_refund(
            charge_provider_id=charge.provider_id, refund_reference=str(refund.uid)
        )
        if found.state != "absent":
            return found
    if not await refund.renew():
        raise ProviderUnknown("the lease was lost")
    return await gateway.refund(
        reference=reference,
        refund_reference=str(refund.uid),
        amount_minor=refund.amount_minor,
        currency=payment.currency,
        reason=refund.reason,
    )


async def _take_in(refund: Refund, payment: Payment, provider: str, status: RefundStatus) -> None:
    known = {"provider_id": status.provider_id or refund.provider_id}
    if status.state == "failed":
        log.error("refund failed", refund=refund.id, reason=status.reason)
        if payment.customer_id:
            await _onto_card(refund, payment)
            return
    if status.state != "succeeded":
        await _move(
            refund,
            "Waiting",
            retry_in=backoff(refund.attempts, first_s=5) if status.state == "pending" else timedelta(hours=1),
            **known,
        )
        return
    scope = await scope_by_id(payment.platform_id, payment.environment)  # type: ignore[arg-type]
    async with transaction():
        if not await _move(refund, "Done", retry_in=None, **known):
            return
        suspense = await shared_account(scope, "suspense", "suspense")
        source = await shared_account(scope, f"gateway:{provider}", "gateway")
        await post(
            scope,
            key=f"refund:{refund.id}",
            kind="refund",
            narrative=f"Sent back: {refund.reason}",
            sides=[(suspense, -refund.amount_minor), (source, refund.amount_minor)],
            payment_id=payment.id,
        )
        await tell_of_refund(
            scope, refund.id, payment_id=payment.id, amount_minor=refund.amount_minor, state="Done"
        )


async def _onto_card(refund: Refund, payment: Payment) -> None:
    """The gateway won't send it back: the customer has it on their shopping card, and is told."""
    scope = await scope_by_id(payment.platform_id, payment.environment)  # type: ignore[arg-type]
    async with transaction():
        if not await _move(refund, "OnCard", retry_in=None):
            return
        await _book_onto_card(scope, refund.id, payment.id, payment.customer_id or 0, refund.amount_minor)
        await tell(
            scope,
            await get_customer(scope, payment.customer_id or 0),
            "refund_on_card",
            {"amount": format_money(refund.amount_minor, payment.currency)},
            dedupe_key=f"refund_on_card:{refund.id}",
        )


async def _book_onto_card(
    scope: Scope, refund_id: int, payment_id: int, customer_id: int, amount_minor: int
) -> None:
    suspense = await shared_account(scope, "suspense", "suspense")
    card = await card_of(scope, customer_id)
    await post(
        scope,
        key=f"refund:{refund_id}",
        kind="refund_on_card",
        narrative="Sent back onto the card",
        sides=[(suspense, -amount_minor), (card.account, amount_minor)],
        payment_id=payment_id,
    )
    await tell_of_refund(scope, refund_id, payment_id=payment_id, amount_minor=amount_minor, state="OnCard")


async def _move(refund: Refund, state: str, *, retry_in: timedelta | None, **changes: Any) -> bool:
    """Give a claimed refund back in `state`; False where its lease was lost to another worker meanwhile."""
    if state != refund.state:
        REFUND_STATES.check(refund.state, state)
    return await refund.release(retry_in=retry_in, state=state, **changes)
