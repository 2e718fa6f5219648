"""What a payment of an order shows to a desk: plain values; money in minor units of `currency`."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

# Of an order desk: what was not begun, is being paid, came, came and went back, was refused, was called off.
STATUSES = ("New", "Pending", "Paid", "PartiallyRefunded", "Refunded", "Declined", "Cancelled")
# What isn't a word by itself, as it is said.
CALLED = {"PartiallyRefunded": "Partially refunded"}
# What a try makes of its plan, by its state.
OF_TRY = {
    "Created": "Pending",
    "Pending": "Pending",
    "Settled": "Paid",
    "Declined": "Declined",
    # Given up: it can be begun anew.
    "Cancelled": "New",
}


@dataclass(frozen=True, slots=True)
class MethodView:
    """A way to pay. `kind` is card, gateway, mobile_money, immediate or by_hand."""

    id: int
    code: str
    name: str
    description: str
    kind: str
    position: int


@dataclass(frozen=True, slots=True)
class Try:
    """Money that was asked for. `reference` is the provider's, where one was asked; `returned_minor` went back of it."""

    id: int
    uid: UUID
    plan_id: int | None
    order_id: int
    customer_id: int | None
    method: MethodView
    provider: str
    state: str  # Created, Pending, Settled, Declined, Cancelled
    amount_minor: int
    returned_minor: int
    reason: str
    begun_by: str
    reference: str | None
    payment_url: str | None
    asked: int  # how often the provider was
    created_at: datetime
    updated_at: datetime
    settled_at: datetime | None


@dataclass(slots=True)
class PlannedView:
    """A payment of an order: planned, with its tries, the oldest first; or one that was made without a plan (`id` is None)."""

    id: int | None
    uid: UUID
    number: str
    order_id: int
    method: MethodView
    currency: str
    amount_minor: int
    seller_uid: UUID | None
    seller: str | None
    billing_address: dict[str, Any] | None
    comment: str
    outer_id: str
    cancel_reason: str
    created_at: datetime
    updated_at: datetime
    cancelled_at: datetime | None
    tries: list[Try] = field(default_factory=list)

    @property
    def unplanned(self) -> bool:
        """Whether it was made at another door. Its number is made of its id, and no plan's has a dash: one that was given a
        plan later, for what is kept with it, is one still, and holds nothing of what is owed.
        """
        return "-" in self.number

    @property
    def paid(self) -> Try | None:
        """The try that was settled."""
        return next((each for each in self.tries if each.state == "Settled"), None)

    @property
    def under_way(self) -> Try | None:
        """The try of which it isn't known yet what becomes of it."""
        return next((each for each in self.tries if each.state in ("Created", "Pending")), None)

    @property
    def status(self) -> str:
        """One of `STATUSES`."""
        if paid := self.paid:
            if not paid.returned_minor:
                return "Paid"
            return "Refunded" if paid.returned_minor >= paid.amount_minor else "PartiallyRefunded"
        if self.cancelled_at is not None:
            return "Cancelled"
        if not self.tries:
            return "New"
        last = self.tries[-1].state
        # One without a plan that was given up is over.
        return "Cancelled" if self.unplanned and last == "Cancelled" else OF_TRY[last]
