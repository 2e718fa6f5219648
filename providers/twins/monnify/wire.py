"""Monnify's wire format: envelopes, refusals and the objects inside, made from what the book holds."""

import hashlib
from datetime import datetime, timedelta, timezone
from typing import Any

import orjson
from aiohttp import web

from core import clock
from core.money import to_decimal
from providers.twins.cards import TestCard, picked
from providers.twins.store import Document

LAGOS = timezone(timedelta(hours=1))
# The cards of Monnify's test data.
CARDS = (
    TestCard("4111111111111111", "VISA", "succeeds, and can be charged again"),
    TestCard("5060995994247093", "VERVE", "succeeds, and can be charged again"),
    TestCard("4000000000000002", "VISA", "succeeds, and can be charged again"),
    TestCard("4111111111111110", "VISA", "is declined", "Declined"),
)
# What kind of product a payment is for: one on a page, or a charge of a card token.
ON_PAGE, BY_TOKEN = "WEB_SDK", "API_NOTIFICATION"
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


def answer(body: Document, words: str = "") -> web.Response:
    """A successful call. The payment's own outcome is in `paymentStatus`, the issuer's `words` [U] around it."""
    envelope = {"requestSuccessful": True, "responseMessage": words or "success", "responseCode": "0"}
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
        "product": {"type": kept.get("product") or ON_PAGE, "reference": kept["reference"]},
        "cardDetails": _card(kept) if kept.get("token") else None,
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


def settlement_notice(kept: Document, transactions: list[Document]) -> Document:
    """The data of SETTLEMENT: what was paid out to which bank account, and the first of what it is made of."""
    return {
        "amount": _text(kept["gross"] - kept["fees"]),
        "settlementTime": _when(kept["settled_at"]),
        "settlementReference": kept["reference"],
        "destinationAccountNumber": "6000000249",
        "destinationBankName": "TEST BANK",
        "destinationAccountName": kept["business"],
        "transactionsCount": len(transactions),
        "transactions": [
            {
                "product": {"type": each.get("product") or ON_PAGE, "reference": each["reference"]},
                "transactionReference": each["transaction_reference"],
                "paymentReference": each["reference"],
                "paidOn": _when(each["paid_at"]),
                "paymentDescription": each["description"],
            }
            for each in transactions[:100]
        ],
    }


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


def card_token(kept: Document, number: str) -> str:
    """The token of a card, which is the same whenever the same customer pays a business with it."""
    return f"MNFY_{_digest(kept['business'], kept['email'], number)[:32].upper()}"


def _card(kept: Document) -> Document:
    card = picked(CARDS, kept["card"])
    return {
        "cardType": card.brand,
        "last4": card.last4,
        "expMonth": "12",
        "expYear": "30",
        "bin": card.bin,
        "bankCode": None,
        "bankName": None,
        "reusable": True,
        "cardToken": kept["token"],
        # So it is in Monnify's sample of a charge by token.
        "supportsTokenization": kept.get("product") != BY_TOKEN,
        "maskedPan": f"{card.bin}******{card.last4}",
    }


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
