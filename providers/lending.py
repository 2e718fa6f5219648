"""What every lender can do, in words that belong to none of them. Amounts are integer minor units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

LendingKind = Literal["loan", "lease"]
# `absent`: the lender never heard of the reference, so far. `in_review`: ask again. `withdrawn`: nothing comes of it.
LendingState = Literal[
    "absent", "in_review", "information_needed", "declined", "approved", "accepted", "fulfilled", "withdrawn"
]


@dataclass(frozen=True, slots=True)
class Borrower:
    """Who applies, as far as they said. `phone` is E.164; `address` in one line."""

    first_name: str
    last_name: str
    phone: str
    email: str = ""
    address: str = ""
    tax_id_last4: str = ""


@dataclass(frozen=True, slots=True)
class LendingItem:
    """Something that the money is for."""

    name: str
    quantity: int
    price_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LendingRequest:
    """What is asked for under `reference`, which is ours. `income_minor` is a month's; `further` answers what else was asked."""

    reference: str
    kind: LendingKind
    currency: str
    amount_minor: int
    income_minor: int
    consented_at: datetime
    borrower: Borrower
    items: Sequence[LendingItem] = ()
    further: str = ""


@dataclass(frozen=True, slots=True)
class LendingOffer:
    """Terms: up to `amount_minor`, not under `minimum_minor`, in `months` equal instalments without interest."""

    product: int
    amount_minor: int
    minimum_minor: int
    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LendingStanding:
    """How an application stands. `reason_code` and `reason` come with a decline, or say what else is to be told.

    `approved_until` is aware UTC.
    """

    state: LendingState
    lender_reference: str = ""
    display_id: str = ""
    reason_code: str = ""
    reason: str = ""
    approved_minor: int | None = None
    approved_until: datetime | None = None
    offers: tuple[LendingOffer, ...] = ()


@dataclass(frozen=True, slots=True)
class LendingNotice:
    """A genuine notice that an application changed. It says where to look, never what is so."""

    event_id: str
    reference: str


class LendingGateway(Protocol):
    """One account at one lender. Every call may raise `ProviderRefused` and `ProviderUnknown`.

    A reference is made and stored by the caller before the call, and each call may be made again under it: what it
    asks for is done once. After `ProviderUnknown` `standing` tells what became of it.
    """

    async def prove(self) -> None:
        """See `Account.prove`."""
        ...

    async def apply(self, request: LendingRequest) -> LendingStanding:
        """Ask for money under `request.reference`; the decision may come at once, or later."""
        ...

    async def inform(self, reference: str, text: str) -> LendingStanding:
        """Tell what else was asked for."""
        ...

    async def standing(self, reference: str) -> LendingStanding:
        """How the application stands now; `absent` where the lender doesn't know it."""
        ...

    async def accept(self, reference: str, product: int, amount_minor: int) -> LendingStanding:
        """Take an offer. The lender may take its word back: then the state is `declined`."""
        ...

    async def fulfil(self, reference: str, order_code: str, amount_minor: int) -> LendingStanding:
        """Tell which order came of it, and what it came to."""
        ...

    async def withdraw(self, reference: str) -> LendingStanding:
        """Give the application up. One that the lender doesn't know is `absent`, which is as good."""
        ...

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> LendingNotice | None:
        """The notice in a webhook's raw `body`, or None where it is forged or none."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...
