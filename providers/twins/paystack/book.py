"""The Paystack twin's book: transactions and refunds, how they settle, and the notices that tells of."""

import asyncio
import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Any, Literal

import orjson

from core import clock
from providers.twins.cards import Cards, TestCard
from providers.twins.hooks import Hook
from providers.twins.paystack import wire
from providers.twins.sandbox import Sandbox
from providers.twins.settlements import Settlements
from providers.twins.store import LIMIT, Document, Shelf
from providers.twins.totals import Charged

Outcome = Literal["success", "failed"]
OPEN = ("abandoned", "pending")


class Book:
    """Every change is stored before it is answered, so that a restarted twin goes on where it was."""

    def __init__(self, sandbox: Sandbox, cards: Cards) -> None:
        self._sandbox, self.cards = sandbox, cards
        self.settlements = Settlements(sandbox, "paystack")
        keys = ("reference", "access_code", "email", "status", "settlement")
        self._transactions = Shelf(sandbox.store, "paystack_transactions", keys)
        self._refunds = Shelf(sandbox.store, "paystack_refunds", ("transaction", "status"))

    def open(self) -> None:
        """Take up what was waiting when the twins were stopped."""
        for kept in self._transactions.find(limit=LIMIT, status="pending"):
            self._sandbox.background.start(self._when_due(kept))
        for kept in self._refunds.find(limit=LIMIT, status="pending"):
            self._sandbox.background.start(self._process(kept))

    def new(self, business: str, **details: Any) -> Document:
        """A transaction that nobody has paid yet."""
        return self._transactions.add(
            {
                "business": business,
                "access_code": secrets.token_hex(8),
                "status": "abandoned",
                "step": None,
                "gateway_response": "The transaction was not completed",
                "channel": "card",
                "card": None,
                "code": None,
                "callback_url": None,
                "phone": "",
                "network": "",
                "metadata": "",
                "paid_at": None,
                "created_at": wire.now(),
                "charges": 0,
                "refunded": 0,
                "due_at": None,
                "due": None,
            }
            | details
        )

    def find(self, **wanted: str) -> Document | None:
        """A transaction by its keys, as it stands now."""
        kept = self._transactions.first(**wanted)
        return self._looked_at(kept) if kept else None

    def by_id(self, business: str, id: int) -> Document | None:
        kept = self._transactions.get(id)
        return self._looked_at(kept) if kept and kept["business"] == business else None

    def all(self, limit: int, **wanted: str) -> list[Document]:
        """Transactions, newest first."""
        return [self._looked_at(kept) for kept in self._transactions.find(limit=limit, **wanted)]

    def wait(self, kept: Document, step: str, due: Outcome, why: str, after_s: float) -> None:
        """Leave the transaction with the customer; it becomes `due` after `after_s` seconds."""
        due_at = clock.now() + timedelta(seconds=after_s)
        kept |= {"status": "pending", "step": step, "due": due, "due_why": why, "due_at": due_at.timestamp()}
        self._transactions.save(kept)
        self._sandbox.background.start(self._when_due(kept))

    def pay(self, kept: Document, card: TestCard) -> None:
        """The customer gave a card on the page: it is charged and stored, or declined. Acts once."""
        if kept["status"] not in OPEN:
            return
        kept["card"] = card.number
        if card.declines:
            self.fail(kept, card.declines)
            return
        kept["code"] = wire.authorization_code(kept, card.number)
        self.cards.keep("paystack", kept["business"], kept["email"], card.number, kept["code"])
        self.settle(kept)

    def confirm(self, kept: Document) -> None:
        """The customer confirmed the charge of a stored card. Acts once."""
        if kept["status"] in OPEN:
            self.cards.confirmed(kept["code"])
            self.settle(kept)

    def settle(self, kept: Document) -> None:
        """The customer paid. Acts once."""
        if kept["status"] not in OPEN:
            return
        kept |= {"status": "success", "gateway_response": "Successful", "paid_at": wire.now()}
        kept["charges"] += 1
        fees = wire.fees(kept["amount"], kept["currency"])
        kept["settlement"] = self.settlements.take(kept["business"], kept["currency"], kept["amount"], fees)
        self._transactions.save(kept)
        self._notify(kept["business"], "charge.success", wire.transaction(kept))

    def fail(self, kept: Document, why: str) -> None:
        """The payment failed for good. Paystack sends no notice of that."""
        if kept["status"] in OPEN:
            kept |= {"status": "failed", "gateway_response": why}
            self._transactions.save(kept)

    def refund(
        self, of: Document, amount: int, customer_note: str, merchant_note: str, fails: bool
    ) -> Document:
        """Begin to give `amount` back; the caller has seen that so much is left."""
        of["refunded"] += amount
        self._transactions.save(of)
        kept = self._refunds.add(
            {
                "business": of["business"],
                "transaction": of["id"],
                "reference": of["reference"],
                "email": of["email"],
                "amount": amount,
                "currency": of["currency"],
                "customer_note": customer_note,
                "merchant_note": merchant_note,
                "status": "pending",
                "fails": fails,
                "created_at": wire.now(),
                "updated_at": wire.now(),
            }
        )
        self._notify(kept["business"], "refund.pending", wire.refund_notice(kept))
        self._sandbox.background.start(self._process(kept))
        return kept

    def refunds(self) -> list[Document]:
        """All refunds, newest first."""
        return self._refunds.find(limit=LIMIT)

    def refund_by_id(self, business: str, id: int) -> Document | None:
        kept = self._refunds.get(id)
        return kept if kept and kept["business"] == business else None

    def refunds_of(self, transaction_id: int) -> list[Document]:
        return self._refunds.find(transaction=transaction_id)

    def settled(self, settlement_id: int) -> list[Document]:
        """The transactions in a settlement, the newest first."""
        return self._transactions.find(limit=LIMIT, settlement=settlement_id)

    def settle_now(self) -> list[Document]:
        """Pay out whatever is open, of every business."""
        businesses = self._sandbox.settings.paystack_secrets
        return [kept for name in businesses for kept in self.settlements.close(name, only_over=False)]

    def charged(self, prefix: str) -> list[Charged]:
        """How often each reference that begins with `prefix` was charged, and how much came of it."""
        columns = ("reference", "currency", "charges", "amount")
        found = self._transactions.beginning("reference", prefix, *columns)
        return [(name, currency, charges, charges * amount) for name, currency, charges, amount in found]

    def clear(self) -> None:
        self._transactions.clear()
        self._refunds.clear()
        self.settlements.clear()

    def _looked_at(self, kept: Document) -> Document:
        # A moved clock, or time without a running twin, may have made it due before its timer says so.
        if kept["status"] == "pending" and kept["due_at"] <= clock.now().timestamp():
            self._fall_due(kept)
        return kept

    def _fall_due(self, kept: Document) -> None:
        if kept["due"] == "success":
            self.settle(kept)
        else:
            self.fail(kept, kept["due_why"])

    async def _when_due(self, waiting: Document) -> None:
        await asyncio.sleep(max(0.0, waiting["due_at"] - clock.now().timestamp()))
        kept = self._transactions.get(waiting["id"])
        # Another step may have begun meanwhile; that one has its own timer.
        if kept and kept["status"] == "pending" and kept["due_at"] == waiting["due_at"]:
            self._fall_due(kept)

    async def _process(self, waiting: Document) -> None:
        await asyncio.sleep(self._sandbox.settings.refund_after_s)
        kept = self._refunds.get(waiting["id"])
        of = self._transactions.get(waiting["transaction"])
        if not kept or not of or kept["status"] != "pending":
            return
        kept |= {"status": "failed" if kept["fails"] else "processed", "updated_at": wire.now()}
        self._refunds.save(kept)
        if kept["fails"]:
            of["refunded"] -= kept["amount"]
        elif of["refunded"] == of["amount"]:
            of["status"] = "reversed"
        self._transactions.save(of)
        self._notify(kept["business"], f"refund.{kept['status']}", wire.refund_notice(kept))

    def _notify(self, business: str, event: str, data: Document) -> None:
        settings = self._sandbox.settings
        secret = settings.paystack_secrets.get(business)
        if settings.hooks_url is None or secret is None:
            return
        body = orjson.dumps({"event": event, "data": data})
        headers = {
            "Content-Type": "application/json",
            "x-paystack-signature": hmac.new(secret.encode(), body, hashlib.sha512).hexdigest(),
        }
        hook = Hook(
            provider="paystack",
            event=event,
            url=f"{settings.hooks_url}/webhooks/paystack",
            body=body,
            headers=headers,
            forged={"x-paystack-signature": "0" * 128},
        )
        self._sandbox.hooks.send(hook, durable=True)
