"""What the tests of Monnify's client and twin share, with a server that says what a test wants said."""

import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
from aiohttp import web
from twin_helpers import Twins, eventually

from providers.monnify import Monnify
from providers.payments import Charge

# A login and a call share it.
TIMEOUT_S = 5.0
KEYS = ("MK_TEST_demo", "monnify-demo", "demo-contract")
NAIRA = {
    "amount_minor": 1_205_075,
    "currency": "NGN",
    "email": "ada@example.com",
    "callback_url": "http://shop.example/done?order=7",
    "metadata": {"order": "7"},
}


async def page(monnify: Monnify, reference: str, **changes: Any) -> str:
    return (await monnify.initialize(reference=reference, **NAIRA | changes)).payment_url


async def login(twins: Twins) -> dict[str, Any]:
    """What the twin's login gives, in Monnify's own words."""
    headers = {"Authorization": aiohttp.encode_basic_auth(*KEYS[:2])}
    async with twins.session.post(f"{twins.url}/monnify/api/v1/auth/login", headers=headers) as answer:
        return (await answer.json())["responseBody"]


async def transfer(twins: Twins, url: str, naira: str) -> None:
    form = {"outcome": "pay", "amount": naira}
    async with twins.session.post(url, data=form, allow_redirects=False) as answer:
        assert answer.status == 303


async def paid(monnify: Monnify, twins: Twins, reference: str, **changes: Any) -> Charge:
    await twins.press(await page(monnify, reference, **changes), "pay")
    return await monnify.verify(reference)


async def refunded(monnify: Monnify, refund_reference: str, state: str) -> None:
    async def reached() -> bool:
        return (await monnify.refund_status(refund_reference)).state == state

    await eventually(reached)


STATUS = {
    "transactionReference": "MNFY|1|20260101000000|000001",
    "paymentReference": "r",
    "amountPaid": "20.05",
    "totalPayable": "20.05",
    "paymentStatus": "PAID",
    "currency": "NGN",
}


def enveloped(body: Any) -> web.Response:
    envelope = {"requestSuccessful": True, "responseMessage": "success", "responseCode": "0"}
    return web.json_response(envelope | {"responseBody": body})


@dataclass
class Stub:
    """A server that gives tokens t1, t2, … for the asking, and to the rest answers `says`; it keeps what came.

    Only tokens in `good` are taken, or all where that is None; each lasts `lasts_s` seconds.
    """

    url: str = ""
    says: Callable[[], web.Response] = lambda: enveloped(STATUS)
    lasts_s: float = 3600
    good: set[str] | None = None
    logins: list[str] = field(default_factory=list)
    got: list[tuple[str, bytes]] = field(default_factory=list)
    before_login: Callable[[], Awaitable[None]] | None = None

    async def take(self, request: web.Request) -> web.Response:
        authorization = request.headers["Authorization"]
        if request.path == "/api/v1/auth/login":
            if self.before_login:
                await self.before_login()
            self.logins.append(base64.b64decode(authorization.removeprefix("Basic ")).decode())
            return enveloped({"accessToken": f"t{len(self.logins)}", "expiresIn": self.lasts_s})
        token = authorization.removeprefix("Bearer ")
        self.got.append((token, await request.read()))
        if self.good is not None and token not in self.good:
            return web.json_response({"error": "invalid_token"}, status=401)
        return self.says()

    def json(self) -> Any:
        """The body of the last call."""
        return orjson.loads(self.got[-1][1])
