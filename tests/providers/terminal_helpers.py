"""What the tests of Terminal Africa share: places, a parcel, a booked shipment, and a server of set answers."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import orjson
from aiohttp import web
from twin_helpers import TIMEOUT_S, Twins, served

from providers.delivery import Parcel, Place, Tracking
from providers.terminal_africa import TerminalAfrica
from tests.ports import unused_port

KEY = "sk_test_terminal_demo"
SHOP = Place(
    line1="12 Ladipo Street",
    city="Mushin",
    state="Lagos",
    country="NG",
    zip="100252",
    first_name="Ladipo",
    last_name="Parts",
    email="shop@example.com",
    phone="+2348122340000",
    is_residential=False,
)
HOME = Place(
    line1="123 Main Street",
    city="Victoria Island",
    state="Lagos",
    country="NG",
    first_name="Ama",
    phone="+2348134277988",
)
ABUJA = replace(HOME, city="Gwarinpa", state="Abuja")
# The sample of the REST contract: 2.5 kg, worth 199.98.
PARCEL = Parcel(description="Brake pads", weight_g=2500, value_minor=19_998, currency="NGN")
WAY: dict[str, Any] = {"pickup": SHOP, "delivery": HOME, "parcel": PARCEL}


async def rate_id(terminal: TerminalAfrica) -> str:
    return (await terminal.quotes(**WAY, currency="NGN"))[0].rate_id


async def booked(terminal: TerminalAfrica, reference: str) -> Tracking:
    shipment_id = await terminal.draft(**WAY, reference=reference)
    return await terminal.book(shipment_id=shipment_id, rate_id=await rate_id(terminal))


async def shipments(twins: Twins, reference: str) -> tuple[int, int]:
    """How many shipments the twin has for a reference, and how often they were charged."""
    seen = await twins.get("/control/shipment", reference=reference)
    return len(seen["shipments"]), seen["charges"]


async def move(twins: Twins, shipment_id: str, status: str) -> None:
    body = {"shipment_id": shipment_id, "status": status}
    async with twins.session.post(f"{twins.url}/control/shipment", json=body) as answer:
        assert answer.status == 200, await answer.text()


def signed(body: bytes, key: str = KEY) -> dict[str, str]:
    return {"X-Terminal-Signature": hmac.new(key.encode(), body, hashlib.sha512).hexdigest()}


@asynccontextmanager
async def answering(**answers: Any) -> AsyncIterator[tuple[TerminalAfrica, list[dict[str, Any]]]]:
    """A client of a server that gives set answers by the last part of a path, and the bodies it was sent."""
    sent: list[dict[str, Any]] = []

    async def answer(request: web.Request) -> web.Response:
        raw = await request.read()
        sent.append(orjson.loads(raw) if raw else {})
        name = request.path.rsplit("/", 1)[-1]
        found = answers.get("packaging_" + request.method.lower() if name == "packaging" else name)
        if found is None:
            found = {"packaging": [], "packaging_id": "PA-1"} if name == "packaging" else None
        status, data = found if isinstance(found, tuple) else (200, found)
        body = {"status": status == 200, "message": str(data), "data": data}
        return web.Response(status=status, body=orjson.dumps(body))

    app = web.Application()
    app.router.add_route("*", "/{anywhere:.*}", answer)
    async with served(app, unused_port()) as url:
        client = TerminalAfrica(f"{url}/v1", KEY, TIMEOUT_S)
        yield client, sent
        await client.close()
