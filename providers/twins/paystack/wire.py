"""Paystack's wire format: envelopes, refusals and the objects inside, made from what the book holds."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import orjson
from aiohttp import web

from core import clock
from providers.twins.cards import TestCard, picked
from providers.twins.store import Document

# Smallest amounts of the supported currencies, subunits.
MINIMUM = {"NGN": 5000, "GHS": 10}
# The cards of Paystack's test page. The second is for those who want two.
CARDS = (
    TestCard("4084084084084081", "visa", "succeeds, and can be charged again"),
    TestCard("507850785078507812", "verve", "succeeds, and can be charged again"),
    TestCard("4084080000670037", "visa", "has insufficient funds", "Insufficient funds"),
    TestCard("4084080000005408", "visa", "is declined", "Declined"),
)
QUEUED = "queued"
WALLET_BANKS = {"mtn": "MTN", "vod": "Vodafone", "atl": "AirtelTigo"}


class Refusal(Exception):
    """A 4xx answer in Paystack's own form."""

    def __init__(self, status: int, message: str, code: str, next_step: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {
            "status": False,
            "message": message,
            "meta": {"nextStep": next_step},
            "type": "validation_error",
            "code": code,
        }


def answer(message: str, data: Any, **more: Any) -> web.Response:
    """A successful call. The payment's own outcome is in `data.status`."""
    return respond({"status": True, "message": message, "data": data} | more)


def respond(body: Document, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")


def written(at: datetime) -> str:
    """A time as Paystack writes it: 2024-08-22T09:15:02.000Z."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def fees(amount: int, currency: str) -> int:
    """Local fees in subunits: GHS 1.95 %; NGN 1.5 % + 100 naira from 2,500 naira on, at most 2,000 naira."""
    if currency == "GHS":
        return (amount * 195 + 5_000) // 10_000
    flat = 10_000 if amount >= 250_000 else 0
    return min((amount * 15 + 500) // 1000 + flat, 200_000)


def transaction(kept: Document) -> Document:
    """The transaction object of verify, charge and charge.success."""
    return {
        "id": kept["id"],
        "domain": "test",
        "status": QUEUED if kept["step"] == QUEUED and kept["status"] == "pending" else kept["status"],
        "reference": kept["reference"],
        "receipt_number": None,
        "amount": kept["amount"],
        "requested_amount": kept["amount"],
        "message": None,
        "gateway_response": kept["gateway_response"],
        "paid_at": kept["paid_at"],
        "created_at": kept["created_at"],
        "channel": kept["channel"],
        "currency": kept["currency"],
        "ip_address": "127.0.0.1",
        "metadata": kept["metadata"],
        "fees": fees(kept["amount"], kept["currency"]) if kept["charges"] else None,
        "authorization": _authorization(kept) if kept["charges"] or kept.get("code") else {},
        "customer": _customer(kept["email"]),
        "plan": None,
    }


def step(kept: Document) -> Document:
    """What /charge says of a charge that waits for the customer."""
    return {
        "reference": kept["reference"],
        "status": kept["step"],
        "display_text": {
            "send_otp": "Please enter the code that was sent to your phone",
            "pay_offline": "Please complete the authorization process on your mobile phone",
        }[kept["step"]],
    }


def refund(kept: Document, of: Document | int) -> Document:
    """The refund object; `of` is the transaction in full where it was just made, else its id."""
    created = datetime.fromisoformat(kept["created_at"])
    return {
        "id": kept["id"],
        "integration": 100_000,
        "domain": "test",
        "transaction": transaction(of) if isinstance(of, dict) else of,
        "amount": kept["amount"],
        "deducted_amount": 0,
        "fully_deducted": False,
        "currency": kept["currency"],
        "channel": None,
        "status": kept["status"],
        "customer_note": kept["customer_note"],
        "merchant_note": kept["merchant_note"],
        "refunded_by": "demo@makola.test",
        "expected_at": written(created + timedelta(days=10)),
        "createdAt": kept["created_at"],
        "updatedAt": kept["updated_at"],
    }


def refund_notice(kept: Document) -> Document:
    """The data of refund.*: no id of its own, and the amount is a string."""
    return {
        "status": kept["status"],
        "transaction_reference": kept["reference"],
        "refund_reference": f"TRF_{kept['id']}" if kept["status"] != "pending" else None,
        "amount": str(kept["amount"]),
        "currency": kept["currency"],
        "customer": _customer(kept["email"]),
        "integration": 100_000,
        "domain": "test",
        "customer_note": kept["customer_note"],
        "merchant_note": kept["merchant_note"],
    }


def now() -> str:
    return written(clock.now())


def _customer(email: str) -> Document:
    return {
        "id": int(_digest(email)[:8], 16),
        "first_name": None,
        "last_name": None,
        "email": email,
        "customer_code": f"CUS_{_digest(email)[:15]}",
        "phone": None,
        "metadata": None,
        "risk_action": "default",
    }


def authorization_code(kept: Document, means: str) -> str:
    """The code of a card or a wallet, which is the same whenever the same customer pays a business with it."""
    return f"AUTH_{_digest(kept['business'], kept['email'], means)[:10]}"


def _authorization(kept: Document) -> Document:
    """The test card, or the wallet that was charged; stable for each customer."""
    card = picked(CARDS, kept.get("card"))
    means: str = kept["phone"] or card.number
    details: Document = {
        "bin": card.bin,
        "last4": card.last4,
        "exp_month": "12",
        "exp_year": "2030",
        "card_type": f"{card.brand} ",
        "bank": "TEST BANK",
        "brand": card.brand,
        "reusable": True,
    }
    if kept["channel"] == "mobile_money":
        details = {
            "bin": kept["phone"][:3] + "XXX",
            "last4": "X" + kept["phone"][-3:],
            "exp_month": "12",
            "exp_year": "9999",
            "card_type": "",
            "bank": WALLET_BANKS[kept["network"]],
            "brand": WALLET_BANKS[kept["network"]],
            "reusable": False,
        }
    return details | {
        "authorization_code": kept.get("code") or authorization_code(kept, means),
        "channel": kept["channel"],
        "country_code": "GH" if kept["currency"] == "GHS" else "NG",
        "signature": f"SIG_{_digest(means)[:20]}",
        "account_name": None,
    }


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
