"""VTpass's answers and notices, read into the words of `providers.bills`; what can't be read is unknown.

Source: https://www.vtpass.com/documentation (response codes, the services' pages, callbacks).
"""

import hashlib
import re
from decimal import Decimal
from typing import Any

import orjson
import structlog
from pydantic import BaseModel, Field, ValidationError

from core.errors import InvalidInput
from core.money import from_decimal
from providers.bills import BillAccount, BillKind, BillNotice, BillOffer, BillResult, BillService
from providers.errors import ProviderRefused, ProviderUnknown
from providers.http import Json
from providers.vtpass_codes import OURS, STATUSES, UNDERWAY, Reading

CURRENCY = "NGN"
# How VTpass files each kind, and what we sell of it: its serviceID -> the name that people know.
IDENTIFIERS: dict[BillKind, str] = {
    "airtime": "airtime",
    "data": "data",
    "cable": "tv-subscription",
    "electricity": "electricity-bill",
}
SERVICES: dict[BillKind, dict[str, str]] = {
    "airtime": {"mtn": "MTN", "airtel": "Airtel", "glo": "Glo", "etisalat": "9mobile"},
    "data": {
        "mtn-data": "MTNData",
        "airtel-data": "AirtelData",
        "glo-data": "GloData",
        "etisalat-data": "9mobileData",
    },
    "cable": {"dstv": "DSTV", "gotv": "GOTV", "startimes": "Startimes", "showmax": "Showmax"},
    "electricity": {
        "ikeja-electric": "IKEDC",
        "eko-electric": "EKEDC",
        "abuja-electric": "AEDC",
        "kano-electric": "KEDCO",
        "portharcourt-electric": "PHED",
        "jos-electric": "JEDC",
        "ibadan-electric": "IBEDC",
        "kaduna-electric": "KAEDCO",
        "enugu-electric": "EEDC",
        "benin-electric": "BEDC",
        "yola-electric": "YEDC",
    },
}
# Who is named by a phone number, which VTpass can't verify.
BY_PHONE = {"showmax"}

LABEL = re.compile(r"^\s*(?:token|pin|voucher)\s*:\s*", re.IGNORECASE)

log = structlog.get_logger()


class _Transaction(BaseModel):
    status: str = ""
    transaction_id: str = Field("", alias="transactionId", coerce_numbers_to_str=True)


class _Variation(BaseModel):
    variation_code: str
    name: str
    variation_amount: Decimal
    fixed_price: str = Field("No", alias="fixedPrice")


class _Service(BaseModel):
    service_id: str = Field(alias="serviceID")
    # VTpass's own spelling.
    least: Decimal | None = Field(None, alias="minimium_amount")
    most: Decimal | None = Field(None, alias="maximum_amount")


def result(answer: Json, reference: str, table: dict[str, tuple[Reading, str]]) -> BillResult:
    """How a purchase stands by the answer to /pay (`PAID`) or /requery (`REQUERIED`)."""
    code = answer.get("code")
    if not isinstance(code, str):
        raise ProviderUnknown("an answer of vtpass has no code")
    if answer.get("requestId") not in (None, "", reference):
        raise ProviderUnknown("vtpass answered about another reference")
    if code in OURS:
        log.error("biller_account", provider="vtpass", code=code)
    reading, reason = table.get(code, ("pending", UNDERWAY))
    transaction = _transaction(answer)
    if reading == "look":
        state, reason = STATUSES.get(transaction.status.lower(), ("pending", UNDERWAY))
    else:
        state = reading
    return BillResult(
        state=state,
        reference=reference,
        provider_id=transaction.transaction_id[:80],
        token=_token(answer) if state == "delivered" else "",
        units=_units(answer) if state == "delivered" else "",
        reason=reason,
    )


def _transaction(answer: Json) -> _Transaction:
    content = answer.get("content")
    found = content.get("transactions") if isinstance(content, dict) else None
    try:
        return _Transaction.model_validate(found if isinstance(found, dict) else {})
    except ValidationError as error:
        raise ProviderUnknown("a transaction of vtpass can't be read") from error


def _token(answer: Json) -> str:
    """What the customer types into the meter, as it is written: groups and leading zeros stay.

    Only text is read: 20 digits as a JSON number would have lost some.
    """
    for name in ("mainToken", "token", "Token", "Voucher", "purchased_code"):
        value = answer.get(name)
        if isinstance(value, str) and any(c.isdigit() for c in value):
            return LABEL.sub("", value).strip()[:120]
    return ""


def _units(answer: Json) -> str:
    for name in ("mainTokenUnits", "units", "Units"):
        value = answer.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()[:40]
    return ""


def services(answer: Json, kind: BillKind) -> list[BillService]:
    """What we sell of a kind and VTpass has on its list, in our order."""
    listed = answer.get("content")
    if not isinstance(listed, list):
        raise ProviderUnknown("a list of services of vtpass can't be read")
    try:
        found = {each.service_id: each for each in map(_Service.model_validate, listed)}
    except ValidationError as error:
        raise ProviderUnknown("a service of vtpass can't be read") from error
    return [
        BillService(code, name, _limit(found[code].least), _limit(found[code].most))
        for code, name in SERVICES[kind].items()
        if code in found
    ]


def offers(answer: Json) -> list[BillOffer]:
    """The variations, under either spelling. A price that isn't fixed is the customer's to choose."""
    content = answer.get("content")
    listed = (content.get("variations") or content.get("varations")) if isinstance(content, dict) else None
    if not isinstance(listed, list):
        raise ProviderUnknown("the variations of vtpass can't be read")
    try:
        return [_offer(_Variation.model_validate(each)) for each in listed]
    except ValidationError as error:
        raise ProviderUnknown("a variation of vtpass can't be read") from error


def _offer(variation: _Variation) -> BillOffer:
    fixed = variation.fixed_price.lower() == "yes" and variation.variation_amount > 0
    amount = minor(variation.variation_amount) if fixed else None
    return BillOffer(variation.variation_code, variation.name, amount)


def account(answer: Json, number: str) -> BillAccount:
    """Whose number it is. Raises `ProviderRefused` where VTpass could not ask."""
    code, content = answer.get("code"), answer.get("content")
    if code not in ("000", "020") or not isinstance(content, dict):
        words = str(answer.get("response_description") or "not verified")
        raise ProviderRefused(str(code), words, retryable=code in ("030", "083"))
    name = str(content.get("Customer_Name") or "").strip()
    wrong = content.get("WrongBillersCode") in (True, 1, "1", "true")
    if wrong or content.get("error") or not name:
        return BillAccount(False, number, message=str(content.get("error") or "The number is not known."))
    least = content.get("Min_Purchase_Amount") or content.get("Minimum_Amount")
    return BillAccount(
        True, number, name, str(content.get("Address") or "").strip(), _stated(least) if least else None
    )


def notice(body: bytes) -> BillNotice | None:
    """VTpass numbers no notices: the id is made of what stays the same when one is delivered again."""
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(sent, dict) or not isinstance(sent.get("data"), dict):
        return None
    digest = hashlib.sha256(body).hexdigest()[:32]
    if sent.get("type") == "transaction-update":
        reference = sent["data"].get("requestId")
        if not isinstance(reference, str) or not reference:
            return None
        return BillNotice(f"vtpass:{reference[:64]}:{digest}", "purchase", reference)
    if sent.get("type") == "variations-update":
        service = str(sent.get("serviceID") or "")
        return BillNotice(f"vtpass:{service[:64]}:{digest}", "offers", None, service=service)
    return None


def minor(naira: Decimal) -> int:
    """Naira as kobo; raises `ProviderUnknown` where it is finer than that."""
    try:
        return from_decimal(naira, CURRENCY)
    except InvalidInput as error:
        raise ProviderUnknown("an amount of vtpass can't be read") from error


def _limit(naira: Decimal | None) -> int | None:
    return minor(naira) if naira is not None and naira > 0 else None


def _stated(text: Any) -> int | None:
    """An amount in prose such as `N1,000.00`; None where it is none."""
    digits = re.sub(r"[^0-9.]", "", str(text))
    try:
        return _limit(Decimal(digits))
    except (ArithmeticError, ProviderUnknown):
        return None
