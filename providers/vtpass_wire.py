"""VTpass's answers and notices, read into the words of `providers.bills`; what can't be read is unknown.

Source: https://www.vtpass.com/documentation (response codes, the services' pages, callbacks).
"""

import hashlib
import re
from decimal import Decimal
from typing import Any, Literal

import orjson
import structlog
from pydantic import BaseModel, Field, ValidationError

from core.errors import InvalidInput
from core.money import from_decimal
from providers.bills import BillAccount, BillKind, BillNotice, BillOffer, BillResult, BillService, BillState
from providers.errors import ProviderRefused, ProviderUnknown
from providers.http import Json

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

# `look` means: the transaction's own status says it.
Reading = Literal["look", "delivered", "pending", "failed", "reversed", "absent"]
LATER = "This can't be sold just now. Please try again later."
BILLER_OFF = "The biller can't be reached just now. Please try again later."
NOT_SOLD = "This is not on sale at the moment."
FAILED = "The biller could not complete it."
UNDERWAY = "The biller is still working on it."
# What a code says of a purchase when it answers /pay. Any other code, and a time-out: pending.
# 014: the reference was used before, so its own requery tells. 019 refuses a likely repeat within 30 seconds, and
# what it takes for a repeat may be our own lost call under the same reference: so pending too, and a requery that
# knows nothing of it frees it to be bought again. 083 is VTpass's own confusion.
PAID: dict[str, tuple[Reading, str]] = {
    "000": ("look", ""),
    "001": ("look", ""),
    "044": ("look", ""),
    "099": ("pending", UNDERWAY),
    "089": ("pending", UNDERWAY),
    "014": ("pending", UNDERWAY),
    "019": ("pending", UNDERWAY),
    "083": ("pending", UNDERWAY),
    "015": ("pending", UNDERWAY),
    "016": ("failed", FAILED),
    "020": ("failed", FAILED),
    "091": ("failed", FAILED),
    "040": ("reversed", "The biller took it back."),
    "010": ("failed", NOT_SOLD),
    "011": ("failed", "The biller does not take these details."),
    "012": ("failed", NOT_SOLD),
    "013": ("failed", "That is less than the biller takes."),
    "017": ("failed", "That is more than the biller takes."),
    "018": ("failed", LATER),
    "021": ("failed", LATER),
    "022": ("failed", LATER),
    "023": ("failed", LATER),
    "024": ("failed", LATER),
    "025": ("failed", "The biller does not take these details."),
    "026": ("failed", "The biller does not take these details."),
    "027": ("failed", LATER),
    "028": ("failed", LATER),
    "030": ("failed", BILLER_OFF),
    "031": ("failed", "That is less than the biller takes."),
    "032": ("failed", "That is more than the biller takes."),
    "034": ("failed", BILLER_OFF),
    "035": ("failed", BILLER_OFF),
    "085": ("failed", LATER),
    "087": ("failed", LATER),
}
# A requery is refused for its own sake too (a locked account, an address not allowed), which says nothing of the
# purchase: only these codes speak of it.
REQUERIED: dict[str, tuple[Reading, str]] = {
    code: PAID[code] for code in ("000", "001", "044", "099", "089", "016", "091", "040")
} | {"015": ("absent", "")}
# Our own account is at fault: a person has to see to it.
OURS = {"018", "021", "022", "023", "024", "027", "028", "085", "087"}
STATUSES: dict[str, tuple[BillState, str]] = {
    "delivered": ("delivered", ""),
    "initiated": ("pending", UNDERWAY),
    "pending": ("pending", UNDERWAY),
    "failed": ("failed", FAILED),
    "reversed": ("reversed", "The biller took it back."),
}
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
