"""The twin's shipments on the wire: drafted, arranged, tracked and cancelled."""

from aiohttp import web

from providers.twins.store import Document
from providers.twins.terminal import forms, wire
from providers.twins.terminal.book import Book
from providers.twins.terminal.places import placed
from providers.twins.terminal.rating import Rating


class Shipments:
    """The handlers under /shipments."""

    def __init__(self, book: Book, rating: Rating) -> None:
        self._book, self._rating = book, rating

    async def create(self, request: web.Request) -> web.Response:
        """Of addresses and a parcel that are saved, and complete enough for a pickup."""
        body = await forms.json_body(request)
        pickup = self._book.addresses.get(forms.text(body, "address_from"))
        delivery = self._book.addresses.get(forms.text(body, "address_to"))
        parcel = self._book.parcels.get(forms.text(body, "parcel"))
        for called, given in (("address_from", pickup), ("address_to", delivery)):
            forms.address(given, complete=True, called=called)
        return self._drafted(pickup, delivery, parcel, body)

    async def quick(self, request: web.Request) -> web.Response:
        """Of addresses and a parcel that the request describes."""
        body = await forms.json_body(request)
        pickup = forms.address(body.get("pickup_address"), complete=True, called="pickup_address")
        delivery = forms.address(body.get("delivery_address"), complete=True, called="delivery_address")
        parcel = forms.parcel(body.get("parcel"))
        self._book.packaging.get(forms.text(parcel, "packaging"))
        return self._drafted(
            self._book.addresses.add(placed(pickup)),
            self._book.addresses.add(placed(delivery)),
            self._book.parcels.add(parcel),
            body,
        )

    def _drafted(
        self, pickup: Document, delivery: Document, parcel: Document, body: Document
    ) -> web.Response:
        metadata = body.get("metadata")
        kept = self._book.draft(
            pickup=pickup,
            delivery=delivery,
            parcel=parcel,
            metadata=metadata if isinstance(metadata, dict) else {},
            shipment_purpose=forms.text(body, "shipment_purpose", required=False),
        )
        return wire.answer("Shipment created successfully", wire.shown(kept))

    async def list(self, request: web.Request) -> web.Response:
        wanted = {"status": request.query["status"]} if "status" in request.query else {}
        found = self._book.shipments(**wanted)
        return wire.page(request, "Shipments retrieved successfully", "shipments", found)

    async def get(self, request: web.Request) -> web.Response:
        kept = self._book.shipment(request.match_info["shipment_id"])
        return wire.answer("Shipment retrieved successfully.", wire.shown(kept))

    async def pickup(self, request: web.Request) -> web.Response:
        body = await forms.json_body(request)
        shipment_id = forms.text(body, "shipment_id", required=False)
        kept = self._rating.booked(forms.text(body, "rate_id"), shipment_id)
        return wire.answer("Pickup for shipment arranged successfully.", wire.shown(kept))

    async def track(self, request: web.Request) -> web.Response:
        kept = self._book.shipment(request.match_info["shipment_id"])
        return wire.answer("Shipment tracking status retrieved successfully", wire.tracked(kept))

    async def cancel(self, request: web.Request) -> web.Response:
        kept = self._book.shipment(forms.text(await forms.json_body(request), "shipment_id"))
        self._book.cancel(kept)
        return wire.answer("Shipment canceled successfully.", wire.shown(kept))
