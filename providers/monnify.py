"""Monnify: pages, stored cards, verification, refunds and signed webhooks, for naira.

Source: https://developers.monnify.com as noted in PROVIDERS.md, with its page of error codes: a repeated reference
is `Duplicate payment reference`, code 99. [U] Which 4xx status that and an unknown reference come with.
The account must bear the fees itself: where the customer does, more is paid than was asked.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import orjson

from core.money import to_decimal
from providers.errors import ProviderRefused, ProviderUnknown
from providers.http import Json, ProviderHttp
from providers.monnify_envelope import (
    NOT_FOUND,
    TOKEN_UNKNOWN,
    UNAUTHORIZED,
    body_of,
    read_refusal,
    status_of,
)
from providers.monnify_login import Bearer
from providers.monnify_settlements import A_PAGE, settled_page
from providers.monnify_wire import Page, charge, checked, event, parsed, refund_status, same
from providers.payments import Charge, Network, Redirect, RefundStatus, WebhookEvent
from providers.settlements import SettledPage, Settlement
from providers.signatures import read_signed

REASON_LENGTH, NOTE_LENGTH = 64, 16


class Monnify:
    """One contract of one account; `base_url` is `https://api.monnify.com` or a twin.

    Each method lasts at most `timeout_s` seconds, with whatever logins and questions it takes.
    """

    def __init__(
        self, base_url: str, api_key: str, secret_key: str, contract_code: str, timeout_s: float = 5.0
    ) -> None:
        self._secret = secret_key.encode()
        self._api_key, self._contract = api_key, contract_code
        self._timeout_s = timeout_s
        self._http = ProviderHttp("monnify", base_url, {}, timeout_s, read_refusal)
        # Half of the time, so that a login without an answer ends as what it is: nothing was asked yet.
        self._bearer = Bearer(self._http, api_key, secret_key, timeout_s / 2)

    async def close(self) -> None:
        await self._http.close()

    async def prove(self) -> None:
        """See `Account.prove`: logs in anew."""
        await self._bearer.token(refused=await self._bearer.token())

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
        """Prepare a payment page, which is good for 40 minutes; see `PaymentGateway.initialize`."""
        body = {
            "amount": _naira(amount_minor, currency),
            "currencyCode": currency,
            "contractCode": self._contract,
            "paymentReference": reference,
            "customerEmail": email,
            "redirectUrl": callback_url,
            "metaData": dict(metadata),
        }
        path = "/api/v1/merchant/transactions/init-transaction"
        async with self._in_time():
            page = parsed(Page, await self._ask(partial(self._http.post_json, "initialize", path, body)))
        same(page.payment_reference, reference)
        return Redirect(page.checkout_url, reference)

    async def charge_mobile_money(
        self, *, reference: str, amount_minor: int, currency: str, email: str, phone: str, network: Network
    ) -> Charge:
        """Refused: Monnify has no mobile money."""
        raise ProviderRefused("unsupported", "Mobile money can't be used here.")

    async def submit_otp(self, *, reference: str, otp: str) -> Charge:
        """Refused: no charge of Monnify's waits for a code."""
        raise ProviderRefused("unsupported", "No code is wanted here.")

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
        """Charge a card token; see `PaymentGateway.charge_stored`. Monnify charges at once, `unattended` or not.

        [U] Which 4xx a token with another customer's e-mail comes with, and in what words an issuer declines.
        """
        body = {
            "cardToken": code,
            "amount": _naira(amount_minor, currency),
            "currencyCode": currency,
            "customerEmail": email,
            "paymentReference": reference,
            "contractCode": self._contract,
            "apiKey": self._api_key,
            "metaData": dict(metadata),
        }
        call = partial(
            self._http.post_json, "charge_card_token", "/api/v1/merchant/cards/charge-card-token", body
        )
        async with self._in_time():
            try:
                return charge(await self._ask(call, status_of), reference)
            except ProviderRefused as refusal:
                if refusal.code != NOT_FOUND:
                    raise
                raise ProviderRefused(TOKEN_UNKNOWN, refusal.message) from refusal

    async def forget_stored(self, *, code: str, email: str) -> None:
        """Does nothing: Monnify documents no call that ends a card token. Whoever forgets the token can't charge it."""

    async def verify(self, reference: str) -> Charge:
        """How the charge stands; `absent` where Monnify has never heard of the reference.

        What was overpaid, or paid in part so far, is `succeeded` too, with the amount that was paid.
        """
        async with self._in_time():
            try:
                return await self._charge(reference)
            except ProviderRefused as refusal:
                if refusal.code == "transaction_not_found":
                    return Charge("absent", reference, 0, "")
                raise

    async def refund(
        self, *, reference: str, refund_reference: str, amount_minor: int, currency: str, reason: str
    ) -> RefundStatus:
        """Give money back, 100 naira at least, to the bank account that a transfer came from; Monnify refunds
        no other payments. It takes only its own name of the charge, so that is asked for first.
        """
        async with self._in_time():
            body = {
                "transactionReference": (await self._charge(reference)).provider_id,
                "refundReference": checked(refund_reference),
                "refundAmount": _naira(amount_minor, currency),
                "refundReason": reason[:REASON_LENGTH] or "Refund",
                "customerNote": reason[:NOTE_LENGTH] or "Refund",
            }
            path = "/api/v1/refunds/initiate-refund"
            answer = await self._ask(partial(self._http.post_json, "refund", path, body))
        return refund_status(answer, refund_reference)

    async def refund_status(self, provider_id: str) -> RefundStatus:
        """How the refund stands now; `provider_id` is our own refund reference."""
        path = f"/api/v1/refunds/{checked(provider_id)}"
        async with self._in_time():
            answer = await self._ask(partial(self._http.get, "refund_status", path))
        return refund_status(answer, provider_id)

    async def find_refund(self, *, charge_provider_id: str, refund_reference: str) -> RefundStatus:
        """The refund under our `refund_reference`, or `absent`."""
        try:
            return await self.refund_status(refund_reference)
        except ProviderRefused as refusal:
            if refusal.code == "refund_not_found":
                return RefundStatus("absent", 0, "")
            raise

    async def settlements(self, *, page: int) -> tuple[list[Settlement], bool]:
        """Refused: Monnify lists none; its notice SETTLEMENT names each."""
        raise ProviderRefused("unsupported", "Monnify lists no settlements: name one by its reference.")

    async def settled(self, settlement_id: str, *, page: int) -> SettledPage:
        """See `PaymentGateway.settled`."""
        path = "/api/v1/transactions/find-by-settlement-reference"
        query: dict[str, str | int] = {"reference": checked(settlement_id), "page": page - 1, "size": A_PAGE}
        async with self._in_time():
            try:
                return settled_page(await self._ask(partial(self._http.get, "settled", path, query)), page)
            except ProviderRefused as refusal:
                if refusal.code != NOT_FOUND:
                    raise
                return SettledPage([], more=False)

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookEvent | None:
        """The event in `body` where its HMAC-SHA512 under our secret key is right."""
        return event(read_signed(headers, "monnify-signature", self._secret, body))

    async def _charge(self, reference: str) -> Charge:
        path, query = "/api/v2/merchant/transactions/query", {"paymentReference": reference}
        answer = await self._ask(partial(self._http.get, "verify", path, query), status_of)
        return charge(answer, reference)

    async def _ask(self, call: Callable[..., Awaitable[Json]], read: Callable[[Json], Any] = body_of) -> Any:
        """What `read` finds in the answer to `call(headers=…)`, which is called again where its token had ended."""
        token = await self._bearer.token()
        try:
            return read(await call(headers=_bearing(token)))
        except ProviderRefused as refusal:
            if refusal.code != UNAUTHORIZED:
                raise
        # Whoever was turned away at the door has done nothing inside, so this is no second try.
        token = await self._bearer.token(refused=token)
        return read(await call(headers=_bearing(token)))

    @asynccontextmanager
    async def _in_time(self) -> AsyncIterator[None]:
        # This ends first also where a call only waits for a free connection: unknown then, though nothing was sent.
        try:
            async with asyncio.timeout(self._timeout_s):
                yield
        except TimeoutError as error:
            raise ProviderUnknown("no answer from monnify in time") from error


def _bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _naira(amount_minor: int, currency: str) -> orjson.Fragment:
    """Major units as a JSON number that never was a float."""
    return orjson.Fragment(str(to_decimal(amount_minor, currency)))
