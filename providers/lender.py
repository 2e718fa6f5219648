"""A lender that decides about loans and leases, over JSON.

The wire is our own, since no lender's is public in our countries; a lender is brought to it by whoever connects them.
Amounts are integers in minor units, `Authorization: Bearer <key>` is on each call, and an application is named by our
reference in each path, so that nothing is done twice:

    GET  /v1/account                                who the key belongs to
    POST /v1/applications                           {reference, product, currency, amount, monthly_income, consented_at,
                                                     applicant, items, information}
    GET  /v1/applications/{reference}               404 where it isn't known
    POST /v1/applications/{reference}/information   {text}
    POST /v1/applications/{reference}/acceptance    {product, amount}
    POST /v1/applications/{reference}/fulfilment    {order, amount}
    POST /v1/applications/{reference}/withdrawal    {}

Each answers the application as it stands: {id, reference, number, status, reason: {code, message} or null, approved_amount,
approved_until, offers: [{product, amount, minimum, months}]}. What it doesn't do is a 4xx with {code, message}. Offers are
paid back without interest: what the lender earns is between it and the merchant.

When an application changes by itself, {id, event: "application.updated", reference} is posted to /webhooks/lender, with the
hex HMAC-SHA512 of the raw body under the webhook's secret in x-lender-signature, again and again until the answer is 200.
"""

from collections.abc import Mapping

from providers.errors import ProviderRefused
from providers.http import Json, ProviderHttp
from providers.lender_wire import asked, standing
from providers.lending import LendingNotice, LendingRequest, LendingStanding
from providers.signatures import read_signed

SIGNATURE = "x-lender-signature"


class Lender:
    """One account; see `LendingGateway`."""

    def __init__(self, base_url: str, api_key: str, webhook_secret: str, timeout_s: float = 5.0) -> None:
        headers = {"Authorization": f"Bearer {api_key}"}
        self._http = ProviderHttp("lender", base_url, headers, timeout_s, _refusal)
        self._secret = webhook_secret.encode()

    async def close(self) -> None:
        await self._http.close()

    async def prove(self) -> None:
        """See `Account.prove`: asks whose the key is."""
        await self._http.get("account", "/v1/account")

    async def apply(self, request: LendingRequest) -> LendingStanding:
        return standing(
            await self._http.post_json("apply", "/v1/applications", asked(request)), request.reference
        )

    async def inform(self, reference: str, text: str) -> LendingStanding:
        return await self._post("inform", reference, "information", {"text": text})

    async def standing(self, reference: str) -> LendingStanding:
        try:
            answer = await self._http.get("standing", f"/v1/applications/{reference}")
        except ProviderRefused as refusal:
            if refusal.code == "not_found":
                return LendingStanding(state="absent")
            raise
        return standing(answer, reference)

    async def accept(self, reference: str, product: int, amount_minor: int) -> LendingStanding:
        body = {"product": product, "amount": amount_minor}
        return await self._post("accept", reference, "acceptance", body)

    async def fulfil(self, reference: str, order_code: str, amount_minor: int) -> LendingStanding:
        body = {"order": order_code, "amount": amount_minor}
        return await self._post("fulfil", reference, "fulfilment", body)

    async def withdraw(self, reference: str) -> LendingStanding:
        try:
            return await self._post("withdraw", reference, "withdrawal", {})
        except ProviderRefused as refusal:
            if refusal.code == "not_found":
                return LendingStanding(state="absent")
            raise

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> LendingNotice | None:
        """The notice in `body` where its HMAC-SHA512 under the webhook's secret is right."""
        notice = read_signed(headers, SIGNATURE, self._secret, body)
        if not isinstance(notice, dict):
            return None
        event_id, reference = notice.get("id"), notice.get("reference")
        if not isinstance(event_id, str) or not isinstance(reference, str) or not event_id:
            return None
        return LendingNotice(event_id, reference)

    async def _post(self, call: str, reference: str, what: str, body: Json) -> LendingStanding:
        answer = await self._http.post_json(call, f"/v1/applications/{reference}/{what}", body)
        return standing(answer, reference)


def _refusal(status: int, body: Json) -> tuple[str, str]:
    return str(body.get("code") or f"http_{status}"), str(body.get("message") or "refused")
