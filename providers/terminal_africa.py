"""Terminal Africa (TShip): addresses, quotes of many carriers, booked pickups, tracking and signed webhooks.

Source: https://docs.terminal.africa/tship as noted in PROVIDERS.md. Terminal counts in major units and
kilograms; behind this client there are only minor units and grams.
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from providers.delivery import Parcel, Place, Rate, ShipmentNotice, ShipmentState, Tracking
from providers.errors import ProviderRefused, ProviderUnknown
from providers.http import Json, ProviderHttp
from providers.terminal_africa_wire import (
    Address,
    Packaging,
    address,
    checked,
    data_of,
    notice,
    parcel,
    parsed,
    rates,
    read_refusal,
    shipment_id,
    tracking,
)

# A parcel needs a packaging of ours at Terminal; one is enough, since carriers go by weight.
PACKAGING: Json = {
    "name": "Makola parcel",
    "type": "box",
    "height": 20,
    "length": 20,
    "width": 20,
    "size_unit": "cm",
    "weight": 0.01,
    "weight_unit": "kg",
}
BOOKED: frozenset[ShipmentState] = frozenset({"pending", "confirmed", "in_transit", "delivered"})
# Terminal asks each carrier in turn before it answers.
QUOTES_TAKE = 3


class TerminalAfrica:
    """One account, named by its secret key; `base_url` is `https://api.terminal.africa/v1` or a twin."""

    def __init__(self, base_url: str, secret_key: str, timeout_s: float = 5.0) -> None:
        self._secret = secret_key.encode()
        self._quotes_timeout_s = QUOTES_TAKE * timeout_s
        headers = {"Authorization": f"Bearer {secret_key}"}
        self._http = ProviderHttp("terminal_africa", base_url, headers, timeout_s, read_refusal)
        self._packaging_id: str | None = None

    async def close(self) -> None:
        await self._http.close()

    async def prove(self) -> None:
        """See `Account.prove`: asks for the packagings."""
        data_of(await self._http.get("list_packaging", "/packaging", {"perPage": 1}))

    async def save_address(self, place: Place) -> str:
        """See `DeliveryGateway.save_address`; the id looks like `AD-…`."""
        answer = await self._http.post_json("save_address", "/addresses", address(place))
        return parsed(Address, data_of(answer)).address_id

    async def update_address(self, address_id: str, place: Place) -> None:
        """See `DeliveryGateway.update_address`; refused with `http_404` where Terminal doesn't know it."""
        path = f"/addresses/{checked(address_id)}"
        data_of(await self._http.put_json("update_address", path, address(place)))

    async def quotes(self, *, pickup: Place, delivery: Place, parcel: Parcel, currency: str) -> list[Rate]:
        """See `DeliveryGateway.quotes`. Empty where no carrier goes there; may take three times a call's time."""
        body = {
            "pickup_address": address(pickup),
            "delivery_address": address(delivery),
            "currency": currency,
            "persist_data": True,
        }

        async def ask(boxed: Json) -> Any:
            path = "/rates/shipment/quotes"
            asked = body | {"parcel": boxed}
            return data_of(await self._http.post_json("quotes", path, asked, self._quotes_timeout_s))

        return rates(await self._boxed(parcel, ask), currency)

    async def draft(self, *, pickup: Place, delivery: Place, parcel: Parcel, reference: str) -> str:
        """See `DeliveryGateway.draft`; our `reference` stands in the shipment's metadata."""
        body = {
            "pickup_address": address(pickup),
            "delivery_address": address(delivery),
            "shipment_purpose": "commercial",
            "metadata": {"reference": reference},
        }

        async def make(boxed: Json) -> Any:
            return data_of(await self._http.post_json("draft", "/shipments/quick", body | {"parcel": boxed}))

        return shipment_id(await self._boxed(parcel, make))

    async def book(self, *, shipment_id: str, rate_id: str) -> Tracking:
        """See `DeliveryGateway.book`. Of a shipment that is booked already, how it stands.

        Refused with `rate_expired` where the rate is not to be had any more.
        """
        body = {"shipment_id": checked(shipment_id), "rate_id": rate_id}
        try:
            answer = data_of(await self._http.post_json("book", "/shipments/pickup", body))
        except ProviderRefused as refusal:
            return await self._stands(shipment_id, BOOKED, refusal)
        booked = tracking(answer, shipment_id)
        # The answer may show the shipment as it was found; what was accepted is a draft no more.
        return replace(booked, state="pending") if booked.state == "draft" else booked

    async def track(self, shipment_id: str) -> Tracking:
        """See `DeliveryGateway.track`; refused with `http_404` where Terminal doesn't know the shipment."""
        answer = await self._http.get("track", f"/shipments/track/{checked(shipment_id)}")
        return tracking(data_of(answer), shipment_id)

    async def cancel(self, shipment_id: str) -> None:
        """See `DeliveryGateway.cancel`. Twice is as good as once; what was picked up is refused."""
        body = {"shipment_id": checked(shipment_id)}
        try:
            data_of(await self._http.post_json("cancel", "/shipments/cancel", body))
        except ProviderRefused as refusal:
            await self._stands(shipment_id, frozenset({"cancelled"}), refusal)

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> ShipmentNotice | None:
        """The notice in `body` where its HMAC-SHA512 under our secret key is right; compared in constant time."""
        given = next((value for name, value in headers.items() if name.lower() == "x-terminal-signature"), "")
        expected = hmac.new(self._secret, body, hashlib.sha512).hexdigest()
        if not hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode()):
            return None
        try:
            return notice(orjson.loads(body), body)
        except orjson.JSONDecodeError:
            return None

    async def _stands(
        self, shipment_id: str, wanted: frozenset[ShipmentState], refusal: ProviderRefused
    ) -> Tracking:
        """How the shipment stands where that is what was `wanted` and refused, since it was so before.

        Terminal gives no code for that, and its words may change: the shipment itself is looked at.
        """
        # Nothing was looked at outside, so nothing can have been found done.
        if refusal.retryable or refusal.code == "http_401":
            raise refusal
        try:
            found = await self.track(shipment_id)
        except ProviderRefused as second:
            if second.code == "http_404":
                raise refusal from second
            raise ProviderUnknown("refused, and how the shipment stands can't be seen") from second
        if found.state not in wanted:
            raise refusal
        return found

    async def _boxed(self, box: Parcel, send: Callable[[Json], Awaitable[Any]]) -> Any:
        """What `send` gets for the parcel in our packaging, which is made where Terminal has none (any more)."""
        if self._packaging_id is not None:
            try:
                return await send(parcel(box, self._packaging_id))
            except ProviderRefused as refusal:
                if refusal.code != "packaging_unknown":
                    raise
        self._packaging_id = await self._find_packaging()
        return await send(parcel(box, self._packaging_id))

    async def _find_packaging(self) -> str:
        found = data_of(await self._http.get("list_packaging", "/packaging", {"perPage": 100}))
        listed = found.get("packaging") if isinstance(found, dict) else found
        for each in listed if isinstance(listed, list) else ():
            if isinstance(each, dict) and each.get("name") == PACKAGING["name"]:
                return parsed(Packaging, each).packaging_id
        made = await self._http.post_json("make_packaging", "/packaging", PACKAGING)
        return parsed(Packaging, data_of(made)).packaging_id
