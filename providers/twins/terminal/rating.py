"""The twin's rates: what each carrier asks for a parcel between two places, kept where it can be booked."""

from aiohttp import web

from core import clock
from providers.twins.sandbox import Sandbox
from providers.twins.store import Document
from providers.twins.terminal import forms, places, wire
from providers.twins.terminal.book import Book
from providers.twins.terminal.carriers import CARRIERS, fee_minor
from providers.twins.terminal.wire import Refusal


class Rating:
    """The handlers under /rates."""

    def __init__(self, sandbox: Sandbox, book: Book) -> None:
        self._settings, self._book = sandbox.settings, book

    async def rates(self, request: web.Request) -> web.Response:
        """Rates for what is saved: a shipment, or two addresses and a parcel."""
        asked = dict(request.query)
        currency = forms.currency(asked.get("currency"))
        if "shipment_id" in asked:
            shipment = self._book.shipment(asked["shipment_id"])
            pickup, delivery = shipment["address_from"], shipment["address_to"]
            parcel = shipment["parcel"]
        else:
            pickup = self._book.addresses.get(forms.text(asked, "pickup_address"))
            delivery = self._book.addresses.get(forms.text(asked, "delivery_address"))
            parcel = self._book.parcels.get(forms.text(asked, "parcel_id"))
        return self._answer(self._made(pickup, delivery, parcel, currency))

    async def quotes(self, request: web.Request) -> web.Response:
        """Rates for what the request itself describes. They can be booked where `persist_data` is true."""
        body = await forms.json_body(request)
        currency, keep = forms.currency(body.get("currency")), body.get("persist_data") is True
        pickup = forms.address(body.get("pickup_address"), complete=keep, called="pickup_address")
        delivery = forms.address(body.get("delivery_address"), complete=keep, called="delivery_address")
        parcel = forms.parcel(body.get("parcel"))
        if not keep:
            return self._answer(self._reckoned(pickup, delivery, parcel, currency))
        self._book.packaging.get(forms.text(parcel, "packaging"))
        made = self._made(
            self._book.addresses.add(places.placed(pickup)),
            self._book.addresses.add(places.placed(delivery)),
            self._book.parcels.add(parcel),
            currency,
        )
        return self._answer(made)

    def _made(self, pickup: Document, delivery: Document, parcel: Document, currency: str) -> list[Document]:
        reckoned = self._reckoned(pickup, delivery, parcel, currency)
        of = {
            "pickup_address": pickup["address_id"],
            "delivery_address": delivery["address_id"],
            "parcel": parcel["parcel_id"],
        }
        return [self._book.rates.add(each | of) for each in reckoned]

    def _reckoned(
        self, pickup: Document, delivery: Document, parcel: Document, currency: str
    ) -> list[Document]:
        start = places.point(pickup["country"], pickup["state"])
        end = places.point(delivery["country"], delivery["state"])
        # No carrier goes there: that is an answer, and no refusal.
        if start is None or end is None:
            return []
        km, grams = places.distance_km(start, end), round(parcel["weight"] * 1000)
        now = clock.now()
        return [
            {
                "rate_id": wire.identifier("RT"),
                "slug": carrier.slug,
                "amount_minor": fee_minor(
                    carrier, grams=grams, kobo=forms.kobo(parcel), km=km, currency=currency
                ),
                "currency": currency,
                "used": False,
                "expires_at": now.timestamp() + self._settings.rate_lasts_s,
                "created_at": wire.written(now),
            }
            for carrier in CARRIERS
        ]

    def _answer(self, rates: list[Document]) -> web.Response:
        shown = wire.shipment_rates(rates, self._settings.public_url)
        return wire.answer("Rates retrieved successfully", shown)

    def booked(self, rate_id: str, shipment_id: str) -> Document:
        """The shipment, carried at the rate; one is made of what was rated where none is named."""
        rate = self._book.rates.get(rate_id)
        if shipment_id:
            kept = self._book.shipment(shipment_id)
        elif rate["used"]:
            raise Refusal(400, "Rate is invalid: it was used for another shipment")
        else:
            kept = self._book.draft(
                pickup=self._book.addresses.get(rate["pickup_address"]),
                delivery=self._book.addresses.get(rate["delivery_address"]),
                parcel=self._book.parcels.get(rate["parcel"]),
            )
        self._book.arrange(kept, rate)
        return kept
