"""The Monnify twin's book: transactions and refunds, how they settle, and the notices that tells of."""

import asyncio
import hashlib
import hmac
from datetime import timedelta
from typing import Any

import orjson

from core import clock
from providers.twins.cards import Cards, TestCard
from providers.twins.hooks import Hook
from providers.twins.monnify import wire
from providers.twins.sandbox import Sandbox
from providers.twins.settlements import Settlements
from providers.twins.store import LIMIT, Document, Shelf
from providers.twins.totals import Charged

# A page is good for 40 minutes.
PAGE_LASTS = timedelta(minutes=40)
OPEN = ("PENDING", "PARTIALLY_PAID")


class Book:
    """Every change is stored before it is answered, so that a restarted twin goes on where it was."""

    def __init__(self, sandbox: Sandbox, cards: Cards) -> None:
        self._sandbox, self.cards = sandbox, cards
        self._secrets = {each.business: each.secret_key for each in sandbox.settings.monnify_accounts}
        self.settlements = Settlements(sandbox, "monnify")
        keys = ("reference", "transaction_reference", "email", "settlement")
        self._transactions = Shelf(sandbox.store, "monnify_transactions", keys)
        self._refunds = Shelf(sandbox.store, "monnify_refunds", ("reference", "transaction", "status"))

    def open(self) -> None:
        """Take up what was waiting when the twins were stopped."""
        for kept in self._refunds.find(limit=LIMIT, status="IN_PROGRESS"):
            self._sandbox.background.start(self._process(kept))

    def new(self, business: str, **details: Any) -> Document:
        """A transaction that nobody has paid yet."""
        kept = self._transactions.add(
            {
                "business": business,
                "transaction_reference": "",
                "status": "PENDING",
                "method": "ACCOUNT_TRANSFER" if "ACCOUNT_TRANSFER" in details["methods"] else "CARD",
                "card": None,
                "token": None,
                "words": "",
                "paid": 0,
                "paid_at": None,
                "charges": 0,
                "refunded": 0,
                "expires_at": (clock.now() + PAGE_LASTS).timestamp(),
            }
            | details
        )
        number, at = kept["id"], clock.now()
        kept["transaction_reference"] = f"MNFY|{number % 100:02}|{at:%Y%m%d%H%M%S}|{number:06}"
        self._transactions.save(kept)
        return kept

    def find(self, **wanted: str) -> Document | None:
        """A transaction by its keys, as it stands now."""
        kept = self._transactions.first(**wanted)
        return self._looked_at(kept) if kept else None

    def all(self, limit: int, **wanted: str) -> list[Document]:
        """Transactions, newest first."""
        return [self._looked_at(kept) for kept in self._transactions.find(limit=limit, **wanted)]

    def pay(self, kept: Document, amount: int) -> None:
        """The customer paid `amount` kobo, which may be more or less than was asked. Acts while the page is good."""
        if not is_open(kept):
            return
        kept["paid"] += amount
        kept["charges"] += 1
        left = kept["amount"] - kept["paid"]
        kept["status"] = "PARTIALLY_PAID" if left > 0 else "OVERPAID" if left < 0 else "PAID"
        kept["paid_at"] = wire.now()
        kept["settlement"] = self.settlements.take(
            kept["business"], kept["currency"], amount, wire.fees(amount)
        )
        self._transactions.save(kept)
        self._notify(kept["business"], "SUCCESSFUL_TRANSACTION", wire.notice(kept))

    def pay_by(self, kept: Document, card: TestCard) -> None:
        """The customer gave a card on the page: it is charged with all that is left and stored, or declined."""
        if not is_open(kept):
            return
        kept |= {"method": "CARD", "card": card.number}
        if card.declines:
            self.fail(kept, card.declines)
            return
        kept["token"] = wire.card_token(kept, card.number)
        self.cards.keep("monnify", kept["business"], kept["email"], card.number, kept["token"])
        self.pay(kept, kept["amount"] - kept["paid"])

    def fail(self, kept: Document, words: str = "") -> None:
        """The payment failed for good, unless money has come. Monnify sends no notice of that."""
        if kept["status"] == "PENDING":
            kept |= {"status": "FAILED", "words": words}
            self._transactions.save(kept)

    def refund(self, of: Document, fails: bool, **details: Any) -> Document:
        """Begin to give `amount` kobo back; the caller has seen that so much is left."""
        of["refunded"] += details["amount"]
        self._transactions.save(of)
        kept = self._refunds.add(
            {
                "business": of["business"],
                "transaction": of["id"],
                "transaction_reference": of["transaction_reference"],
                "status": "IN_PROGRESS",
                "comment": "Transaction refund is in progress.",
                "fails": fails,
                "created_at": wire.now(),
                "completed_at": None,
            }
            | details
        )
        self._sandbox.background.start(self._process(kept))
        return kept

    def find_refund(self, business: str, reference: str) -> Document | None:
        return self._refunds.first(business=business, reference=reference)

    def refunds_of(self, transaction_id: int) -> list[Document]:
        return self._refunds.find(transaction=transaction_id)

    def settled(self, settlement_id: int) -> list[Document]:
        """The transactions in a settlement, the newest first."""
        return self._transactions.find(limit=LIMIT, settlement=settlement_id)

    def settle_now(self) -> list[Document]:
        """Pay out whatever is open, of every account, and say so."""
        closed = [kept for name in self._secrets for kept in self.settlements.close(name, only_over=False)]
        for kept in closed:
            transactions = self.settled(kept["id"])
            self._notify(kept["business"], "SETTLEMENT", wire.settlement_notice(kept, transactions))
        return closed

    def charged(self, prefix: str) -> list[Charged]:
        """How often each reference that begins with `prefix` was charged, and how much came of it."""
        return self._transactions.beginning("reference", prefix, "reference", "currency", "charges", "paid")

    def clear(self) -> None:
        self._transactions.clear()
        self._refunds.clear()
        self.settlements.clear()

    def _looked_at(self, kept: Document) -> Document:
        if kept["status"] == "PENDING" and not is_open(kept):
            kept["status"] = "EXPIRED"
            self._transactions.save(kept)
        return kept

    async def _process(self, waiting: Document) -> None:
        await asyncio.sleep(self._sandbox.settings.refund_after_s)
        kept = self._refunds.get(waiting["id"])
        of = self._transactions.get(waiting["transaction"])
        if not kept or not of or kept["status"] != "IN_PROGRESS":
            return
        kept["completed_at"] = wire.now()
        if kept["fails"]:
            kept |= {"status": "FAILED", "comment": "Transaction refund failed."}
            of["refunded"] -= kept["amount"]
            self._transactions.save(of)
        else:
            kept |= {"status": "COMPLETED", "comment": "Refund processed successfully."}
        self._refunds.save(kept)
        self._notify(kept["business"], wire.REFUND_EVENTS[kept["status"]], wire.refund_notice(kept))

    def _notify(self, business: str, event: str, data: Document) -> None:
        settings = self._sandbox.settings
        secret = self._secrets.get(business)
        if settings.hooks_url is None or secret is None:
            return
        body = orjson.dumps({"eventType": event, "eventData": data})
        signature = hmac.new(secret.encode(), body, hashlib.sha512).hexdigest()
        hook = Hook(
            provider="monnify",
            event=event,
            url=f"{settings.hooks_url}/webhooks/monnify",
            body=body,
            headers={"Content-Type": "application/json", "monnify-signature": signature},
            forged={"monnify-signature": "0" * 128},
        )
        self._sandbox.hooks.send(hook, durable=True)


def is_open(kept: Document) -> bool:
    """Whether the page still takes money."""
    return kept["status"] in OPEN and clock.now().timestamp() < kept["expires_at"]
