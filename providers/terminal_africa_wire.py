"""Terminal Africa's answers and notices, read into the words of `providers.delivery`; what can't be read is unknown."""

import hashlib
import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, TypeVar

import structlog
from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field, ValidationError

from core.errors import InvalidInput
from core.money import from_decimal, to_decimal
from providers.delivery import Parcel, Place, Rate, ShipmentNotice, ShipmentState, Tracking, TrackingEvent
from providers.errors import ProviderRefused, ProviderUnknown
from providers.http import Json

Model = TypeVar("Model", bound=BaseModel)
IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,100}")
# An American and a British spelling both occur in the documentation.
STATES: dict[str, ShipmentState] = {
    "draft": "draft",
    "pending": "pending",
    "confirmed": "confirmed",
    "in-transit": "in_transit",
    "delivered": "delivered",
    "cancelled": "cancelled",
    "canceled": "cancelled",
}
# Few addresses in Ghana and Nigeria have a postal code, and no pickup is arranged without one.
NO_ZIP = "0000"
# What binary fractions leave behind; nothing that a carrier would ask for.
NOISE = Decimal("0.000001")

log = structlog.get_logger()


def _words(value: Any) -> Any:
    return "" if value is None else value


def _number(value: Any) -> Any:
    # A boolean would be read as one or nothing.
    return None if isinstance(value, bool) else value


Words = Annotated[str, BeforeValidator(_words)]
Amount = Annotated[Decimal, BeforeValidator(_number), Field(gt=0)]


class _Rate(BaseModel):
    rate_id: str = Field(min_length=1, max_length=100)
    amount: Amount
    currency: str
    carrier_name: str = Field(min_length=1)
    carrier_slug: Words = ""
    carrier_logo: Words = ""
    delivery_time: Words = ""
    delivery_eta: Any = None


class _Event(BaseModel):
    created_at: AwareDatetime
    status: Words = ""
    description: Words = ""
    location: Words = ""


class _Shipment(BaseModel):
    """What track, pickup and a draft have in common."""

    shipment_id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,100}$")
    status: str
    # An object, a name, or a carrier's id `CA-…`.
    carrier: Any = None
    carrier_name: Words = ""
    carrier_tracking_number: Words = ""
    tracking_number: Words = ""
    extras: Any = None
    events: Any = None


class Address(BaseModel):
    address_id: str = Field(min_length=1, max_length=100)


class Packaging(BaseModel):
    packaging_id: str = Field(min_length=1, max_length=100)
    name: Words = ""


def address(place: Place) -> Json:
    """An address as Terminal takes it, with every field that a pickup needs."""
    written: Json = {
        "first_name": place.first_name,
        # Carriers want two names, also of those who go by one.
        "last_name": place.last_name or place.first_name,
        "line1": place.line1,
        "line2": place.line2,
        "city": place.city,
        "state": place.state,
        "country": place.country,
        "zip": place.zip or NO_ZIP,
        "email": place.email,
        "phone": place.phone,
    }
    return {name: value for name, value in written.items() if value} | {
        "is_residential": place.is_residential
    }


def parcel(box: Parcel, packaging_id: str) -> Json:
    """A parcel as Terminal takes it: kilograms, and the value in major units."""
    name = f"{box.quantity} x {box.description}" if box.quantity > 1 else box.description
    item = {
        "name": name[:100],
        "description": box.description,
        "currency": box.currency,
        "value": float(to_decimal(box.value_minor, box.currency)),
        # Whether weight and value are an item's or a line's is not documented: of one it is the same.
        "quantity": 1,
        "weight": max(box.weight_g, 1) / 1000,
    }
    return {
        "description": box.description,
        "packaging": packaging_id,
        "weight_unit": "kg",
        "items": [item],
    }


def rates(data: Any, currency: str) -> list[Rate]:
    """The rates in `currency`; one that can't be read or is in another currency is left out, and logged."""
    found = data.get("rates") if isinstance(data, dict) else data
    if not isinstance(found, list):
        raise ProviderUnknown("a list of rates can't be read")
    read = [_rate(each, currency) for each in found]
    return [rate for rate in read if rate is not None]


def _rate(data: Any, currency: str) -> Rate | None:
    try:
        rate = _Rate.model_validate(data)
        if rate.currency.upper() != currency:
            raise ValueError(f"in {rate.currency}")
        amount_minor = from_decimal(rate.amount.quantize(NOISE), currency)
    except (ValidationError, InvalidInput, InvalidOperation, ValueError) as error:
        reason = str(error).splitlines()[0]
        log.warning("rate_left_out", provider="terminal_africa", reason=reason)
        return None
    if amount_minor <= 0:
        return None
    eta = rate.delivery_eta
    return Rate(
        rate_id=rate.rate_id,
        amount_minor=amount_minor,
        currency=currency,
        carrier_name=rate.carrier_name.strip(),
        carrier_slug=rate.carrier_slug,
        carrier_logo=rate.carrier_logo,
        delivery_time=rate.delivery_time.strip(),
        eta_minutes=int(eta) if isinstance(eta, int | float) and 0 < eta < 10**6 else 0,
    )


def shipment_id(data: Any) -> str:
    """The id of a shipment that was just made."""
    return parsed(_Shipment, data).shipment_id


def tracking(data: Any, asked: str) -> Tracking:
    shipment = parsed(_Shipment, data)
    if shipment.shipment_id != asked:
        raise ProviderUnknown("terminal africa answered about another shipment")
    word = re.sub(r"[\s_]+", "-", shipment.status.strip().lower())
    if word not in STATES:
        raise ProviderUnknown(f"shipment status {shipment.status!r} is not documented")
    extras = shipment.extras if isinstance(shipment.extras, dict) else {}
    number = shipment.carrier_tracking_number or shipment.tracking_number or extras.get("tracking_number")
    return Tracking(
        shipment_id=asked,
        state=STATES[word],
        carrier_name=_carrier_name(shipment),
        tracking_number=str(number or ""),
        events=_events(shipment.events),
    )


def _carrier_name(shipment: _Shipment) -> str:
    carrier = shipment.carrier
    name = carrier.get("name") if isinstance(carrier, dict) else carrier
    if not isinstance(name, str) or name.startswith("CA-"):
        name = ""
    return (name or shipment.carrier_name).strip()


def _events(given: Any) -> tuple[TrackingEvent, ...]:
    found: list[TrackingEvent] = []
    for each in given if isinstance(given, list) else ():
        try:
            event = _Event.model_validate(each)
        except ValidationError:
            log.warning("tracking_event_left_out", provider="terminal_africa")
            continue
        at: datetime = event.created_at.astimezone(UTC)
        found.append(
            TrackingEvent(at=at, status=event.status, description=event.description, location=event.location)
        )
    return tuple(sorted(found, key=lambda event: event.at))


def notice(body: Any, raw: bytes) -> ShipmentNotice | None:
    """Terminal numbers no notices: the id is made of the event, the shipment and the body's digest.

    A parcel may be in transit at several places, so event and shipment alone would swallow a genuine notice.
    """
    if not isinstance(body, dict) or not isinstance(body.get("data"), dict):
        return None
    event, shipment = body.get("event"), body["data"].get("shipment_id")
    if not isinstance(event, str) or not event:
        return None
    known = shipment if isinstance(shipment, str) and IDENTIFIER.fullmatch(shipment) else None
    digest = hashlib.sha256(raw).hexdigest()
    return ShipmentNotice(f"{event[:60]}:{known or ''}:{digest[:32]}", event, known)


def read_refusal(status: int, body: Json) -> tuple[str, str]:
    """Terminal gives no codes: ours are `rate_expired`, `packaging_unknown`, else `http_<status>`."""
    message = str(body.get("message") or "refused")
    said = message.lower()
    if status in (400, 404) and "packaging" in said and "not found" in said:
        return "packaging_unknown", message
    gone = ("expired", "not found", "invalid", "no longer")
    if status in (400, 404) and re.search(r"\brate\b", said) and any(word in said for word in gone):
        return "rate_expired", message
    return f"http_{status}", message


def data_of(answer: Json) -> Any:
    if answer.get("status") is not True:
        raise ProviderRefused(*read_refusal(400, answer))
    return answer.get("data")


def parsed(model: type[Model], data: Any) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ProviderUnknown("an answer of terminal africa can't be read") from error


def checked(identifier: str) -> str:
    """An id as it may stand in a path."""
    if not IDENTIFIER.fullmatch(identifier):
        raise ProviderRefused("invalid_id", "not an id that terminal africa can know")
    return identifier
