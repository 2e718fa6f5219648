"""The lender's twin's book: one application a reference, decided at once or after a while, and told of by signed notices."""

import asyncio
import hashlib
import hmac
import secrets
from datetime import timedelta

import orjson

from core import clock
from providers.twins.hooks import Hook
from providers.twins.lender.rules import decide, declined
from providers.twins.sandbox import Sandbox
from providers.twins.store import Document, Shelf

APPROVED_FOR = timedelta(days=14)
SHOWN = ("reference", "number", "status", "reason", "approved_amount", "approved_until", "offers")


class Applications:
    """Nothing is awaited between looking and writing, so a reference is decided about once."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox, self._settings = sandbox, sandbox.settings
        self._kept = Shelf(sandbox.store, "lender_application", ("reference",))

    def open(self) -> None:
        """Go on with what an earlier run left undecided."""
        for kept in self._kept.find():
            if kept["status"] == "in_review":
                self._sandbox.background.start(self._when_due(kept))

    def clear(self) -> None:
        self._kept.clear()

    def find(self, reference: str) -> Document | None:
        """An application as it stands now."""
        kept = self._kept.first(reference=reference)
        # A moved clock, or time without a running twin, may have made it due before its timer says so.
        if kept and kept["status"] == "in_review" and kept["due_at"] <= clock.now().timestamp():
            self._decide(kept)
        return kept

    def apply(self, body: Document) -> Document:
        """Take an application; one that is there already stays as it was."""
        known = self.find(body["reference"])
        if known is not None:
            return known
        kept = self._kept.add(
            {
                "reference": body["reference"],
                "number": f"LN-{secrets.randbelow(10**8):08d}",
                "product": body["product"],
                "amount": body["amount"],
                "income": body["monthly_income"],
                "tax_id": body["applicant"].get("tax_id_last4", ""),
                "informed": bool(body.get("information")),
                "status": "in_review",
                "reason": None,
                "approved_amount": None,
                "approved_until": None,
                "offers": [],
                "order": "",
                "accepted": None,
            }
        )
        self.review(kept)
        return kept

    def review(self, kept: Document) -> None:
        """Decide after the usual while; where that is no time, at once."""
        wait_s = self._settings.lender_after_s * (5 if kept["tax_id"] == "0004" else 1)
        kept |= {"status": "in_review", "reason": None, "due_at": clock.now().timestamp() + wait_s}
        self._kept.save(kept)
        if wait_s > 0:
            self._sandbox.background.start(self._when_due(kept))
        else:
            self._decide(kept, told=False)

    def decline(self, kept: Document, code: str) -> None:
        """Say no, by a script's command or since the offer is gone."""
        self.change(kept, **declined(code))

    def change(self, kept: Document, **changes: object) -> Document:
        kept |= changes
        self._kept.save(kept)
        return kept

    def shown(self, kept: Document) -> Document:
        """An application on the wire."""
        return {"id": f"lnd_{kept['id']}"} | {name: kept[name] for name in SHOWN}

    def _decide(self, kept: Document, *, told: bool = True) -> None:
        decision = decide(kept["product"], kept["amount"], kept["income"], kept["tax_id"], kept["informed"])
        until = (clock.now() + APPROVED_FOR).isoformat() if decision["status"] == "approved" else None
        self.change(kept, **decision, approved_until=until)
        if told:
            self._notify(kept)

    async def _when_due(self, waiting: Document) -> None:
        await asyncio.sleep(max(0.0, waiting["due_at"] - clock.now().timestamp()))
        kept = self._kept.get(waiting["id"])
        if kept and kept["status"] == "in_review" and kept["due_at"] == waiting["due_at"]:
            self._decide(kept)

    def _notify(self, kept: Document) -> None:
        if self._settings.hooks_url is None:
            return
        event = {
            "id": f"evt_{secrets.token_hex(8)}",
            "event": "application.updated",
            "reference": kept["reference"],
        }
        body = orjson.dumps(event)
        secret = self._settings.lender_webhook_secret.encode()
        hook = Hook(
            provider="lender",
            event=event["event"],
            url=f"{self._settings.hooks_url}/webhooks/lender",
            body=body,
            headers={
                "Content-Type": "application/json",
                "x-lender-signature": hmac.new(secret, body, hashlib.sha512).hexdigest(),
            },
            forged={"x-lender-signature": "0" * 128},
        )
        self._sandbox.hooks.send(hook, durable=True)
