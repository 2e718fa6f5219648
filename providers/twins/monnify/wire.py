"""Monnify's wire format: envelopes, refusals and the objects inside, made from what the book holds."""

import hashlib
from datetime import datetime, timedelta, timezone
from typing import Any

import orjson
from aiohttp import web

from core import clock
from core.money import to_decimal
from providers.twins.store import Document

LAGOS = timezone(timedelta(hours=1))
TEST_CARD = {
    "cardType": "VISA",
    "last4": "1111",
    "expMonth": "12",
    "expYear": "30",
    "bin": "411111",
    "reusable": True,
    "supportsTokenization": True,
    "maskedPan": "411111******1111",
}
# A refund's notices; a refund that is under way sends none.
REFUND_EVENTS = {"COMPLETED": "SUCCESSFUL_REFUND", "FAILED": "FAILED_REFUND"}


class Refusal(Exception):
    """A 4xx answer in Monnify's own form. Most have the response code 99, refunds their own."""

    def __init__(self, status: int, message: str, code: str = "99") -> None:
        super().__init__(message)
        self.status = status
        self.body: Document = {"requestSuccessful": False, "responseMessage": message, "responseCode": code}


class TokenRefusal(Refusal):
    """A bearer token that isn't taken; that one is in the form of OAuth."""

    def __init__(self, description: str) -> None:
        super().__init__(401, description)
        self.body = {"error": "invalid_token", "error_description": description}


def answer(body: Document) -> web.Response:
    """A successful call. The payment's own outcome is in `paymentStatus`."""
    envelope = {"requestSuccessful": True, "responseMessage": "success", "responseCode": "0"}
    return respond(envelope | {"responseBody": body})


def respond(body: Document, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")


def fees(amount: int) -> int:
    """1.5 % of an amount in kobo, at most 2,000 naira."""
    return min((amount * 15 + 500) // 1000, 200_000)


def status(kept: Document) -> Document:
    """The status object: amounts are strings, and the time is Nigeria's."""
    paid_on = _lagos(kept["paid_at"])
    return {
        "transactionReference": kept["transaction_reference"],
        "paymentReference": kept["reference"],
        "amountPaid": _text(kept["paid"]),
        "totalPayable": _text(kept["amount"]),
        "settlementAmount": _text(kept["paid"] - fees(kept["paid"])),
        "paidOn": paid_on and paid_on.strftime("%d/%m/%Y %I:%M:%S %p"),
        "paymentStatus": kept["status"],
        "paymentDescription": kept["description"],
        "currency": kept["currency"],
        "paymentMethod": kept["method"] if kept["paid"] else None,
        "product": {"type": "WEB_SDK", "reference": kept["reference"]},
        "cardDetails": _card(kept) if kept["paid"] and kept["method"] == "CARD" else None,
        "customer": {"email": kept["email"], "name": kept["name"]},
        "metaData": kept["metadata"],
    }


def notice(kept: Document) -> Document:
    """The data of SUCCESSFUL_TRANSACTION: amounts are numbers here, and the time is written another way."""
    paid_on = _lagos(kept["paid_at"])
    return status(kept) | {
        "amountPaid": _number(kept["paid"]),
        "totalPayable": _number(kept["amount"]),
        "paidOn": paid_on and paid_on.isoformat(" ", "milliseconds").removesuffix("+01:00"),
    }


def refund(kept: Document) -> Document:
    """The refund object of both calls about refunds."""
    return {
        "refundReference": kept["reference"],
        "transactionReference": kept["transaction_reference"],
        "refundReason": kept["reason"],
        "customerNote": kept["note"],
        "refundAmount": _number(kept["amount"]),
        "refundType": "FULL_REFUND" if kept["full"] else "PARTIAL_REFUND",
        "refundStatus": kept["status"],
        "refundStrategy": "MERCHANT_WALLET",
        "comment": kept["comment"],
        "createdOn": _when(kept["created_at"]),
        "completedOn": _when(kept["completed_at"]),
    }


def refund_notice(kept: Document) -> Document:
    """The data of SUCCESSFUL_REFUND and FAILED_REFUND: it does not name the payment by the merchant's reference."""
    shown = refund(kept)
    names = ("transactionReference", "completedOn", "refundStatus", "customerNote", "createdOn")
    more = ("refundReference", "refundAmount")
    return {"merchantReason": kept["reason"]} | {name: shown[name] for name in (*names, *more)}


def now() -> str:
    return clock.now().isoformat()


def _when(at: str | None) -> str:
    return _lagos(at).strftime("%d/%m/%Y %I:%M:%S %p") if at else ""


def _lagos(at: str | None) -> Any:
    return datetime.fromisoformat(at).astimezone(LAGOS) if at else None


def _text(kobo: int) -> str:
    return str(to_decimal(kobo, "NGN"))


def _number(kobo: int) -> orjson.Fragment:
    return orjson.Fragment(_text(kobo))


def _card(kept: Document) -> Document:
    digest = hashlib.sha256(f"{kept['business']}\n{kept['email']}".encode()).hexdigest()
    return TEST_CARD | {"cardToken": f"MNFY_{digest[:32].upper()}"}
