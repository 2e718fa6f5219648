"""The Terminal Africa twin's book: shipments, how they move by themselves, and the notices that tell of it."""

import asyncio
import hashlib
import hmac
from datetime import timedelta
from typing import Any

import orjson

from core import clock
from providers.twins.hooks import Hook
from providers.twins.sandbox import Sandbox
from providers.twins.store import Document, Shelf
from providers.twins.terminal import wire
from providers.twins.terminal.carriers import BY_SLUG
from providers.twins.terminal.things import Things
from providers.twins.terminal.wire import Refusal

MOVING = ("confirmed", "in-transit")
# How Terminal tells of a status; a cancelled shipment's status has one l less than its event.
EVENTS = {
    "draft": "shipment.created",
    "pending": "shipment.updated",
    "confirmed": "shipment.confirmed",
    "in-transit": "shipment.in-transit",
    "delivered": "shipment.delivered",
    "canceled": "shipment.cancelled",
}
DESCRIPTIONS = {
    "pending": "Shipment awaits its carrier",
    "confirmed": "Shipment arranged by Makola Demo",
    "in-transit": "Shipment is in transit to destination",
    "delivered": "Shipment delivered",
    "canceled": "Pickup canceled by Makola Demo",
}


class Book:
    """Every change is stored before it is answered, so that a restarted twin goes on where it was."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.addresses = Things(sandbox, "address", "AD")
        self.packaging = Things(sandbox, "packaging", "PA")
        self.parcels = Things(sandbox, "parcel", "PC")
        self.rates = Things(sandbox, "rate", "RT")
        keys = ("shipment_id", "reference", "status")
        self._shipments = Shelf(sandbox.store, "terminal_shipments", keys)

    def open(self) -> None:
        """Take up what was under way when the twins were stopped."""
        for status in MOVING:
            for kept in self._shipments.find(status=status):
                self._sandbox.background.start(self._when_due(kept))

    def draft(self, *, pickup: Document, delivery: Document, parcel: Document, **more: Any) -> Document:
        """A shipment that nobody carries yet, from and to addresses and with a parcel of the book."""
        now, metadata = wire.now(), more.get("metadata") or {}
        kept = self._shipments.add(
            {
                "shipment_id": wire.identifier("SH"),
                "status": "draft",
                "address_from": wire.shown(pickup),
                "address_return": wire.shown(pickup),
                "address_to": wire.shown(delivery),
                "parcel": wire.shown(parcel),
                "metadata": metadata,
                "reference": str(metadata.get("reference", "")),
                "shipment_purpose": more.get("shipment_purpose") or "personal",
                "rate": "",
                "carrier": {},
                "tracking_number": "",
                "extras": {},
                "events": [],
                "delivery_arranged": "",
                "delivery_date": "",
                "pickup_date": None,
                "created_at": now,
                "updated_at": now,
                "charges": 0,
                "due": None,
                "due_at": None,
            }
        )
        self._notify(kept)
        return kept

    def arrange(self, kept: Document, rate: Document) -> None:
        """Have a draft carried at a rate, and charge for that once."""
        if kept["status"] != "draft":
            raise Refusal(400, f"Pickup has already been arranged: the shipment is {kept['status']}")
        if rate["used"]:
            raise Refusal(400, "Rate is invalid: it was used for another shipment")
        if rate["expires_at"] <= clock.now().timestamp():
            raise Refusal(400, "Rate has expired. Get new rates for the shipment")
        rate["used"] = True
        self.rates.save(rate)
        carrier, now = BY_SLUG[rate["slug"]], clock.now()
        number = f"TA{kept['id']}"
        kept |= {
            "rate": rate["rate_id"],
            "carrier": wire.carrier_object(carrier),
            "tracking_number": number,
            "extras": {
                "tracking_number": number,
                "tracking_url": f"{self._sandbox.settings.public_url}/control/shipment?shipment_id={kept['shipment_id']}",
            },
            "delivery_arranged": wire.written(now),
            "pickup_date": wire.written(now + timedelta(minutes=carrier.pickup_minutes)),
            "delivery_date": wire.written(now + timedelta(minutes=carrier.eta_minutes)),
        }
        kept["charges"] += 1
        self.move(kept, "confirmed", by_itself=True)

    def cancel(self, kept: Document) -> None:
        """Call it off before it is picked up."""
        if kept["status"] not in ("pending", "confirmed"):
            raise Refusal(400, f"Shipment can't be canceled: it is {kept['status']}")
        self.move(kept, "canceled")

    def move(self, kept: Document, status: str, *, by_itself: bool = False) -> None:
        """Give a shipment a status and tell of it; it goes on from there only where it moves `by_itself`."""
        place = kept["address_to"] if status == "delivered" else kept["address_from"]
        now = wire.now()
        event = {
            "created_at": now,
            "description": DESCRIPTIONS.get(status, "Shipment updated"),
            "location": f"{place['city']}, {place['country']}",
            "status": status,
        }
        kept |= {"status": status, "updated_at": now, "events": [*kept["events"], event]}
        settings = self._sandbox.settings
        after_s = {"confirmed": settings.transit_after_s, "in-transit": settings.deliver_after_s}.get(status)
        if by_itself and after_s is not None:
            kept["due"] = "in-transit" if status == "confirmed" else "delivered"
            kept["due_at"] = clock.now().timestamp() + after_s
        else:
            kept |= {"due": None, "due_at": None}
        self._shipments.save(kept)
        self._notify(kept)
        if kept["due"]:
            self._sandbox.background.start(self._when_due(kept))

    def shipment(self, identifier: str) -> Document:
        """A shipment as it stands now, or Terminal's 404."""
        kept = self._shipments.first(shipment_id=identifier)
        if kept is None:
            raise Refusal(404, "Shipment not found")
        return self._looked_at(kept)

    def shipments(self, **wanted: str) -> list[Document]:
        """Shipments, newest first."""
        return [self._looked_at(kept) for kept in self._shipments.find(limit=1000, **wanted)]

    def clear(self) -> None:
        for things in (self.addresses, self.packaging, self.parcels, self.rates):
            things.clear()
        self._shipments.clear()

    def _looked_at(self, kept: Document) -> Document:
        # A moved clock, or time without a running twin, may have made it due before its timer says so.
        while kept["due"] and kept["due_at"] <= clock.now().timestamp():
            self.move(kept, kept["due"], by_itself=True)
        return kept

    async def _when_due(self, moving: Document) -> None:
        if not moving["due"]:
            return
        due_at = moving["due_at"]
        await asyncio.sleep(max(0.0, due_at - clock.now().timestamp()))
        kept = self._shipments.get(moving["id"])
        # It may have been moved meanwhile; what is due then has a timer of its own.
        if kept and kept["due"] and kept["due_at"] == due_at:
            self.move(kept, kept["due"], by_itself=True)

    def _notify(self, kept: Document) -> None:
        settings = self._sandbox.settings
        if settings.hooks_url is None:
            return
        event = EVENTS[kept["status"]]
        body = orjson.dumps({"event": event, "data": wire.shown(kept)})
        secret = settings.terminal_secret.encode()
        headers = {
            "Content-Type": "application/json",
            "X-Terminal-Signature": hmac.new(secret, body, hashlib.sha512).hexdigest(),
        }
        hook = Hook(
            provider="terminal",
            event=event,
            url=f"{settings.hooks_url}/webhooks/terminal-africa",
            body=body,
            headers=headers,
            forged={"X-Terminal-Signature": "0" * 128},
        )
        self._sandbox.hooks.send(hook, durable=True)
