"""What Monnify accepts in a request, and how it says no to the rest."""

import re
from typing import Any

import orjson
from aiohttp import web

from core.errors import InvalidInput
from core.money import from_decimal
from providers.twins.monnify.book import Book
from providers.twins.monnify.wire import Refusal
from providers.twins.script import DECLINED
from providers.twins.settings import MonnifyAccount
from providers.twins.store import Document

EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s.]{2,}")
METHODS = ("ACCOUNT_TRANSFER", "CARD", "USSD", "PHONE_NUMBER")
MINIMUM = 2_000
REFUND_MINIMUM = 10_000
REASON_LENGTH, NOTE_LENGTH = 64, 16


# On a request: the account that its bearer token belongs to.
ACCOUNT = web.RequestKey("account", MonnifyAccount)


async def json_body(request: web.Request) -> Document:
    """The request's JSON object."""
    try:
        body = orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise Refusal(400, "The request could not be completed due to malformed syntax.")
    return body


def refuse_on_command(request: web.Request) -> None:
    """Say no where the script wants the call declined."""
    if DECLINED in request:
        raise Refusal(422, "Declined by the sandbox's script")


def refuse_known(book: Book, business: str, reference: str) -> None:
    """Say no to a reference that was used before."""
    if book.find(business=business, reference=reference):
        raise Refusal(422, "Duplicate payment reference")


def payment(body: Document, contract_code: str) -> Document:
    """The details of a new transaction; `amount` in kobo."""
    if body.get("contractCode") != contract_code:
        raise Refusal(422, "Could not find specified contract")
    if body.get("currencyCode") != "NGN":
        raise Refusal(422, "Unknown currency code supplied")
    email, reference = body.get("customerEmail"), body.get("paymentReference")
    if not isinstance(email, str) or not EMAIL.fullmatch(email):
        raise Refusal(400, "customerEmail must be a well-formed email address")
    if not isinstance(reference, str) or not 0 < len(reference) <= 255:
        raise Refusal(400, "paymentReference must not be blank")
    methods = body.get("paymentMethods") or list(METHODS[:2])
    if not isinstance(methods, list) or not all(each in METHODS for each in methods):
        raise Refusal(400, "The request could not be completed due to malformed syntax.")
    kobo = amount(body.get("amount"))
    if kobo < MINIMUM:
        raise Refusal(400, "amount must be greater than or equal to 20")
    return {
        "amount": kobo,
        "currency": "NGN",
        "email": email,
        "name": str(body.get("customerName") or email),
        "reference": reference,
        "description": str(body.get("paymentDescription") or reference),
        "methods": methods,
        "redirect_url": str(body.get("redirectUrl") or ""),
        "metadata": body.get("metaData") or body.get("metadata") or {},
    }


def token_payment(body: Document, account: MonnifyAccount) -> Document:
    """The details of a charge by card token; its currency may be left out."""
    if body.get("apiKey") != account.api_key:
        raise Refusal(422, "Invalid API key supplied")
    currency = body.get("currencyCode") or "NGN"
    return payment(
        body | {"currencyCode": currency, "paymentMethods": ["CARD"], "redirectUrl": ""},
        account.contract_code,
    )


def refund(body: Document, paid: int) -> Document:
    """The details of a refund of what was `paid`, kobo; that much is left of it is for the book to see."""
    reference = body.get("refundReference")
    reason, note = body.get("refundReason"), body.get("customerNote")
    if not all(isinstance(each, str) and each for each in (reference, reason, note)):
        raise Refusal(400, "refundReference, refundReason and customerNote must not be blank")
    if len(str(reason)) > REASON_LENGTH or len(str(note)) > NOTE_LENGTH:
        raise Refusal(422, "supplied value has exceeded the maximum allowed number of characters.", "R8")
    kobo = paid if body.get("refundAmount") is None else amount(body["refundAmount"])
    if kobo > paid:
        raise Refusal(422, "Specified refund amount is above transaction amount.", "R3")
    if kobo < REFUND_MINIMUM:
        raise Refusal(422, "Specified refund amount is below minimum refund amount.", "R4")
    return {"reference": reference, "amount": kobo, "reason": reason, "note": note, "full": kobo == paid}


def amount(given: Any) -> int:
    """Naira, as a number or as digits, in kobo."""
    try:
        if isinstance(given, bool) or not isinstance(given, int | float | str):
            raise InvalidInput("no number")
        return from_decimal(given, "NGN")
    except InvalidInput as error:
        raise Refusal(400, "amount must be a number with at most 2 decimal places") from error
