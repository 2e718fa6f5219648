"""Monnify's answers and notices, read into the words of `providers.payments`; what can't be read is unknown."""

import hashlib
import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from core.errors import InvalidInput
from core.money import from_decimal
from providers.declines import worth_retrying
from providers.errors import ProviderRefused, ProviderUnknown
from providers.payments import (
    Charge,
    ChargeState,
    EventKind,
    RefundState,
    RefundStatus,
    StoredAuthorization,
    WebhookEvent,
)

Model = TypeVar("Model", bound=BaseModel)
REFERENCE = re.compile(r"(?!\.+$)[A-Za-z0-9._=-]{1,100}")
# An answer about a refund names no currency, and Monnify pays back in naira only.
REFUND_CURRENCY = "NGN"
CHARGE_STATES: dict[str, ChargeState] = {
    "PAID": "succeeded",
    "OVERPAID": "succeeded",
    # Money has come. With an amount that isn't the payment's it is neither believed nor given up.
    "PARTIALLY_PAID": "succeeded",
    "PENDING": "pending",
    "EXPIRED": "failed",
    "FAILED": "failed",
    "CANCELLED": "failed",
    "ABANDONED": "failed",
    "REVERSED": "reversed",
}
# A status object tells no more of a failure than its status; these are for the customer. [U] That the message
# around it has the issuer's words.
REASONS = {
    "EXPIRED": "It was not paid in time.",
    "CANCELLED": "It was cancelled.",
    "ABANDONED": "It was cancelled.",
}
NO_WORDS = ("", "success")
REFUND_STATES: dict[str, RefundState] = {
    "PENDING": "pending",
    "IN_PROGRESS": "pending",
    "COMPLETED": "succeeded",
    "FAILED": "failed",
}
EVENT_KINDS: dict[str, EventKind] = {
    "SUCCESSFUL_TRANSACTION": "charge",
    "SUCCESSFUL_REFUND": "refund",
    "FAILED_REFUND": "refund",
    "SETTLEMENT": "settlement",
}
# The kind of product that a charge of a card token is. In Monnify's sample of one the card is reusable, and yet
# `supportsTokenization` is false: it tells of the first payment only.
BY_TOKEN = "API_NOTIFICATION"
# Without a zone, and in two spellings. [U] It is taken for Nigeria's time.
LAGOS = timezone(timedelta(hours=1))
TIME_FORMATS = ("%d/%m/%Y %I:%M:%S %p", "%Y-%m-%d %H:%M:%S.%f")


class Wire(BaseModel):
    """An object with camelCase names, where a number may stand for a text."""

    model_config = ConfigDict(alias_generator=to_camel, coerce_numbers_to_str=True)


class Page(Wire):
    checkout_url: str = Field(pattern=r"^https?://")
    payment_reference: str


class Refund(Wire):
    refund_reference: str
    refund_amount: Decimal
    refund_status: str
    comment: str | None = None


class _Card(Wire):
    card_token: str | None = None
    card_type: str | None = None
    last4: str | None = None
    exp_month: str | None = None
    exp_year: str | None = None
    bank_name: str | None = None
    reusable: bool | None = None
    supports_tokenization: bool | None = None


class _Customer(Wire):
    email: str = ""


class _Product(Wire):
    type: str | None = None


class _Transaction(Wire):
    """The status object. Amounts are naira, and strings mostly; what is not known yet is left out or null."""

    transaction_reference: str
    payment_reference: str
    payment_status: str
    amount_paid: Decimal | None = None
    settlement_amount: Decimal | None = None
    currency: str = ""
    paid_on: str | None = None
    card_details: _Card | None = None
    customer: _Customer | None = None
    product: _Product | None = None
    response_message: str = ""


def charge(data: Any, reference: str) -> Charge:
    """A status object as a charge; `amount_minor` is what was paid, which may be more or less than was asked."""
    found = parsed(_Transaction, data)
    same(found.payment_reference, reference)
    if found.payment_status not in CHARGE_STATES:
        raise ProviderUnknown(f"payment status {found.payment_status!r} is not documented")
    state = CHARGE_STATES[found.payment_status]
    paid = minor(found.amount_paid or Decimal(), found.currency or "NGN")
    # Whoever believed either half of such an answer would lose money.
    if state in ("succeeded", "failed") and (state == "succeeded") != (paid > 0):
        raise ProviderUnknown(f"monnify says {found.payment_status}, and that {paid} was paid")
    reason = REASONS.get(found.payment_status, "")
    if state == "failed" and found.response_message not in NO_WORDS:
        reason = found.response_message
    return Charge(
        state=state,
        reference=reference,
        amount_minor=paid,
        currency=found.currency,
        reason=reason,
        authorization=_authorization(found),
        fees_minor=_fees(found, paid) if state == "succeeded" else 0,
        paid_at=time_of(found.paid_on),
        provider_id=found.transaction_reference,
        retryable=state == "failed" and worth_retrying(reason),
    )


def _fees(found: _Transaction, paid: int) -> int:
    if found.settlement_amount is None:
        return 0
    return max(0, paid - minor(found.settlement_amount, found.currency or "NGN"))


def time_of(text: str | None) -> datetime | None:
    """A time as Monnify writes it, in UTC."""
    for form in TIME_FORMATS:
        try:
            return datetime.strptime(text or "", form).replace(tzinfo=LAGOS).astimezone(UTC)
        except ValueError:
            continue
    return None


def _authorization(found: _Transaction) -> StoredAuthorization | None:
    card = found.card_details
    if card is None or not card.card_token or found.customer is None:
        return None
    by_token = found.product is not None and found.product.type == BY_TOKEN
    return StoredAuthorization(
        code=card.card_token,
        email=found.customer.email,
        channel="card",
        brand=card.card_type or "",
        last4=card.last4 or "",
        exp_month=card.exp_month or "",
        exp_year=card.exp_year or "",
        bank=card.bank_name or "",
        reusable=bool(card.reusable) and (by_token or card.supports_tokenization is not False),
        signature="",
    )


def refund_status(data: Any, refund_reference: str) -> RefundStatus:
    """A refund object; our own reference is the only name that Monnify has for it."""
    found = parsed(Refund, data)
    same(found.refund_reference, refund_reference)
    if found.refund_status not in REFUND_STATES:
        raise ProviderUnknown(f"refund status {found.refund_status!r} is not documented")
    return RefundStatus(
        REFUND_STATES[found.refund_status],
        minor(found.refund_amount, REFUND_CURRENCY),
        REFUND_CURRENCY,
        refund_reference,
        found.comment or "",
    )


def event(notice: Any) -> WebhookEvent | None:
    """Monnify numbers no events, so the id is made of what stays the same when one is delivered again.

    That is the type, the reference of the thing, and how much of it was paid: a second transfer for the same
    payment is another event. A refund's notice doesn't name the payment by our reference.
    """
    if not isinstance(notice, dict) or not isinstance(notice.get("eventData"), dict):
        return None
    name, data = str(notice.get("eventType") or ""), notice["eventData"]
    if not name:
        return None
    thing = (
        data.get("refundReference")
        or data.get("transactionReference")
        or data.get("settlementReference")
        or data.get("reference")
    )
    parts = [name, thing or hashlib.sha256(repr(data).encode()).hexdigest()]
    parts += [data[key] for key in ("paymentStatus", "amountPaid") if data.get(key) is not None]
    kind = EVENT_KINDS.get(name, "other")
    named = {"charge": "paymentReference", "settlement": "settlementReference"}.get(kind)
    reference = data.get(named) if named else None
    return WebhookEvent(":".join(map(str, parts)), kind, str(reference) if reference else None)


def parsed(model: type[Model], data: Any) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ProviderUnknown("an answer of monnify can't be read") from error


def minor(amount: Decimal, currency: str) -> int:
    """Naira as kobo, exactly."""
    try:
        return from_decimal(amount, currency)
    except InvalidInput as error:
        raise ProviderUnknown(f"{amount} {currency} is no amount") from error


def same(answered: str, asked: str) -> None:
    if answered != asked:
        raise ProviderUnknown("monnify answered about another reference")


def checked(name: str) -> str:
    """A reference as it may stand in a path, and no dots alone."""
    if not REFERENCE.fullmatch(name):
        raise ProviderRefused("invalid_reference", "not a reference that monnify can know")
    return name
