"""The lender's answers and notices, read into the words of `providers.lending`; what can't be read is unknown."""

from typing import Literal

from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from providers.errors import ProviderUnknown
from providers.http import Json
from providers.lending import LendingOffer, LendingRequest, LendingStanding

MOST_MINOR = 10**15


class _Reason(BaseModel):
    code: str = Field(max_length=40)
    message: str = Field(max_length=255)


class _Offer(BaseModel):
    product: int = Field(ge=0, lt=2**31)
    amount: int = Field(gt=0, le=MOST_MINOR)
    minimum: int = Field(0, ge=0, le=MOST_MINOR)
    months: int = Field(ge=1, le=60)


class _Application(BaseModel):
    id: str = Field(max_length=64)
    reference: str
    number: str = Field("", max_length=24)
    status: Literal[
        "in_review", "information_needed", "declined", "approved", "accepted", "fulfilled", "withdrawn"
    ]
    reason: _Reason | None = None
    approved_amount: int | None = Field(None, gt=0, le=MOST_MINOR)
    approved_until: AwareDatetime | None = None
    offers: list[_Offer] = Field(default_factory=list, max_length=20)


def asked(request: LendingRequest) -> Json:
    """The body of an application."""
    who = request.borrower
    return {
        "reference": request.reference,
        "product": request.kind,
        "currency": request.currency,
        "amount": request.amount_minor,
        "monthly_income": request.income_minor,
        "consented_at": request.consented_at.isoformat(),
        "applicant": {
            "first_name": who.first_name,
            "last_name": who.last_name,
            "phone": who.phone,
            "email": who.email,
            "address": who.address,
            "tax_id_last4": who.tax_id_last4,
        },
        "items": [
            {"name": each.name, "quantity": each.quantity, "price": each.price_minor}
            for each in request.items
        ],
        "information": request.further,
    }


def standing(answer: Json, reference: str) -> LendingStanding:
    """How an application stands. Raises `ProviderUnknown` for what can't be read, or speaks of another one."""
    try:
        read = _Application.model_validate(answer)
    except ValidationError as error:
        raise ProviderUnknown("the lender's answer can't be read") from error
    if read.reference != reference:
        raise ProviderUnknown("the lender's answer is about another application")
    if read.status == "approved" and not (read.offers and read.approved_amount):
        raise ProviderUnknown("the lender approves without terms")
    if len({offer.product for offer in read.offers}) < len(read.offers):
        raise ProviderUnknown("the lender offers one product twice")
    return LendingStanding(
        state=read.status,
        lender_reference=read.id,
        display_id=read.number,
        reason_code=read.reason.code if read.reason else "",
        reason=read.reason.message if read.reason else "",
        approved_minor=read.approved_amount,
        approved_until=read.approved_until,
        offers=tuple(
            LendingOffer(each.product, each.amount, each.minimum, each.months) for each in read.offers
        ),
    )
