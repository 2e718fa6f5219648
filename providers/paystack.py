"""Paystack: pages, mobile money, stored cards, verification, refunds and signed webhooks.

Source: https://paystack.com/docs/api as noted in PROVIDERS.md. Amounts are integer subunits on both sides.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

from core.phones import national
from providers.errors import ProviderRefused, ProviderUnknown
from providers.http import Json, ProviderHttp
from providers.movements import Movement
from providers.payments import Charge, Network, Redirect, RefundStatus, WebhookEvent
from providers.paystack_movements import list_movements
from providers.paystack_settlements import (
    CHARGES_A_PAGE,
    SETTLEMENTS_A_PAGE,
    read_settlements,
    settled_page,
)
from providers.paystack_wire import (
    CARD_LIMITED,
    NETWORKS,
    TOKEN_UNKNOWN,
    Page,
    Refund,
    charge,
    checked,
    data_of,
    event,
    parsed,
    read_refusal,
    refund_status,
    same,
    stored_charge,
)
from providers.settlements import SettledPage, Settlement
from providers.signatures import read_signed

# [U] How Paystack says that it has no such settlement.
NO_SETTLEMENT = ("http_404", "settlement_not_found")


class Paystack:
    """One integration, named by its secret key; `base_url` is `https://api.paystack.co` or a twin."""

    def __init__(self, base_url: str, secret_key: str, timeout_s: float = 5.0) -> None:
        self._secret = secret_key.encode()
        headers = {"Authorization": f"Bearer {secret_key}"}
        self._http = ProviderHttp("paystack", base_url, headers, timeout_s, read_refusal)

    async def close(self) -> None:
        await self._http.close()

    async def prove(self) -> None:
        """See `Account.prove`: asks for the balances."""
        data_of(await self._http.get("balance", "/balance"))

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
        """Prepare a payment page; see `PaymentGateway.initialize`."""
        body = {
            "reference": reference,
            "amount": amount_minor,
            "currency": currency,
            "email": email,
            "callback_url": callback_url,
            "metadata": dict(metadata),
        }
        page = parsed(
            Page, data_of(await self._http.post_json("initialize", "/transaction/initialize", body))
        )
        same(page.reference, reference)
        return Redirect(page.authorization_url, page.reference)

    async def charge_mobile_money(
        self, *, reference: str, amount_minor: int, currency: str, email: str, phone: str, network: Network
    ) -> Charge:
        """Charge a Ghanaian wallet; the customer has 180 seconds. See `PaymentGateway.charge_mobile_money`."""
        body = {
            "reference": reference,
            "amount": amount_minor,
            "currency": currency,
            "email": email,
            "mobile_money": {"phone": national(phone), "provider": NETWORKS[network]},
        }
        data = data_of(await self._http.post_json("charge", "/charge", body))
        return charge(data, reference, amount_minor, currency)

    async def submit_otp(self, *, reference: str, otp: str) -> Charge:
        """Go on with a charge that needs a code."""
        body = {"reference": reference, "otp": otp}
        return charge(
            data_of(await self._http.post_json("submit_otp", "/charge/submit_otp", body)), reference
        )

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
        """Charge an authorization; see `PaymentGateway.charge_stored`.

        Raises a retryable `card_limited` for a card that Paystack charges once a day only, after many failures.
        """
        body: Json = {
            "reference": checked(reference),
            "amount": amount_minor,
            "currency": currency,
            "authorization_code": code,
            "email": email,
            "metadata": dict(metadata),
        }
        # Queued charges are spread over time by Paystack, which asks for that where many fall due at once.
        if unattended:
            body["queue"] = True
        path = "/transaction/charge_authorization"
        try:
            data = data_of(await self._http.post_json("charge_authorization", path, body))
        except ProviderRefused as refusal:
            if refusal.code != CARD_LIMITED:
                raise
            raise ProviderRefused(refusal.code, refusal.message, retryable=True) from refusal
        return stored_charge(data, reference, amount_minor, currency)

    async def forget_stored(self, *, code: str, email: str) -> None:
        """Deactivate the authorization; see `PaymentGateway.forget_stored`.

        [U] How Paystack says that it doesn't know a code here: by the words of a charge, or by HTTP 404.
        """
        path = "/customer/authorization/deactivate"
        try:
            data_of(await self._http.post_json("deactivate", path, {"authorization_code": code}))
        except ProviderRefused as refusal:
            if refusal.code not in (TOKEN_UNKNOWN, "http_404"):
                raise

    async def verify(self, reference: str) -> Charge:
        """How the charge stands; `absent` where Paystack has never heard of the reference."""
        try:
            answer = await self._http.get("verify", f"/transaction/verify/{checked(reference)}")
        except ProviderRefused as refusal:
            if refusal.code == "transaction_not_found":
                return Charge("absent", reference, 0, "")
            raise
        return charge(data_of(answer), reference)

    async def refund(
        self, *, reference: str, refund_reference: str, amount_minor: int, currency: str, reason: str
    ) -> RefundStatus:
        """Give money back. Paystack takes no reference for a refund: ours goes with it as the merchant's note."""
        body = {
            "transaction": reference,
            "amount": amount_minor,
            "currency": currency,
            "customer_note": reason,
            "merchant_note": refund_reference,
        }
        return refund_status(parsed(Refund, data_of(await self._http.post_json("refund", "/refund", body))))

    async def refund_status(self, provider_id: str) -> RefundStatus:
        """How the refund stands now."""
        answer = await self._http.get("refund_status", f"/refund/{checked(provider_id)}")
        return refund_status(parsed(Refund, data_of(answer)))

    async def find_refund(self, *, charge_provider_id: str, refund_reference: str) -> RefundStatus:
        """The refund whose merchant's note is `refund_reference`, or `absent`."""
        params: dict[str, str | int] = {"transaction": charge_provider_id, "perPage": 100}
        answer = await self._http.get("find_refund", "/refund", params)
        if not isinstance(answer.get("data"), list):
            raise ProviderUnknown("a list of refunds can't be read")
        for refund in (parsed(Refund, each) for each in answer["data"]):
            if refund.merchant_note == refund_reference:
                return refund_status(refund)
        return RefundStatus("absent", 0, "")

    def movements(self, since: datetime) -> AsyncIterator[Movement]:
        """See `ListsMovements.movements`."""
        return list_movements(self._http, since)

    async def settlements(self, *, page: int) -> tuple[list[Settlement], bool]:
        """See `PaymentGateway.settlements`."""
        params: dict[str, str | int] = {"perPage": SETTLEMENTS_A_PAGE, "page": page}
        return read_settlements(await self._http.get("settlements", "/settlement", params))

    async def settled(self, settlement_id: str, *, page: int) -> SettledPage:
        """See `PaymentGateway.settled`."""
        path = f"/settlement/{checked(settlement_id)}/transactions"
        params: dict[str, str | int] = {"perPage": CHARGES_A_PAGE, "page": page}
        try:
            return settled_page(await self._http.get("settled", path, params))
        except ProviderRefused as refusal:
            if refusal.code not in NO_SETTLEMENT:
                raise
            return SettledPage([], more=False)

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookEvent | None:
        """The event in `body` where its HMAC-SHA512 under our secret key is right."""
        return event(read_signed(headers, "x-paystack-signature", self._secret, body), body)
