"""What every payment gateway can do, in words that belong to none of them. Amounts are integer minor units."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from providers.settlements import SettledPage, Settlement

# `absent`: the provider has never heard of the reference, so nothing was charged under it (so far).
# `reversed`: it was paid and the money went back.
ChargeState = Literal["succeeded", "failed", "pending", "absent", "reversed"]
RefundState = Literal["succeeded", "failed", "pending", "needs_attention", "absent"]
Network = Literal["mtn", "telecel", "at"]
EventKind = Literal["charge", "refund", "dispute", "settlement", "other"]


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where the customer goes to pay."""

    payment_url: str
    reference: str


@dataclass(frozen=True, slots=True)
class StoredAuthorization:
    """A way to pay that can be used again where `reusable`, and then only with the same `email`."""

    code: str
    email: str
    channel: str
    brand: str
    last4: str
    exp_month: str
    exp_year: str
    bank: str
    reusable: bool
    signature: str


@dataclass(frozen=True, slots=True)
class Charge:
    """How a charge stands. `paid_at` is aware UTC; `retryable` says whether a failed one is worth another try.

    `needs_otp` asks for `submit_otp` with the code the customer received; `instruction` is for the customer.
    `payment_url` is where the customer has to go before a pending charge goes on; `needs_page` says that it waits for
    somebody on a page, also where the provider doesn't say on which.
    """

    state: ChargeState
    reference: str
    amount_minor: int
    currency: str
    reason: str = ""
    authorization: StoredAuthorization | None = None
    fees_minor: int = 0
    paid_at: datetime | None = None
    provider_id: str = ""
    retryable: bool = False
    needs_otp: bool = False
    instruction: str = ""
    payment_url: str = ""
    needs_page: bool = False


@dataclass(frozen=True, slots=True)
class RefundStatus:
    """How a refund stands; `provider_id` is what `refund_status` asks for."""

    state: RefundState
    amount_minor: int
    currency: str
    provider_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """A genuine notice that something changed. It says where to look, never how much.

    `event_id` is the same for each delivery of one event; `reference` is the charge's or the settlement's, where there
    is one.
    """

    event_id: str
    kind: EventKind
    reference: str | None


class PaymentGateway(Protocol):
    """One account at one provider. Every call may raise `ProviderRefused` and `ProviderUnknown`.

    A reference is made and stored by the caller before the call. After `ProviderUnknown`, and after a refusal
    with the code `duplicate_reference`, `verify` tells what became of it. A refusal with the code
    `token_unknown` means that the stored authorization can't be charged any more.
    """

    async def initialize(
        self,
        *,
        reference: str,
        amount_minor: int,
        currency: str,
        email: str,
        callback_url: str,
        metadata: Mapping[str, Any],
    ) -> Redirect:
        """Prepare a payment that the customer makes on the provider's page."""
        ...

    async def charge_mobile_money(
        self, *, reference: str, amount_minor: int, currency: str, email: str, phone: str, network: Network
    ) -> Charge:
        """Ask the wallet of `phone` (E.164); the customer approves on the phone, so it is seldom done at once."""
        ...

    async def submit_otp(self, *, reference: str, otp: str) -> Charge:
        """Go on with a charge that `needs_otp`."""
        ...

    async def charge_stored(
        self,
        *,
        reference: str,
        amount_minor: int,
        currency: str,
        code: str,
        email: str,
        unattended: bool,
        metadata: Mapping[str, Any],
    ) -> Charge:
        """Charge the stored authorization `code` again; `email` is that of its first charge.

        `unattended` says that no customer waits for it: the provider may then take its time, and `pending` is
        what it answers. A decline is a `failed` charge. One that the customer has to confirm is `pending` with a
        `payment_url`. Raises `ProviderRefused` with `token_unknown` where the code is unknown, no longer active
        or another e-mail's.
        """
        ...

    async def forget_stored(self, *, code: str, email: str) -> None:
        """Have the provider never charge the stored authorization again. One it doesn't know counts as done."""
        ...

    async def verify(self, reference: str) -> Charge:
        """How the charge stands now."""
        ...

    async def refund(
        self, *, reference: str, refund_reference: str, amount_minor: int, currency: str, reason: str
    ) -> RefundStatus:
        """Give back all or part of the charge `reference`; `refund_reference` is ours, to find it again."""
        ...

    async def refund_status(self, provider_id: str) -> RefundStatus:
        """How the refund with the provider's `provider_id` stands now."""
        ...

    async def find_refund(self, *, charge_provider_id: str, refund_reference: str) -> RefundStatus:
        """The refund of a charge that carries our `refund_reference`, or `absent`: for after `ProviderUnknown`."""
        ...

    async def settlements(self, *, page: int) -> tuple[list[Settlement], bool]:
        """Settlements of the account, the newest first, a page (from 1), and whether there are more.

        Raises `ProviderRefused` with `unsupported` where the provider lists none: each is named by its notice then.
        """
        ...

    async def settled(self, settlement_id: str, *, page: int) -> SettledPage:
        """The charges that a settlement is made of, a page (from 1); none of one that the provider doesn't know."""
        ...

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookEvent | None:
        """The event in a webhook's raw `body`, or None where it is forged or no event."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...
