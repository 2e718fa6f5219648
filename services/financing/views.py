"""A session as it is shown: who applies for what, what the lender says, and what it offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.financing.details import Applicant, Cart


@dataclass(frozen=True, slots=True)
class OfferView:
    """Terms: up to `approved_minor`, not under `minimum_minor`, in `months` equal instalments."""

    id: int
    uid: UUID
    product: int
    approved_minor: int
    minimum_minor: int
    months: int
    accepted: bool


@dataclass(frozen=True, slots=True)
class RequestView:
    """What the lender was asked, and what it says. Times are UTC, amounts minor units."""

    id: int
    uid: UUID
    kind: str
    state: str
    display_id: str
    amount_minor: int
    approved_minor: int | None
    approved_until: datetime | None
    reason_code: str
    reason: str
    offers: tuple[OfferView, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session. `order_code` is that of the order that came of it; `requests` has the newest of each kind."""

    id: int
    uid: UUID
    state: str
    currency: str
    applicant: Applicant
    phone: str
    cart: Cart | None
    expires_at: datetime
    order_code: str | None
    requests: Sequence[RequestView] = ()

    def request(self, kind: str) -> RequestView | None:
        """The newest request for a loan or a lease."""
        return next((each for each in self.requests if each.kind == kind), None)

    @property
    def accepted_offer(self) -> tuple[RequestView, OfferView] | None:
        """The terms that were taken, with the request they answer."""
        taken = ((request, offer) for request in self.requests for offer in request.offers if offer.accepted)
        return next(taken, None)
