"""Filling the shopping card, and asking what became of a payment ("Shopping Card & Transactions")."""

from decimal import Decimal
from typing import Annotated
from urllib.parse import unquote

from pydantic import AfterValidator, Field

from api.rest.calls import Call
from api.rest.endpoints import Section
from api.rest.fields import Amount, Money, Shape, Text, When, money
from core.errors import NotFound
from core.money import from_decimal
from services.orders.views import PaymentView
from services.payments.funding import fund_card
from services.payments.verifying import verify_payment
from services.transactions import PROVIDER_NAMES

section = Section("Shopping card", "/api/transaction")
STATUS = {"Created": "pending", "Pending": "pending", "Settled": "success"}
WAYS = {"card": "ShoppingCard", "mobile_money": "MobileMoney"}
SENTENCES = {
    "success": "Transaction completed successfully",
    "pending": "The transaction is not completed yet",
    "refunded": "The payment came too late and bought nothing: it is on its way back",
}


def _above_zero(amount: Decimal) -> Decimal:
    if amount <= 0:
        raise ValueError("Amount must be greater than 0")
    return amount


class Funding(Shape):
    amount: Annotated[Amount, AfterValidator(_above_zero), Field(description="at least 1.00")]
    callback_url: Annotated[Text, Field(min_length=1, max_length=500)]


class Funded(Shape):
    success: bool
    message: str
    authorization_url: str
    access_code: str
    reference: str
    checkout_url: str
    transaction_reference: str
    payment_reference: str
    gateway: str


class Reference(Shape):
    transaction_reference: Annotated[Text, Field(min_length=1, max_length=191)]


class Verified(Shape):
    is_successful: bool
    transaction_reference: str
    status: str
    amount: Money
    currency: str
    completed_at: When | None
    payment_method: str
    message: str


@section.post("/fund-shopping-card", "Payment initialization successful", money=True)
async def fund_shopping_card(call: Call, body: Funding) -> Funded:
    """Begin adding money to the card: the customer pays at `authorizationUrl`. It is booked once."""
    _ = call.signed_in
    payment = await fund_card(
        call.buyer(),
        from_decimal(body.amount, call.scope.currency),
        method_code=call.scope.default_gateway,
        callback_url=body.callback_url,
        idempotency_key=call.idempotency_key,
    )
    url, reference = payment.payment_url or "", payment.reference or ""
    return Funded(
        success=True,
        message="Payment URL generated successfully",
        authorization_url=url,
        access_code=unquote(url.rstrip("/").rpartition("/")[2]),
        reference=reference,
        checkout_url=url,
        transaction_reference=reference,
        payment_reference=reference,
        gateway=PROVIDER_NAMES.get(payment.provider, payment.provider),
    )


@section.post(
    "/verify-transaction",
    "Transaction verified successfully",
    words={NotFound: "Transaction not found"},
)
async def verify_transaction(call: Call, body: Reference) -> Verified:
    """How a payment of one's own stands; one that is open is asked about at the provider now."""
    standing = await verify_payment(call.scope, call.signed_in.id, body.transaction_reference)
    payment = standing.payment
    status = "refunded" if standing.returned else STATUS.get(payment.state, "failed")
    return Verified(
        is_successful=status == "success",
        transaction_reference=body.transaction_reference,
        status=status,
        amount=money(payment.amount_minor, call.scope.currency),
        currency=call.scope.currency,
        completed_at=payment.settled_at,
        payment_method=WAYS.get(payment.kind, "PaymentGateway"),
        message=SENTENCES.get(status) or _why(payment),
    )


def _why(payment: PaymentView) -> str:
    return payment.reason or "The transaction failed"
