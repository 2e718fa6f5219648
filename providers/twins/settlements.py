"""Settlements of the gateways' twins: each holds what one day brought, and is paid out when that day is over."""

import hashlib

from core import clock
from providers.twins.sandbox import Sandbox
from providers.twins.store import LIMIT, Document, Shelf

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


class Settlements:
    """One gateway's. A business has one open settlement of each currency."""

    def __init__(self, sandbox: Sandbox, gateway: str) -> None:
        self._gateway = gateway
        self._kept = Shelf(
            sandbox.store, f"{gateway}_settlements", ("business", "account", "reference", "status")
        )

    def take(self, business: str, currency: str, amount: int, fees: int) -> int:
        """A charge was made: the number of the settlement that it is in from now on."""
        self.close(business, only_over=True)
        account = f"{business}|{currency}"
        kept = self._kept.first(account=account, status="pending") or self._kept.add(
            {
                "business": business,
                "account": account,
                "currency": currency,
                "status": "pending",
                "day": _today(),
                "reference": "",
                "gross": 0,
                "fees": 0,
                "created_at": clock.now().isoformat(),
                "settled_at": None,
            }
        )
        kept["reference"] = kept["reference"] or self._reference(kept)
        kept["gross"] += amount
        kept["fees"] += fees
        self._kept.save(kept)
        return int(kept["id"])

    def close(self, business: str, *, only_over: bool) -> list[Document]:
        """Pay out what is open, or of that only what earlier days brought; those that were paid out now."""
        closed = [
            kept
            for kept in self._kept.find(business=business, status="pending")
            if not only_over or kept["day"] < _today()
        ]
        for kept in closed:
            kept |= {"status": "success", "settled_at": clock.now().isoformat()}
            self._kept.save(kept)
        return closed

    def of(self, business: str) -> list[Document]:
        """A business's, the newest first."""
        self.close(business, only_over=True)
        return self._kept.find(limit=LIMIT, business=business)

    def find(self, business: str, *, id: int | None = None, reference: str = "") -> Document | None:
        kept = self._kept.get(id) if id is not None else self._kept.first(reference=reference)
        return kept if kept and kept["business"] == business else None

    def clear(self) -> None:
        self._kept.clear()

    def _reference(self, kept: Document) -> str:
        """Twenty letters and digits."""
        digest = hashlib.sha256(f"{self._gateway}\n{kept['business']}\n{kept['id']}".encode()).digest()
        return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:20])


def _today() -> str:
    return clock.now().date().isoformat()
