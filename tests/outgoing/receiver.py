"""A merchant's own server, which takes webhooks, refuses them, or misbehaves in every way that servers do."""

import asyncio
import base64
import json
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Way = Callable[["Receiver", web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Got:
    """One request as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.body)
        return told


@dataclass
class Receiver:
    """What came, and how it answers: one of `WAYS`."""

    way: str = "takes"
    got: list[Got] = field(default_factory=list)
    elsewhere: int = 0  # requests that came to where it redirects
    url: str = ""
    came: asyncio.Event = field(default_factory=asyncio.Event)  # the first request is there
    free: asyncio.Event = field(default_factory=asyncio.Event)  # what hangs is let go

    async def has(self, number: int) -> None:
        """Wait until so many requests are there."""
        while len(self.got) < number:
            self.came.clear()
            await self.came.wait()

    def topics(self) -> list[str]:
        return sorted(got.told["type"] for got in self.got)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.got.append(
            Got({name.lower(): value for name, value in request.headers.items()}, await request.read())
        )
        self.came.set()
        return await WAYS[self.way](self, request)

    async def strayed(self, _: web.Request) -> web.Response:
        self.elsewhere += 1
        return web.Response()


def _status(status: int, **headers: str) -> Way:
    async def answer(_: Receiver, __: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, text=f"says {status}\x00\n", headers=named)

    return answer


async def _hangs(receiver: Receiver, _: web.Request) -> web.StreamResponse:
    await receiver.free.wait()
    return web.Response()


async def _breaks(_: Receiver, request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    await asyncio.sleep(0)
    return web.Response()


async def _drips(receiver: Receiver, request: web.Request) -> web.StreamResponse:
    """A 500 whose body never ends."""
    response = web.StreamResponse(status=500)
    await response.prepare(request)
    while not receiver.free.is_set():
        await response.write(b"drip ")
        await asyncio.sleep(0.05)
    return response


async def _floods(_: Receiver, request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(status=200)
    await response.prepare(request)
    for _n in range(64):
        await response.write(b"x" * 1024 * 1024)
    return response


async def _chokes_on_the_first(receiver: Receiver, _: web.Request) -> web.StreamResponse:
    return web.Response(status=500 if receiver.got[-1].id == receiver.got[0].id else 200)


WAYS: dict[str, Way] = {
    "takes": _status(200),
    "takes with nothing to say": _status(204),
    "fails": _status(500),
    "refuses": _status(401),
    "chokes on the first": _chokes_on_the_first,
    "is gone": _status(410),
    "is busy": _status(429, Retry_After="7200"),
    "sends elsewhere": _status(302, Location="/elsewhere"),
    "sends elsewhere for good": _status(308, Location="/elsewhere"),
    "hangs": _hangs,
    "breaks": _breaks,
    "drips": _drips,
    "floods": _floods,
}


@asynccontextmanager
async def receiving(way: str = "takes") -> AsyncIterator[Receiver]:
    """A merchant's server on this machine."""
    receiver = Receiver(way)
    app = web.Application()
    app.router.add_post("/hook", receiver.answer)
    app.router.add_route("*", "/elsewhere", receiver.strayed)
    server = TestServer(app)
    await server.start_server()
    receiver.url = str(server.make_url("/hook"))
    try:
        yield receiver
    finally:
        receiver.free.set()
        await server.close()


def openssl_signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """What the signature must be, by the specification and with OpenSSL's HMAC in place of ours."""
    key = base64.b64decode(secret.removeprefix("whsec_")).hex()
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    made = subprocess.run(
        ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key}", "-binary"],
        input=signed,
        capture_output=True,
        check=True,
    )
    return f"v1,{base64.b64encode(made.stdout).decode()}"


def is_signed(got: Got, secret: str) -> bool:
    """Whether one of a request's signatures is by a secret."""
    wanted = openssl_signature(secret, got.id, got.headers["webhook-timestamp"], got.body)
    return wanted in got.headers["webhook-signature"].split(" ")
