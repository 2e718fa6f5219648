"""Attempts: asking a provider for money under a stored reference, and asking after it until it is known."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import structlog

from core.clock import now
from core.db import Row, transaction
from core.errors import PaymentFailed, PaymentPending
from core.money import format_money
from core.work import backoff
from models import Payment, PaymentAttempt
from providers.errors import ProviderRefused, ProviderUnknown
from providers.payments import Charge
from providers.registry import registry
from services.deposits.methods import keep_used
from services.deposits.settling import tell_to_confirm
from services.payments.differing import hand_on
from services.payments.opening import Opened
from services.payments.settling import decline, lock_payment, settle
from services.payments.states import ATTEMPT_STATES
from services.tenants import scope_by_id

log = structlog.get_logger(__name__)

# How long a request waits for a page that another is asking for: longer than a call to the provider may take.
PATIENCE_S = 6.0
LOOK_EVERY_S = 0.1
# A page that the customer opened is asked about now and then; a prompt on their phone more often.
PACE = {"redirect": (3.0, 60.0), "mobile_money": (2.0, 20.0), "stored": (2.0, 300.0)}
# What was given up is asked after once soon, and then ever less often, for a day.
GRACE = timedelta(minutes=2)
WATCHED = timedelta(hours=24)

NOT_CONFIRMED = "Your bank wanted you to confirm this payment, and it was not confirmed."
NO_PAGE = "The payment page could not be opened. Please try again."
REFUSED_SENTENCES = {
    "insufficient_funds": "There is not enough money.",
    "unreachable": "The payment service could not be reached.",
}


async def work_attempt(attempt: PaymentAttempt) -> None:
    """Take a claimed attempt one step on: ask for the money where nobody has yet, else ask what became of it."""
    # Read along with the claim: many are claimed at once, and each shall be asked for at once.
    payment: Payment = attempt.payment
    if attempt.state != "Stored":
        await _check(attempt, payment)
    elif attempt.kind == "redirect":
        # Whoever wanted the page is gone, so nobody was given it.
        await _fail(attempt, NO_PAGE, watch=False)
    elif attempt.attempts == 1:
        await _ask(attempt, payment)
    else:
        # Taken up again without an answer stored: the first call may have reached the provider.
        await _check(attempt, payment)


async def start_redirect(opened: Opened) -> str:
    """Ask for the page where the customer pays, now and not by a worker; its address.

    Raises `PaymentFailed`, with the payment declined and the cart kept: without the page nobody can pay.
    Where another request is just asking for it this one waits; raises `PaymentPending` if it takes long.
    """
    attempt = await PaymentAttempt.get(id=opened.attempt_id)
    if opened.lease is not None and attempt.lease == opened.lease:
        await _start_redirect(attempt, await Payment.get(id=attempt.payment_id))
    end = time.monotonic() + PATIENCE_S
    while attempt.state == "Stored" and attempt.lease and time.monotonic() < end:
        await asyncio.sleep(LOOK_EVERY_S)
        await attempt.refresh_from_db()
    if attempt.payment_url is not None:
        return str(attempt.payment_url)
    if attempt.state == "Stored":
        raise PaymentPending
    raise PaymentFailed(attempt.reason or NO_PAGE)


async def start_stored(opened: Opened) -> None:
    """Charge a stored card, now and not by a worker; what is not known of it then, the worker asks after.

    Raises `PaymentFailed` where it is declined.
    """
    attempt = await PaymentAttempt.get(id=opened.attempt_id)
    if opened.lease is not None and attempt.lease == opened.lease:
        await _ask(attempt, await Payment.get(id=attempt.payment_id))
        await attempt.refresh_from_db()
    if attempt.state == "Failed":
        raise PaymentFailed(attempt.reason)


async def _start_redirect(attempt: PaymentAttempt, payment: Payment) -> None:
    request: dict[str, Any] = attempt.request
    try:
        redirect = await _gateway(attempt, payment).initialize(
            reference=attempt.reference,
            amount_minor=payment.amount_minor,
            currency=payment.currency,
            email=request["email"],
            callback_url=request.get("callback_url") or "",
            metadata={"payment": str(payment.uid)},
        )
    except (ProviderRefused, ProviderUnknown) as trouble:
        log.warning("payment page not opened", attempt=attempt.id, reason=str(trouble))
        # Nobody was given the page, so nobody can have paid on it.
        await _fail(attempt, NO_PAGE, watch=False)
        return
    await _move(attempt, "Waiting", retry_in=_pace(attempt), payment_url=redirect.payment_url)
    await Payment.filter(id=payment.id, state="Created").update(state="Pending")


async def _charge(attempt: PaymentAttempt, payment: Payment) -> Charge:
    """Ask for the money: from a wallet, whose owner approves on the phone, or from a stored card."""
    request: dict[str, Any] = attempt.request
    asked: dict[str, Any] = {
        "reference": attempt.reference,
        "amount_minor": payment.amount_minor,
        "currency": payment.currency,
        "email": request["email"],
    }
    gateway = _gateway(attempt, payment)
    if attempt.kind == "mobile_money":
        by_wallet: Charge = await gateway.charge_mobile_money(
            **asked, phone=request["phone"], network=request["network"]
        )
        return by_wallet
    by_card: Charge = await gateway.charge_stored(
        **asked,
        code=request["code"],
        unattended=payment.begun_by == "schedule",
        metadata={"payment": str(payment.uid)},
    )
    return by_card


async def _ask(attempt: PaymentAttempt, payment: Payment) -> None:
    try:
        charge = await _charge(attempt, payment)
    except ProviderUnknown:
        await _move(attempt, "Unknown", retry_in=timedelta(seconds=2))
        return
    except ProviderRefused as refusal:
        if refusal.code == "duplicate_reference":
            await _move(attempt, "Unknown", retry_in=timedelta(seconds=2))
            return
        if attempt.kind == "stored" and refusal.retryable and not _expired(attempt):
            # Nobody waits for it, and a provider that is out of reach says nothing about the card.
            await _move(attempt, "Unknown", retry_in=backoff(attempt.attempts, first_s=2, longest_s=300))
            return
        reason = REFUSED_SENTENCES.get(refusal.code, refusal.message or "It was refused.")
        await _fail(attempt, reason, watch=False, final=not refusal.retryable)
        return
    await Payment.filter(id=payment.id, state="Created").update(state="Pending")
    await _take_in(attempt, payment, charge)


async def _check(attempt: PaymentAttempt, payment: Payment) -> None:
    try:
        charge = await _gateway(attempt, payment).verify(attempt.reference)
    except (ProviderUnknown, ProviderRefused) as trouble:
        log.info("attempt still unknown", attempt=attempt.id, reason=str(trouble))
        # No answer never ends the asking, whatever is believed of the attempt so far.
        await _move(
            attempt,
            _waiting(attempt, "Unknown"),
            retry_in=backoff(attempt.attempts, first_s=2, longest_s=300),
        )
        return
    await _take_in(attempt, payment, charge)


async def _take_in(attempt: PaymentAttempt, payment: Payment, charge: Charge) -> None:
    if attempt.state == "Succeeded" and charge.state != "succeeded":
        log.error("a provider takes back what it said", attempt=attempt.id, theirs=charge.state)
        await attempt.release(retry_in=None)
    elif charge.state == "succeeded" and charge.currency != payment.currency:
        # Never believed and never thrown away: a person must look. It stays due and is logged each time.
        log.error("a provider's currency differs", attempt=attempt.id, theirs=charge.currency)
        await _move(attempt, _waiting(attempt, "Unknown"), retry_in=timedelta(hours=1))
    elif charge.state == "succeeded" and attempt.received_minor:
        await _take_more(attempt, charge)
    elif charge.state == "succeeded" and charge.amount_minor >= payment.amount_minor:
        await _succeed(attempt, charge)
    elif charge.state == "succeeded" and (_expired(attempt) or attempt.state == "Failed"):
        await _fail_in_part(attempt, payment, charge)
    elif charge.state == "succeeded":
        # Too little so far: the rest may still come, as with a transfer in two parts.
        await _move(attempt, _waiting(attempt, "Waiting"), retry_in=_pace(attempt))
    elif charge.state == "failed":
        await _fail(attempt, charge.reason or "It was declined.", watch=False, final=not charge.retryable)
    elif charge.needs_otp:
        await _fail(
            attempt, "This wallet wants a code first, which we can't pass on. Please pay another way."
        )
    elif charge.state == "absent" and attempt.state == "Failed":
        await attempt.release(retry_in=None)
    elif charge.state == "absent" and attempt.kind != "redirect" and not _expired(attempt):
        # The provider never heard of it. Asking again is safe: it takes a reference only once.
        if await attempt.renew():
            await _ask(attempt, payment)
    elif attempt.state != "Failed" and (_expired(attempt) or _page_is_lost(attempt, charge)):
        on_page = attempt.kind == "stored" and charge.needs_page
        await _fail(attempt, NOT_CONFIRMED if on_page else "It was not paid in time.")
    else:
        await _wait(attempt, payment, charge)


async def _wait(attempt: PaymentAttempt, payment: Payment, charge: Charge) -> None:
    """It takes its time; a stored card's bank may want its owner to confirm on a page."""
    url = charge.payment_url if attempt.kind == "stored" and not attempt.payment_url else ""
    async with transaction():
        page = {"payment_url": url} if url else {}
        moved = await _move(attempt, _waiting(attempt, "Waiting"), retry_in=_pace(attempt), **page)
        if moved and url:
            await tell_to_confirm(await lock_payment(payment.id), url)


async def _succeed(attempt: PaymentAttempt, charge: Charge) -> None:
    async with transaction():
        if not await _move(attempt, "Succeeded", retry_in=None):
            return
        await settle(attempt.payment_id)
        payment = await lock_payment(attempt.payment_id)
        if payment["order_id"] is not None:
            scope = await scope_by_id(payment["platform_id"], payment["environment"])
            await keep_used(scope, payment, attempt, charge)
        if charge.amount_minor > payment["amount_minor"]:
            await _hand_on(attempt, payment, charge, charge.amount_minor - payment["amount_minor"])


async def _fail_in_part(attempt: PaymentAttempt, payment: Payment, charge: Charge) -> None:
    """Too little came, and the time for the rest is over: nothing is bought, and the payer has the part again."""
    came = format_money(charge.amount_minor, payment.currency)
    asked = format_money(payment.amount_minor, payment.currency)
    reason = f"Only {came} of {asked} came."
    async with transaction():
        if not await _move(attempt, "Failed", retry_in=GRACE, reason=reason):
            return
        await decline(attempt.payment_id, reason)
        await _hand_on(attempt, await lock_payment(attempt.payment_id), charge, charge.amount_minor)


async def _take_more(attempt: PaymentAttempt, charge: Charge) -> None:
    """Something was handed on before: only what came since then is new."""
    more = charge.amount_minor - attempt.received_minor
    async with transaction():
        over = attempt.state == "Succeeded"
        if await _move(attempt, attempt.state, retry_in=None if over else _pace(attempt)) and more > 0:
            await _hand_on(attempt, await lock_payment(attempt.payment_id), charge, more)


async def _hand_on(attempt: PaymentAttempt, payment: Row, charge: Charge, amount_minor: int) -> None:
    scope = await scope_by_id(payment["platform_id"], payment["environment"])
    await hand_on(scope, payment, attempt.id, amount_minor, charge.amount_minor)
    await PaymentAttempt.filter(id=attempt.id).update(received_minor=charge.amount_minor)


async def _fail(attempt: PaymentAttempt, reason: str, *, watch: bool = True, final: bool = False) -> None:
    """The payment is declined and the cart is free again. With `watch` the provider is still asked now and then:
    what was given up may be paid all the same. A `final` decline is one that no later try can change.
    """
    async with transaction():
        again = GRACE if watch else None
        if await _move(attempt, "Failed", retry_in=again, reason=reason[:255]):
            await decline(attempt.payment_id, reason, final=final)


async def _move(attempt: PaymentAttempt, state: str, *, retry_in: timedelta | None, **changes: Any) -> bool:
    """Give a claimed attempt back in `state`; False where its lease was lost to another worker meanwhile."""
    if state != attempt.state:
        ATTEMPT_STATES.check(attempt.state, state)
    return await attempt.release(retry_in=retry_in, state=state, **changes)


def _gateway(attempt: PaymentAttempt, payment: Payment) -> Any:
    return registry().payments(attempt.provider, payment.environment)  # type: ignore[arg-type]


def _expired(attempt: PaymentAttempt) -> bool:
    return bool(attempt.expires_at <= now())


def _page_is_lost(attempt: PaymentAttempt, charge: Charge) -> bool:
    """Whether the bank wants the owner of a stored card on a page, and the one answer that said on which never came.

    Nobody can confirm there, and while it waits the balance can't be paid another way.
    """
    asked = attempt.kind == "stored" and charge.needs_page
    return asked and not (attempt.payment_url or charge.payment_url) and now() - attempt.created_at > GRACE


def _waiting(attempt: PaymentAttempt, state: str) -> str:
    # A failed attempt that is asked about once more stays failed until it is paid; a paid one stays paid.
    return attempt.state if attempt.state in ("Failed", "Succeeded") else state


def _pace(attempt: PaymentAttempt) -> timedelta | None:
    if attempt.state != "Failed":
        first_s, longest_s = PACE[attempt.kind]
        return backoff(attempt.attempts, first_s=first_s, longest_s=longest_s)
    if now() - attempt.expires_at > WATCHED:
        return None
    return backoff(attempt.attempts, first_s=60, longest_s=3600)
