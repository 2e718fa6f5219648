"""What every seller of airtime, data, power and TV can do, in words that belong to none. Money is integer minor units."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

BillKind = Literal["airtime", "data", "cable", "electricity"]
# `failed`: definitely not delivered and not charged to us. `reversed`: it was taken back, we have our money again.
# `absent`: the provider never heard of the reference (so far). `pending`: ask again.
BillState = Literal["delivered", "pending", "failed", "reversed", "absent"]


@dataclass(frozen=True, slots=True)
class BillService:
    """One network, disco or TV company. A limit is None where the provider states none."""

    code: str
    name: str
    least_minor: int | None = None
    most_minor: int | None = None


@dataclass(frozen=True, slots=True)
class BillOffer:
    """A bundle or package of a service. `amount_minor` is None where the customer chooses the amount."""

    code: str
    name: str
    amount_minor: int | None


@dataclass(frozen=True, slots=True)
class BillAccount:
    """Whose meter or smart card a number is. `least_minor` is the least that can be paid, where stated."""

    valid: bool
    number: str
    customer_name: str = ""
    address: str = ""
    least_minor: int | None = None
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillRequest:
    """What is bought. `phone` is E.164: for airtime and data the line to fill, else whom to notify.

    `account` is the meter or smart card number, `offer` the bundle's, package's or meter type's code.
    `provider_id` is what an earlier answer called the purchase, where one came: some can be asked by that alone.
    """

    reference: str
    kind: BillKind
    service: str
    amount_minor: int
    currency: str
    phone: str
    account: str = ""
    offer: str = ""
    provider_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillResult:
    """How a purchase stands. `token` and `units` come with prepaid power."""

    state: BillState
    reference: str
    provider_id: str = ""
    token: str = ""
    units: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BillNotice:
    """A notice that a purchase or a list of offers changed. It says where to look, never what is so.

    A purchase is named by our `reference`, or by the provider's id where the provider forgets ours; then `phone`
    (E.164) and `amount_minor` may be there to find one whose first answer was lost. Offers are those of `service`.
    """

    event_id: str
    kind: Literal["purchase", "offers"]
    reference: str | None
    provider_id: str = ""
    phone: str = ""
    amount_minor: int | None = None
    service: str = ""


class BillGateway(Protocol):
    """One account at one biller. Calls may raise `ProviderRefused` (nothing was bought) and `ProviderUnknown`.

    A reference is made by `new_reference` and stored by the caller before the call. After `ProviderUnknown`
    `requery` tells what became of it; `buy` is never called twice for a reference unless `requery` says `absent`.
    """

    def new_reference(self, at: datetime) -> str:
        """A fresh reference in the form that this provider takes, for a purchase made at `at` (aware UTC)."""
        ...

    async def services(self, kind: BillKind) -> list[BillService]:
        """Whom it sells for."""
        ...

    async def offers(self, service: str) -> list[BillOffer]:
        """The bundles, packages or meter types of a service."""
        ...

    async def validate(self, *, kind: BillKind, service: str, number: str, offer: str = "") -> BillAccount:
        """Whose the number is; `valid` False where the service doesn't know it."""
        ...

    async def buy(self, request: BillRequest) -> BillResult:
        """Buy once under `request.reference`."""
        ...

    async def requery(self, request: BillRequest) -> BillResult:
        """How the purchase under `request.reference` stands now. Buys nothing that wasn't bought before."""
        ...

    def read_callback(self, body: bytes) -> BillNotice | None:
        """The notice in a callback's raw `body`, or None where it can't be read. Nobody signs these."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...
