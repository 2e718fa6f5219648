"""What every delivery service can do, in words that belong to none of them. Money is integer minor units, weight grams."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

ShipmentState = Literal["draft", "pending", "confirmed", "in_transit", "delivered", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a parcel is fetched or brought. `country` is ISO-2, `phone` E.164."""

    line1: str
    city: str
    state: str
    country: str
    line2: str = ""
    zip: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    is_residential: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One box. `value_minor` in `currency` is what its content is worth."""

    description: str
    weight_g: int
    value_minor: int
    currency: str
    quantity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """An offer to carry a parcel. `rate_id` books it; `delivery_time` is for the customer, `eta_minutes` 0 where unknown."""

    rate_id: str
    amount_minor: int
    currency: str
    carrier_name: str
    carrier_slug: str
    carrier_logo: str
    delivery_time: str
    eta_minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingEvent:
    """Something that happened to a parcel; `at` is aware UTC."""

    at: datetime
    status: str
    description: str
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """How a shipment stands, with its events oldest first."""

    shipment_id: str
    state: ShipmentState
    carrier_name: str = ""
    tracking_number: str = ""
    events: tuple[TrackingEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class ShipmentNotice:
    """A genuine notice that a shipment changed. It says where to look, never what is so.

    `event_id` is the same for each delivery of one notice.
    """

    event_id: str
    kind: str
    shipment_id: str | None


class DeliveryGateway(Protocol):
    """One account at one delivery service. Every call may raise `ProviderRefused` and `ProviderUnknown`."""

    async def save_address(self, place: Place) -> str:
        """The provider's id of a new address."""
        ...

    async def update_address(self, address_id: str, place: Place) -> None:
        """Change a saved address."""
        ...

    async def quotes(self, *, pickup: Place, delivery: Place, parcel: Parcel, currency: str) -> list[Rate]:
        """What carriers ask for this parcel; each rate may be booked while the provider keeps it."""
        ...

    async def draft(self, *, pickup: Place, delivery: Place, parcel: Parcel, reference: str) -> str:
        """The provider's id of a new shipment that nobody carries yet: made twice, it costs nothing."""
        ...

    async def book(self, *, shipment_id: str, rate_id: str) -> Tracking:
        """Have the drafted shipment fetched at this rate. After `ProviderUnknown`, `track` tells what became of it."""
        ...

    async def track(self, shipment_id: str) -> Tracking:
        """How the shipment stands now."""
        ...

    async def cancel(self, shipment_id: str) -> None:
        """Call a booked shipment off."""
        ...

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> ShipmentNotice | None:
        """The notice in a webhook's raw `body`, or None where it is forged or no notice."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...
