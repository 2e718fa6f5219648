"""What the tests of clients and twins share: a server, a receiver of webhooks, and a hold on running twins."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from providers.errors import ProviderUnknown
from providers.payments import Charge, PaymentGateway
from providers.paystack import Paystack
from providers.twins.app import TwinSettings

# Most calls are answered in some milliseconds; a machine that has much else to do must not make them late.
TIMEOUT_S = 4.0
SETTINGS = TwinSettings(
    hooks_url=None,
    approve_after_s=0.05,
    queue_after_s=0.05,
    expire_after_s=0.2,
    refund_after_s=0.05,
    transit_after_s=600,
    deliver_after_s=600,
    airtime_after_s=0.05,
    vtpass_settle_s=0.05,
    hang_s=20,
)


@asynccontextmanager
async def served(app: web.Application, port: int) -> AsyncIterator[str]:
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


async def eventually(look: Callable[[], Awaitable[Any]], within_s: float = 30.0) -> Any:
    """The first true thing that `look` sees."""
    end = time.monotonic() + within_s
    while not (seen := await look()):
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.01)
    return seen


@dataclass
class Receiver:
    """A web server that keeps what it is sent, and answers the statuses it is told, then 200."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    says: str = ""

    async def take(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.read()))
        self.paths.append(request.path)
        return web.Response(status=self.answers.pop(0) if self.answers else 200, text=self.says)

    async def wait_for(self, count: int) -> list[tuple[dict[str, str], bytes]]:
        async def enough() -> bool:
            return len(self.got) >= count

        await eventually(enough)
        return self.got


class Twins:
    """Running twins, and the few things a test asks of them."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url, self.session = url, session

    async def fail(self, **rule: Any) -> None:
        async with self.session.post(f"{self.url}/control/fail", json=rule) as answer:
            assert answer.status == 201, await answer.text()

    async def get(self, path: str, **query: str) -> Any:
        async with self.session.get(self.url + path, params=query) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def charges(self, reference: str) -> int:
        return (await self.get("/control/state", reference=reference))["charges"]

    async def delivered(self, reference: str | None = None) -> int:
        """How often a bill was really delivered: under one reference, or in all."""
        query = {"reference": reference} if reference else {}
        return (await self.get("/control/state", **query))["bills"]["delivered"]

    async def press(self, url: str, outcome: str) -> aiohttp.ClientResponse:
        return await self.session.post(url, data={"outcome": outcome}, allow_redirects=False)


StartTwins = Callable[..., Awaitable[Twins]]


WALLET = {"amount_minor": 2500, "currency": "GHS", "email": "ama@example.com", "network": "mtn"}
PAYMENT = {
    "amount_minor": 12_050,
    "currency": "GHS",
    "email": "ama@example.com",
    "callback_url": "http://shop.example/done?order=7",
    "metadata": {"order": "7"},
}


async def settled(gateway: PaymentGateway, reference: str) -> Charge:
    """The charge once it is decided; who gets no answer in time asks again, as workers do."""

    async def look() -> Charge | None:
        try:
            charge = await gateway.verify(reference)
        except ProviderUnknown:
            return None
        return charge if charge.state != "pending" else None

    return await eventually(look)


async def paid(paystack: Paystack, reference: str) -> Charge:
    await paystack.charge_mobile_money(reference=reference, phone="+233551234987", **WALLET)
    return await settled(paystack, reference)
