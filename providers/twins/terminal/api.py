"""The Terminal Africa twin's API: authentication, addresses, packaging, parcels, rates and shipments."""

import hmac

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from providers.twins.sandbox import Sandbox
from providers.twins.script import DECLINED, Stage
from providers.twins.terminal import forms, places, wire
from providers.twins.terminal.book import Book
from providers.twins.terminal.carriers import BY_SLUG
from providers.twins.terminal.places import placed
from providers.twins.terminal.rating import Rating
from providers.twins.terminal.shipments import Shipments
from providers.twins.terminal.wire import Refusal

LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40"><rect width="120" height="40" rx="6" '
    'fill="#1f2a44"/><text x="60" y="25" fill="#fff" font-family="sans-serif" font-size="14" '
    'text-anchor="middle">{}</text></svg>'
)
# What a script's decline says; every other call has no better reason than that.
DECLINES = {"pickup": "Insufficient wallet balance", "cancel": "Shipment can't be canceled now"}


def create_terminal(sandbox: Sandbox, book: Book) -> web.Application:
    """The application under /terminal/v1."""
    api, rating = Api(sandbox, book), Rating(sandbox, book)
    shipments = Shipments(book, rating)
    stage = Stage(sandbox.script, "terminal", sandbox.settings.hang_s)
    app = web.Application(middlewares=[stage.middleware(), api.authenticated])
    app.add_routes(
        [
            web.post("/addresses", api.create_address, name="create_address"),
            web.get("/addresses", api.list_addresses, name="list_addresses"),
            web.post("/addresses/validate", api.validate_address, name="validate_address"),
            web.get("/addresses/{address_id}", api.get_address, name="get_address"),
            web.put("/addresses/{address_id}", api.update_address, name="update_address"),
            web.post("/packaging", api.create_packaging, name="create_packaging"),
            web.get("/packaging", api.list_packaging, name="list_packaging"),
            web.post("/parcels", api.create_parcel, name="create_parcel"),
            web.get("/parcels", api.list_parcels, name="list_parcels"),
            web.get("/parcels/{parcel_id}", api.get_parcel, name="get_parcel"),
            web.get("/rates/shipment", rating.rates, name="rates"),
            web.post("/rates/shipment/quotes", rating.quotes, name="quotes"),
            web.post("/shipments", shipments.create, name="create_shipment"),
            web.get("/shipments", shipments.list, name="list_shipments"),
            web.post("/shipments/quick", shipments.quick, name="quick_shipment"),
            web.post("/shipments/pickup", shipments.pickup, name="pickup"),
            web.post("/shipments/cancel", shipments.cancel, name="cancel"),
            web.get("/shipments/track/{shipment_id}", shipments.track, name="track"),
            web.get("/shipments/{shipment_id}", shipments.get, name="get_shipment"),
            web.get("/logos/{slug}.svg", api.logo),
        ]
    )
    return app


class Api:
    """Who calls, and the handlers of addresses, packaging and parcels; each speaks Terminal's envelope."""

    def __init__(self, sandbox: Sandbox, book: Book) -> None:
        self._secret = sandbox.settings.terminal_secret
        self._book = book

    @property
    def authenticated(self) -> Middleware:
        """The middleware that checks the key and words every refusal, also one on command."""

        @web.middleware
        async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
            if "slug" in request.match_info:
                return await handler(request)
            try:
                self._let_in(request.headers.get("Authorization", ""))
                if request.get(DECLINED):
                    raise Refusal(400, DECLINES.get(request.match_info.route.name or "", "Request declined"))
                return await handler(request)
            except Refusal as refusal:
                return wire.respond(refusal.body, refusal.status)

        return check

    def _let_in(self, authorization: str) -> None:
        scheme, _, key = authorization.partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(key.encode(), self._secret.encode()):
            raise Refusal(401, "Unauthorized access. Invalid secret key")

    async def create_address(self, request: web.Request) -> web.Response:
        kept = self._book.addresses.add(placed(forms.address(await forms.json_body(request))))
        return wire.answer("Address created successfully", wire.shown(kept))

    async def list_addresses(self, request: web.Request) -> web.Response:
        found = self._book.addresses.all()
        return wire.page(request, "Addresses retrieved successfully", "addresses", found)

    async def get_address(self, request: web.Request) -> web.Response:
        kept = self._book.addresses.get(request.match_info["address_id"])
        return wire.answer("Address retrieved successfully", wire.shown(kept))

    async def update_address(self, request: web.Request) -> web.Response:
        kept = self._book.addresses.get(request.match_info["address_id"])
        kept |= placed(forms.address(await forms.json_body(request)))
        self._book.addresses.save(kept)
        return wire.answer("Address updated successfully", wire.shown(kept))

    async def validate_address(self, request: web.Request) -> web.Response:
        body = await forms.json_body(request)
        given = forms.address(body)
        results = {
            "country_valid": given["country"] in places.STATES,
            "city_valid": any(c.isalpha() for c in given["city"]),
            "state_valid": places.known_state(given["country"], given["state"]),
            "address_valid": len(given["line1"].strip()) >= 5,
            "zip_valid": bool(given["zip"]),
        }
        messages = [
            {"code": f"{name.upper()}_FALSE", "field": name.removesuffix("_valid"), "severity": "error"}
            for name, valid in results.items()
            if not valid
        ]
        data = {
            "is_valid": not messages,
            "original_address": body,
            "validation_results": results,
            "validation_messages": messages,
            "suggestion_provided": False,
            "suggested_address": {},
        }
        return wire.answer("Address validated successfully", data)

    async def create_packaging(self, request: web.Request) -> web.Response:
        kept = self._book.packaging.add(forms.packaging(await forms.json_body(request)))
        return wire.answer("Packaging created successfully", wire.shown(kept))

    async def list_packaging(self, request: web.Request) -> web.Response:
        found = self._book.packaging.all()
        return wire.page(request, "Packaging retrieved successfully", "packaging", found)

    async def create_parcel(self, request: web.Request) -> web.Response:
        parcel = forms.parcel(await forms.json_body(request))
        self._book.packaging.get(forms.text(parcel, "packaging"))
        kept = self._book.parcels.add(parcel)
        return wire.answer("Parcel created successfully", wire.shown(kept))

    async def list_parcels(self, request: web.Request) -> web.Response:
        found = self._book.parcels.all()
        return wire.page(request, "Parcels retrieved successfully", "parcels", found)

    async def get_parcel(self, request: web.Request) -> web.Response:
        kept = self._book.parcels.get(request.match_info["parcel_id"])
        return wire.answer("Parcel retrieved successfully", wire.shown(kept))

    async def logo(self, request: web.Request) -> web.Response:
        """A carrier's picture; it needs no key, since people see it."""
        carrier = BY_SLUG.get(request.match_info["slug"])
        if carrier is None:
            raise web.HTTPNotFound
        return web.Response(text=LOGO.format(carrier.name.split()[-1]), content_type="image/svg+xml")
