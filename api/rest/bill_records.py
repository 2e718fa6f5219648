"""Bills Payment, beyond the document: how a purchase stands, for whom was paid, and the same once more."""

from typing import Annotated

from pydantic import Field

from api.rest.bill_purchases import Kind, Purchase, say, shown
from api.rest.calls import Call
from api.rest.endpoints import Section
from api.rest.fields import AnyPin, Guid, Money, Query, Shape, Text, When, money
from services.bills import (
    BeneficiaryView,
    beneficiaries,
    find_purchase,
    forget_beneficiary,
    purchase_view,
    repeat_last,
    resend_token,
)

section = Section("Bills payment: records", "/api/billspayment")


class RepeatLast(Shape):
    """What was bought last, or last of a kind."""

    transaction_pin: AnyPin
    kind: Kind | None = None


class AnyPurchase(Purchase):
    number: str


class BeneficiaryShape(Shape):
    id: Guid
    kind: Kind
    biller_name: str
    biller_slug: str
    number: str
    name: str
    last_amount: Money | None
    last_used_at: When


class Referenced(Query):
    reference: Annotated[Text, Field(max_length=64)]


class Named(Query):
    id: Guid


class OfKind(Query):
    kind: Kind | None = None


@section.post("/repeat-last", "Purchase repeated successfully", money=True)
async def repeat(call: Call, body: RepeatLast) -> AnyPurchase:
    """Buy again what was bought last, for the same number and the same amount."""
    bought = await repeat_last(
        call.scope,
        call.signed_in.id,
        pin=body.transaction_pin,
        kind=body.kind,
        key=call.idempotency_key,
    )
    say(call, bought)
    return AnyPurchase(**shown(bought), number=bought.number)


@section.get("/purchases/{reference}", "Purchase retrieved successfully")
async def purchase(call: Call, path: Referenced) -> AnyPurchase:
    """How a purchase stands."""
    found = purchase_view(await find_purchase(call.scope, call.signed_in.id, path.reference))
    return AnyPurchase(**shown(found), number=found.number)


@section.post("/purchases/{reference}/resend-token", "The message is on its way")
async def resend(call: Call, path: Referenced) -> AnyPurchase:
    """Send the message with the token, or the confirmation, once more."""
    sent = await resend_token(call.scope, call.signed_in.id, path.reference)
    return AnyPurchase(**shown(sent), number=sent.number)


@section.get("/beneficiaries", "Beneficiaries retrieved successfully")
async def list_beneficiaries(call: Call, query: OfKind) -> list[BeneficiaryShape]:
    """The lines, meters and smart cards that were paid for before."""
    found = await beneficiaries(call.scope, call.signed_in.id, query.kind)
    return [_beneficiary(each) for each in found]


@section.delete("/beneficiaries/{id}", "Beneficiary removed successfully")
async def remove_beneficiary(call: Call, path: Named) -> bool:
    """Forget one of them."""
    await forget_beneficiary(call.scope, call.signed_in.id, path.id)
    return True


def _beneficiary(view: BeneficiaryView) -> BeneficiaryShape:
    last = view.last_amount_minor
    return BeneficiaryShape(
        id=view.uid,
        kind=view.kind,
        biller_name=view.biller,
        biller_slug=view.biller_slug,
        number=view.number,
        name=view.name,
        last_amount=None if last is None else money(last, view.currency),
        last_used_at=view.last_used_at,
    )
