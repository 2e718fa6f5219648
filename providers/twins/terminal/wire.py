"""Terminal Africa's wire format: envelopes, refusals and the objects inside, made from what the book holds."""

import secrets
import string
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import orjson
from aiohttp import web

from core import clock
from providers.twins.store import Document
from providers.twins.terminal.carriers import BY_SLUG, Carrier

ALPHABET = string.ascii_uppercase + string.digits
# What is kept beside an object and never shown.
INTERNAL = frozenset({"id", "reference", "charges", "due", "due_at", "slug", "amount_minor", "expires_at"})


class Refusal(Exception):
    """A 4xx answer in Terminal's own form, which has a message and no code."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"status": False, "message": message}


def answer(message: str, data: Any) -> web.Response:
    """A successful call."""
    return respond({"status": True, "message": message, "data": data})


def respond(body: Document, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")


def page(request: web.Request, message: str, name: str, found: list[Document]) -> web.Response:
    """One page of a list: `data` holds it under `name`, beside the pagination."""
    size, number = _count(request, "perPage", 100, 100), _count(request, "page", 1, 10_000)
    pages = max(1, -(-len(found) // size))
    data = {
        name: [shown(each) for each in found[(number - 1) * size : number * size]],
        "pagination": {
            "perPage": size,
            "currentPage": number,
            "prevPage": number - 1 if number > 1 else None,
            "nextPage": number + 1 if number < pages else None,
            "hasPrevPage": number > 1,
            "hasNextPage": number < pages,
            "total": len(found),
            "pageCount": pages,
            "pagingCounter": (number - 1) * size + 1,
        },
    }
    return answer(message, data)


def _count(request: web.Request, name: str, default: int, most: int) -> int:
    given = request.query.get(name, "")
    return (
        min(max(int(given), 1), most) if given.isascii() and given.isdigit() and len(given) < 9 else default
    )


def identifier(kind: str) -> str:
    """A public id such as `SH-WZZM27DZ8DEIP6QB`."""
    return f"{kind}-" + "".join(secrets.choice(ALPHABET) for _ in range(16))


def now() -> str:
    return written(clock.now())


def written(at: datetime) -> str:
    """A time as Terminal writes it: 2023-09-14T12:20:17.053Z."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def shown(kept: Document) -> Document:
    """An address, a packaging, a parcel or a shipment as Terminal shows it."""
    return {name: value for name, value in kept.items() if name not in INTERNAL}


def shipment_rates(kept: Iterable[Document], public_url: str) -> list[Document]:
    return [_rate(each, public_url) for each in kept]


def _rate(kept: Document, public_url: str) -> Document:
    carrier, amount = BY_SLUG[kept["slug"]], kept["amount_minor"] / 100
    at = datetime.fromisoformat(kept["created_at"])
    return shown(kept) | {
        "amount": amount,
        "default_amount": amount,
        "default_currency": kept["currency"],
        "carrier_name": carrier.name,
        "carrier_slug": carrier.slug,
        "carrier_reference": carrier.reference,
        "carrier_logo": f"{public_url}/terminal/v1/logos/{carrier.slug}.svg",
        "carrier_rate_description": carrier.description,
        "delivery_time": carrier.delivery_time,
        "delivery_eta": carrier.eta_minutes,
        "delivery_date": written(at + timedelta(minutes=carrier.eta_minutes)),
        "pickup_time": carrier.pickup_time,
        "pickup_eta": carrier.pickup_minutes,
        "pickup_date": written(at + timedelta(minutes=carrier.pickup_minutes)),
        "includes_insurance": False,
        "insurance_fee": 0,
        "insurance_coverage": 0,
        "metadata": {},
    }


def tracked(kept: Document) -> Document:
    """What track shows of a shipment."""
    return {
        "address_to": kept["address_to"],
        "address_from": kept["address_from"],
        "carrier": kept["carrier"],
        "carrier_tracking_number": kept["tracking_number"],
        "delivery_arranged": kept["delivery_arranged"],
        "delivery_date": kept["delivery_date"],
        "pickup_date": kept["pickup_date"],
        "status": kept["status"],
        "tracking_status": kept["events"][-1] if kept["events"] else {},
        "events": kept["events"],
        "shipment_id": kept["shipment_id"],
    }


def carrier_object(carrier: Carrier) -> Document:
    return {"name": carrier.name, "slug": carrier.slug, "carrier_id": carrier.reference}
