"""Paystack's answers and notices, read into the words of `providers.payments`; what can't be read is unknown."""

import hashlib
import re
from datetime import UTC
from typing import Any, TypeVar

from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from providers.declines import worth_retrying
from providers.errors import ProviderRefused, ProviderUnknown
from providers.http import Json
from providers.payments import (
    Charge,
    ChargeState,
    EventKind,
    Network,
    RefundState,
    RefundStatus,
    StoredAuthorization,
    WebhookEvent,
)

Model = TypeVar("Model", bound=BaseModel)
REFERENCE = re.compile(r"(?!\.+$)[A-Za-z0-9.=-]{1,100}")
NETWORKS: dict[Network, str] = {"mtn": "mtn", "telecel": "vod", "at": "atl"}
# `abandoned` is what a page says that nobody has paid on yet: it can still be paid.
CHARGE_STATES: dict[str, ChargeState] = {
    "success": "succeeded",
    "failed": "failed",
    "timeout": "failed",
    "reversed": "reversed",
    "abandoned": "pending",
    "ongoing": "pending",
    "pending": "pending",
    "processing": "pending",
    "queued": "pending",
    "pay_offline": "pending",
    "send_otp": "pending",
    "send_birthday": "pending",
}
REFUND_STATES: dict[str, RefundState] = {
    "pending": "pending",
    "processing": "pending",
    "processed": "succeeded",
    "failed": "failed",
    "needs-attention": "needs_attention",
}
EVENT_KINDS: dict[str, EventKind] = {
    "charge.success": "charge",
    "charge.dispute": "dispute",
    "refund": "refund",
}
TOKEN_UNKNOWN, CARD_LIMITED = "token_unknown", "card_limited"
# A refusal's meaning by how its message begins (lower case): older answers name no code, and what codes the
# refusals of authorizations have is documented nowhere.
MEANINGS = {
    "transaction reference not found": "transaction_not_found",
    "duplicate transaction reference": "duplicate_reference",
    "authorization code does not exist": TOKEN_UNKNOWN,
    "authorization not found": TOKEN_UNKNOWN,
    "email does not match authorization code": TOKEN_UNKNOWN,
    "this authorization is not reusable": TOKEN_UNKNOWN,
    # After ten failures in a row a card is charged once a day only.
    "charge attempt cannot be fulfilled until": CARD_LIMITED,
}


class _Authorization(BaseModel):
    authorization_code: str = ""
    channel: str | None = None
    brand: str | None = None
    last4: str | None = None
    exp_month: str | None = None
    exp_year: str | None = None
    bank: str | None = None
    reusable: bool | None = None
    signature: str | None = None


class _Customer(BaseModel):
    email: str = ""


class _Transaction(BaseModel):
    """A transaction or a charge object; the steps of a charge leave most of it out."""

    id: int | None = None
    status: str
    reference: str
    amount: int | None = None
    currency: str | None = None
    fees: int | None = None
    paid_at: AwareDatetime | None = None
    gateway_response: str | None = None
    message: str | None = None
    display_text: str | None = None
    authorization: _Authorization | None = None
    customer: _Customer | None = None


class Page(BaseModel):
    authorization_url: str = Field(pattern=r"^https?://")
    reference: str


class Refund(BaseModel):
    id: int
    status: str
    amount: int
    currency: str
    merchant_note: str | None = None


def event(notice: Any, body: bytes) -> WebhookEvent | None:
    """Paystack numbers no events, so the id is made of what stays the same when one is delivered again.

    That is the event's name and the id of its object. Refund events carry no id, only the references of
    refund and transaction, and the former is null while a refund waits: the body's digest then tells two
    refunds of one charge apart.
    """
    if not isinstance(notice, dict) or not isinstance(notice.get("data"), dict):
        return None
    name, data = str(notice.get("event", "")), notice["data"]
    charge = data.get("transaction") if isinstance(data.get("transaction"), dict) else data
    reference = data.get("transaction_reference") or charge.get("reference")
    thing = data.get("id") or data.get("refund_reference") or hashlib.sha256(body).hexdigest()
    kind = EVENT_KINDS.get(name) or EVENT_KINDS.get(name.rpartition(".")[0], "other")
    return WebhookEvent(f"{name}:{thing}"[:200], kind, str(reference) if reference else None)


def charge(data: Any, reference: str, amount_minor: int = 0, currency: str = "") -> Charge:
    transaction = parsed(_Transaction, data)
    same(transaction.reference, reference)
    if transaction.status not in CHARGE_STATES:
        raise ProviderUnknown(f"charge status {transaction.status!r} is not documented")
    state = CHARGE_STATES[transaction.status]
    reason = transaction.gateway_response or transaction.message or ""
    return Charge(
        state=state,
        reference=reference,
        amount_minor=transaction.amount if transaction.amount is not None else amount_minor,
        currency=transaction.currency or currency,
        reason=reason,
        authorization=_authorization(transaction),
        fees_minor=transaction.fees or 0,
        paid_at=transaction.paid_at.astimezone(UTC) if transaction.paid_at else None,
        provider_id=str(transaction.id or ""),
        retryable=state == "failed" and worth_retrying(reason),
        needs_otp=transaction.status == "send_otp",
        instruction=transaction.display_text or "",
        needs_page=transaction.status == "abandoned",
    )


def stored_charge(data: Any, reference: str, amount_minor: int, currency: str) -> Charge:
    """What /transaction/charge_authorization says: a charge, or where the customer has to confirm it first."""
    if not isinstance(data, dict) or data.get("paused") is not True:
        return charge(data, reference, amount_minor, currency)
    page = parsed(Page, data)
    same(page.reference, reference)
    return Charge(
        "pending", reference, amount_minor, currency, payment_url=page.authorization_url, needs_page=True
    )


def _authorization(transaction: _Transaction) -> StoredAuthorization | None:
    found = transaction.authorization
    if found is None or not found.authorization_code or transaction.customer is None:
        return None
    return StoredAuthorization(
        code=found.authorization_code,
        email=transaction.customer.email,
        channel=found.channel or "",
        brand=(found.brand or "").strip(),
        last4=found.last4 or "",
        exp_month=found.exp_month or "",
        exp_year=found.exp_year or "",
        bank=found.bank or "",
        reusable=bool(found.reusable),
        signature=found.signature or "",
    )


def refund_status(refund: Refund) -> RefundStatus:
    if refund.status not in REFUND_STATES:
        raise ProviderUnknown(f"refund status {refund.status!r} is not documented")
    return RefundStatus(REFUND_STATES[refund.status], refund.amount, refund.currency, str(refund.id))


def read_refusal(status: int, body: Json) -> tuple[str, str]:
    """(code, message): a code of `MEANINGS`, Paystack's own, or `http_<status>`."""
    message = str(body.get("message") or "refused")
    for beginning, code in MEANINGS.items():
        if message.lower().startswith(beginning):
            return code, message
    return str(body.get("code") or f"http_{status}"), message


def data_of(answer: Json) -> Any:
    if answer.get("status") is not True:
        raise ProviderRefused(*read_refusal(200, answer))
    return answer.get("data")


def parsed(model: type[Model], data: Any) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ProviderUnknown("an answer of paystack can't be read") from error


def same(answered: str, asked: str) -> None:
    if answered != asked:
        raise ProviderUnknown("paystack answered about another reference")


def checked(name: str) -> str:
    """A reference as it may stand in a path: Paystack's own alphabet, and no dots alone."""
    if not REFERENCE.fullmatch(name):
        raise ProviderRefused("invalid_reference", "not a reference that paystack can know")
    return name
