"""What Paystack accepts in a request, and how it says no to the rest."""

import re
import secrets
from typing import Any

import orjson
import phonenumbers
from aiohttp import web

from providers.twins.paystack.book import Book
from providers.twins.paystack.wire import MINIMUM, WALLET_BANKS, Refusal
from providers.twins.script import DECLINED
from providers.twins.store import Document

REFERENCE = re.compile(r"[A-Za-z0-9.=-]{1,100}")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s.]{2,}")


# On a request: the business that its key belongs to.
BUSINESS = web.RequestKey("business", str)


def invalid(message: str, next_step: str, code: str = "invalid_params") -> Refusal:
    return Refusal(400, message, code, next_step)


async def json_body(request: web.Request) -> Document:
    """The request's JSON object."""
    try:
        body = orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise invalid("Invalid JSON in request body", "Ensure that the body is a JSON object")
    return body


def refuse_on_command(request: web.Request) -> None:
    """Say no where the script wants the call declined."""
    if DECLINED in request:
        raise invalid("Declined by the sandbox's script", "Reset the script", "declined")


def refuse_known(book: Book, business: str, reference: str) -> None:
    """Say no to a reference that was used before."""
    if book.find(business=business, reference=reference):
        raise invalid(
            "Duplicate Transaction Reference",
            "Generate and pass a new transaction reference for every transaction",
            "duplicate_reference",
        )


def payment(body: Document) -> Document:
    """The details that initialize and charge have in common: amount, currency, email, reference, metadata."""
    currency = body.get("currency") or "NGN"
    if currency not in MINIMUM:
        raise Refusal(
            403,
            "Currency not supported by merchant",
            "unsupported_currency",
            "Use NGN or GHS for this account",
        )
    email = body.get("email")
    if not isinstance(email, str) or not EMAIL.fullmatch(email):
        raise invalid("Invalid Email Address Passed", "Ensure that you're passing a valid email address")
    reference = body.get("reference") or secrets.token_hex(8)
    if not isinstance(reference, str) or not REFERENCE.fullmatch(reference):
        raise invalid(
            "Invalid Transaction Reference",
            "Use alphanumeric characters, -, . and = only",
            "invalid_reference",
        )
    return {
        "amount": amount(body.get("amount"), currency),
        "currency": currency,
        "email": email,
        "reference": reference,
        "metadata": body.get("metadata", ""),
    }


def amount(given: Any, currency: str) -> int:
    """Subunits, as a number or as digits, not under the currency's minimum."""
    if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) < 16:
        given = int(given)
    if not isinstance(given, int) or isinstance(given, bool) or given <= 0 or given > 10**15:
        raise invalid("Invalid Amount Sent", "Ensure that the amount is a positive integer in the subunit")
    if given < MINIMUM[currency]:
        raise invalid(
            f"Amount must be at least {MINIMUM[currency]} {currency} subunits",
            "Ensure that the amount is not below the minimum",
            "amount_below_minimum",
        )
    return given


def wallet(body: Document) -> Document:
    """The wallet to charge: `phone` in E.164 and `network`."""
    given = body.get("mobile_money")
    if not isinstance(given, dict) or given.get("provider") not in WALLET_BANKS:
        raise invalid(
            "Mobile money provider is not supported",
            f"Use one of {', '.join(WALLET_BANKS)}",
            "invalid_provider",
        )
    try:
        number = phonenumbers.parse(str(given.get("phone"))[:32], "GH")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise invalid("Invalid phone number", "Ensure that you're passing a valid phone number")
    phone = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return {"phone": phone, "network": given["provider"], "channel": "mobile_money"}
