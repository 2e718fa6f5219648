"""VTpass: Nigerian airtime, data, power and TV, bought once under a reference that says when.

Source: https://www.vtpass.com/documentation as noted in PROVIDERS.md. VTpass counts in naira, we in kobo.
"""

import re
import secrets
import string
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from core.money import to_decimal
from providers.bills import (
    BillAccount,
    BillKind,
    BillNotice,
    BillOffer,
    BillRequest,
    BillResult,
    BillService,
)
from providers.errors import ProviderRefused, ProviderUnknown
from providers.http import Json, ProviderHttp
from providers.vtpass_codes import PAID, REQUERIED
from providers.vtpass_wire import (
    BY_PHONE,
    CURRENCY,
    IDENTIFIERS,
    SERVICES,
    account,
    notice,
    offers,
    result,
    services,
)

LAGOS = ZoneInfo("Africa/Lagos")
ALPHABET = string.ascii_lowercase + string.digits
NIGERIAN = re.compile(r"(?:\+234|0)[789]\d{9}")


class VTpass:
    """One account; `base_url` is `https://vtpass.com/api`, VTpass's sandbox or a twin.

    `buy` and `requery` answer how the purchase stands. A definite no of VTpass is the state `failed` with a sentence
    for the customer; `ProviderRefused` is raised only by `buy`, where the request was never sent or answered with
    HTTP 4xx.
    """

    def __init__(
        self, base_url: str, api_key: str, public_key: str, secret_key: str, timeout_s: float = 5.0
    ) -> None:
        reading = {"api-key": api_key, "public-key": public_key}
        writing = {"api-key": api_key, "secret-key": secret_key}
        self._reading = ProviderHttp("vtpass", base_url, reading, timeout_s, _refusal)
        self._writing = ProviderHttp("vtpass", base_url, writing, timeout_s, _refusal)

    async def close(self) -> None:
        await self._reading.close()
        await self._writing.close()

    async def prove(self) -> None:
        """See `Account.prove`: asks for the balance, which takes the API key and the public one, not the secret one."""
        await self._reading.get("balance", "/balance")

    def new_reference(self, at: datetime) -> str:
        """Date and minute in Lagos, as VTpass demands, then 14 random characters. Good on that day only."""
        chance = "".join(secrets.choice(ALPHABET) for _ in range(14))
        return f"{at.astimezone(LAGOS):%Y%m%d%H%M}{chance}"

    async def services(self, kind: BillKind) -> list[BillService]:
        """The networks, TV companies and discos that VTpass lists now, with its limits."""
        answer = await self._reading.get("services", "/services", {"identifier": IDENTIFIERS[kind]})
        return services(answer, kind)

    async def offers(self, service: str) -> list[BillOffer]:
        """The variations of a service. Airtime has none."""
        if service in SERVICES["airtime"]:
            return []
        return offers(await self._reading.get("offers", "/service-variations", {"serviceID": service}))

    async def validate(self, *, kind: BillKind, service: str, number: str, offer: str = "") -> BillAccount:
        """Whose meter or smart card it is; `offer` is the meter's type. A phone number is judged by its form."""
        if kind in ("airtime", "data") or service in BY_PHONE:
            return BillAccount(bool(NIGERIAN.fullmatch(number)), number)
        body: Json = {"billersCode": number, "serviceID": service}
        if kind == "electricity":
            body["type"] = offer
        return account(await self._writing.post_json("verify", "/merchant-verify", body), number)

    async def buy(self, request: BillRequest) -> BillResult:
        """Buy once under `request.reference`; see `BillGateway.buy`."""
        if request.currency != CURRENCY:
            raise ProviderRefused("currency", f"vtpass sells for {CURRENCY}, not {request.currency}")
        answer = await self._writing.post_json("pay", "/pay", _payment(request))
        return result(answer, request.reference, PAID)

    async def requery(self, request: BillRequest) -> BillResult:
        """How the purchase stands now. A refused question is no answer about the purchase: `ProviderUnknown`."""
        body: Json = {"request_id": request.reference}
        try:
            answer = await self._writing.post_json("requery", "/requery", body)
        except ProviderRefused as refusal:
            raise ProviderUnknown(f"vtpass would not say: {refusal}") from refusal
        return result(answer, request.reference, REQUERIED)

    def read_callback(self, body: bytes) -> BillNotice | None:
        """A `transaction-update` (its `requestId` is our reference) or a `variations-update` (names a service)."""
        return notice(body)


def _payment(request: BillRequest) -> Json:
    body: dict[str, Any] = {
        "request_id": request.reference,
        "serviceID": request.service,
        "amount": f"{to_decimal(request.amount_minor, CURRENCY):f}",
        "phone": _line(request.phone),
    }
    if request.kind != "airtime":
        # A bundle goes to the line, and so does Showmax where no other line is named.
        to_line = request.kind == "data" or (request.service in BY_PHONE and not request.account)
        body["billersCode"] = _line(request.phone if to_line else request.account)
        body["variation_code"] = request.offer
    if request.service in ("dstv", "gotv"):
        # `renew` would buy whatever the card had last, at whatever that costs.
        body["subscription_type"] = "change"
    return body


def _line(phone: str) -> str:
    """A Nigerian number as people there write it (`08012345678`), anything else without a plus."""
    return f"0{phone[4:]}" if phone.startswith("+234") else phone.lstrip("+")


def _refusal(status: int, body: Json) -> tuple[str, str]:
    return str(body.get("code") or f"http_{status}"), str(body.get("response_description") or "refused")
