"""What the sellers among the twins have sold: each purchase, how often it was really delivered, and what is due."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal

from core import clock
from providers.twins.sandbox import Sandbox
from providers.twins.script import BILL_MODES, Rule
from providers.twins.store import Document, Shelf

Outcome = Literal["delivered", "failed", "reversed"]
# A rule's mode -> how the purchase stands at once, and what becomes of it.
SCRIPTED: dict[str, tuple[str, Outcome]] = {
    "pending": ("pending", "delivered"),
    "reversed": ("pending", "reversed"),
    "late_success": ("failed", "delivered"),
}
assert set(SCRIPTED) == BILL_MODES
KEYS = ("reference", "provider_id", "waiting", "likeness")


class BillBook:
    """One seller's book. Every change is stored before it is answered, so that a restarted twin goes on where it was.

    `changed` is called with a purchase whose outcome came after its first answer.
    """

    def __init__(self, sandbox: Sandbox, provider: str, changed: Callable[[Document], None]) -> None:
        self._sandbox, self._provider, self._changed = sandbox, provider, changed
        self._purchases = Shelf(sandbox.store, "bills", KEYS)

    def open(self) -> None:
        """Take up what was waiting when the twins were stopped."""
        for kept in self._purchases.find(provider=self._provider, waiting=1):
            self._sandbox.background.start(self._when_due(kept))

    def take(self, **details: Any) -> Document:
        """A purchase that is neither delivered nor failed yet."""
        return self._purchases.add(
            {
                "provider": self._provider,
                "provider_id": "",
                "status": "pending",
                "deliveries": 0,
                "waiting": 0,
                "due": None,
                "due_at": None,
                "asked": 0,
                "created_at": clock.now().isoformat(),
            }
            | details
        )

    def settle(self, kept: Document, status: Outcome) -> None:
        """Give the purchase its outcome at once. What is delivered is counted."""
        kept |= {"status": status, "waiting": 0}
        if status == "delivered":
            kept["deliveries"] += 1
        self._purchases.save(kept)

    def wait(self, kept: Document, status: str, due: Outcome, after_s: float) -> None:
        """Show `status` now; the purchase becomes `due` after `after_s` seconds."""
        due_at = clock.now() + timedelta(seconds=after_s)
        kept |= {"status": status, "first": status, "waiting": 1, "due": due, "due_at": due_at.timestamp()}
        self._purchases.save(kept)
        self._sandbox.background.start(self._when_due(kept))

    def act(self, kept: Document, rule: Rule, after_s: float) -> None:
        """Do what a scripted rule wants of the purchase, `after_s` later where it names no time."""
        status, due = SCRIPTED[rule.mode]
        self.wait(kept, status, due, after_s if rule.delay_s is None else rule.delay_s)

    def ask(self, kept: Document, enough: int) -> None:
        """Count a question after the purchase; after `enough` of them it falls due early."""
        kept["asked"] += 1
        self._purchases.save(kept)
        if kept["waiting"] and kept["status"] == "pending" and kept["asked"] >= enough:
            self._fall_due(kept)

    def find(self, **wanted: str) -> Document | None:
        """The newest purchase by its keys, as it stands now."""
        kept = self._purchases.first(provider=self._provider, **wanted)
        if kept and kept["waiting"] and kept["due_at"] <= clock.now().timestamp():
            self._fall_due(kept)
        return kept

    def _fall_due(self, kept: Document) -> None:
        self.settle(kept, kept["due"])
        self._changed(kept)

    async def _when_due(self, waiting: Document) -> None:
        await asyncio.sleep(max(0.0, waiting["due_at"] - clock.now().timestamp()))
        kept = self._purchases.get(waiting["id"])
        if kept and kept["waiting"] and kept["due_at"] == waiting["due_at"]:
            self._fall_due(kept)


class BillCount:
    """What was sold at all the twins, for whoever compares it with what was paid."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._purchases = Shelf(sandbox.store, "bills", KEYS)

    def shown(self, reference: str | None = None) -> Document:
        """`delivered`: how often something was delivered; `purchases`: the newest 1000. All, or under one reference."""
        wanted = {} if reference is None else {"reference": reference}
        found = self._purchases.find(limit=1000, **wanted)
        names = ("provider", "reference", "service", "status", "amount", "currency", "phone", "account")
        purchases = [{name: each[name] for name in (*names, "deliveries")} for each in found]
        return {"delivered": self._purchases.total("deliveries", **wanted), "purchases": purchases}

    def clear(self) -> None:
        self._purchases.clear()
