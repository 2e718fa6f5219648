"""Airtime by Africa's Talking: sent once under a key that it remembers for some minutes, then asked for by its id.

Source: https://docs.africastalking.com (airtime, idempotent requests, status callback, find transaction).
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import orjson
from pydantic import BaseModel, Field, ValidationError

from core import clock
from core.errors import InvalidInput
from core.money import from_decimal, to_decimal
from providers.bills import (
    BillAccount,
    BillKind,
    BillNotice,
    BillOffer,
    BillRequest,
    BillResult,
    BillService,
    BillState,
)
from providers.errors import ProviderRefused, ProviderUnknown
from providers.http import Json, ProviderHttp

# The networks of Ghana. The provider finds a number's network by itself.
GHANA = {"mtn": "MTN", "telecel": "Telecel", "at": "AT"}
E164 = re.compile(r"\+[1-9]\d{6,14}")
MONEY = re.compile(r"([A-Z]{3})\s+(\d+(?:\.\d+)?)")
# A repeat under a key is documented to be refused within five minutes, and nothing is said of later. A minute is
# left for clocks that differ and for the way there.
KEY_HOLDS = timedelta(minutes=4)
STATES: dict[str, tuple[BillState, str]] = {
    "Success": ("delivered", ""),
    "Sent": ("pending", "The network is still working on it."),
    "Queued": ("pending", "The network is still working on it."),
    "Failed": ("failed", "The network could not complete it."),
}
UNTOLD = "The answer was lost, and the network has not told yet what became of it."


class _Entry(BaseModel):
    phone: str = Field("", alias="phoneNumber")
    status: str
    request_id: str = Field("", alias="requestId")
    error: str = Field("", alias="errorMessage")


class _Answer(BaseModel):
    error: str = Field("", alias="errorMessage")
    sent: int = Field(alias="numSent")
    entries: list[_Entry] = Field(alias="responses")


class _Found(BaseModel):
    status: str
    error: str = Field("", alias="errorMessage")
    destination: str = ""
    amount: str = ""


class AfricasTalkingAirtime:
    """One account; `base_url` is `https://api.africastalking.com`, its sandbox or a twin. It sells only airtime."""

    def __init__(self, base_url: str, username: str, api_key: str, timeout_s: float = 5.0) -> None:
        self._username = username
        headers = {"apiKey": api_key, "Accept": "application/json"}
        self._http = ProviderHttp("africastalking", base_url, headers, timeout_s)

    async def close(self) -> None:
        await self._http.close()

    async def prove(self) -> None:
        """See `Account.prove`: asks for the account's own data."""
        await self._http.get("user", "/version1/user", {"username": self._username})

    def new_reference(self, at: datetime) -> str:
        """The second in UTC, by which `requery` knows how long the key holds, then 16 random characters."""
        return f"{at.astimezone(UTC):%Y%m%d%H%M%S}{secrets.token_hex(8)}"

    async def services(self, kind: BillKind) -> list[BillService]:
        """The networks of Ghana for airtime; nothing else is sold. The provider states no limits."""
        return [BillService(code, name) for code, name in GHANA.items()] if kind == "airtime" else []

    async def offers(self, service: str) -> list[BillOffer]:
        """None: airtime is bought by amount."""
        return []

    async def validate(self, *, kind: BillKind, service: str, number: str, offer: str = "") -> BillAccount:
        """Judged by its form: the provider tells nobody whose a number is."""
        return BillAccount(bool(E164.fullmatch(number)), number)

    async def buy(self, request: BillRequest) -> BillResult:
        """Send airtime once. What the provider takes is `pending` until the network has confirmed it.

        A definite no is the state `failed`; `ProviderRefused` means never sent or HTTP 4xx.
        """
        if request.kind != "airtime":
            raise ProviderRefused("not_sold", f"africastalking does not sell {request.kind}")
        amount = f"{request.currency} {to_decimal(request.amount_minor, request.currency):f}"
        recipients = orjson.dumps([{"phoneNumber": request.phone, "amount": amount}]).decode()
        form = {"username": self._username, "recipients": recipients}
        headers = {"Idempotency-Key": request.reference}
        return _sent(
            await self._http.post_form("send_airtime", "/version1/airtime/send", form, headers), request
        )

    async def requery(self, request: BillRequest) -> BillResult:
        """Asked by `provider_id` where one is known. Else the first answer was lost, and the provider has no way to
        ask by our reference: while its key surely holds, the same call is made again, which can send airtime only
        if it never did. After that it stays `pending` until a notice brings the id. Never `absent`.
        """
        try:
            if request.provider_id:
                return await self._found(request)
            if clock.now() - _made_at(request.reference) < KEY_HOLDS:
                return await self.buy(request)
        except ProviderRefused as refusal:
            raise ProviderUnknown(f"africastalking would not say: {refusal}") from refusal
        return BillResult(state="pending", reference=request.reference, reason=UNTOLD)

    def read_callback(self, body: bytes) -> BillNotice | None:
        """The status callback, as a form or as JSON. It names only the provider's own id, the line and the value."""
        fields = _fields(body)
        id, status = fields.get("requestId"), fields.get("status")
        if not id or not status:
            return None
        event = hashlib.sha256(f"{id}\n{status}".encode()).hexdigest()[:32]
        return BillNotice(
            event_id=f"africastalking:{id[:64]}:{event}",
            kind="purchase",
            reference=None,
            provider_id=id[:80],
            phone=fields.get("phoneNumber", ""),
            amount_minor=_minor(fields.get("value") or fields.get("amount") or ""),
        )

    async def _found(self, request: BillRequest) -> BillResult:
        params: dict[str, str | int] = {"username": self._username, "transactionId": request.provider_id}
        found = _read_found(await self._http.get("find_airtime", "/query/transaction/find", params))
        if found.destination and found.destination != request.phone:
            raise ProviderUnknown("africastalking answered about another line")
        if found.amount and _minor(found.amount) != request.amount_minor:
            raise ProviderUnknown("africastalking answered about another amount")
        return _result(request, found.status, request.provider_id)


def _sent(answer: Json, request: BillRequest) -> BillResult:
    try:
        read = _Answer.model_validate(answer)
    except ValidationError as error:
        raise ProviderUnknown("the answer to airtime can't be read") from error
    if len(read.entries) == 1:
        entry = read.entries[0]
        if entry.phone not in ("", request.phone):
            raise ProviderUnknown("africastalking answered about another line")
        id = entry.request_id if entry.request_id != "None" else ""
        return _result(request, entry.status, id, entry.error)
    if "duplicate" in read.error.lower():
        # Ours was taken before; how it went is not said.
        return BillResult(state="pending", reference=request.reference, reason=UNTOLD)
    if read.entries or read.sent or read.error in ("", "None"):
        raise ProviderUnknown("the answer to airtime can't be read")
    return BillResult(state="failed", reference=request.reference, reason=STATES["Failed"][1])


def _result(request: BillRequest, status: str, id: str, error: str = "") -> BillResult:
    if status not in STATES:
        raise ProviderUnknown(f"airtime status {status!r} is not documented")
    state, reason = STATES[status]
    if "duplicate" in error.lower():
        state, reason = "pending", UNTOLD
    return BillResult(state=state, reference=request.reference, provider_id=id[:80], reason=reason)


def _read_found(answer: Json) -> _Found:
    """The transaction in an answer; where it comes as `data`, the status beside it is that of the question."""
    data = answer.get("data")
    details: Mapping[str, Any] = data if isinstance(data, dict) else answer
    try:
        found = _Found.model_validate(
            {
                "status": details.get("status"),
                "errorMessage": str(answer.get("errorMessage") or ""),
                "destination": details.get("destination") or details.get("phoneNumber") or "",
                "amount": details.get("amount") or details.get("value") or "",
            }
        )
    except ValidationError as error:
        raise ProviderUnknown("a transaction of africastalking can't be read") from error
    if found.error not in ("", "None"):
        raise ProviderUnknown("africastalking could not find the transaction")
    return found


def _made_at(reference: str) -> datetime:
    """When `new_reference` made it; long ago where it didn't."""
    try:
        return datetime.strptime(reference[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _minor(text: str) -> int | None:
    """`GHS 5.0000` as minor units."""
    match = MONEY.fullmatch(text.strip())
    try:
        return from_decimal(Decimal(match[2]), match[1]) if match else None
    except InvalidInput:
        return None


def _fields(body: bytes) -> dict[str, str]:
    text = body.decode("utf-8", "replace")
    try:
        sent = orjson.loads(body) if text.lstrip().startswith("{") else dict(parse_qsl(text))
    except (orjson.JSONDecodeError, ValueError):
        return {}
    return {name: value for name, value in sent.items() if isinstance(value, str)}
