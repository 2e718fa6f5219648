"""Failures on command: rules as data, and one middleware that acts them out around any twin's handler."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

CallMode = Literal[
    "decline",
    "timeout_before",
    "timeout_after",
    "error_500_before",
    "error_500_after",
    "garbage",
    "slow",
    "pending",
    "reversed",
    "late_success",
]
# These are outcomes of a bill, which its seller's twin acts out itself.
BILL_MODES = frozenset({"pending", "reversed", "late_success"})
HookMode = Literal["duplicate_webhook", "late_webhook", "forged_webhook", "no_webhook"]
CALL_MODES: frozenset[str] = frozenset(CallMode.__args__)  # type: ignore[attr-defined]
HOOK_MODES: frozenset[str] = frozenset(HookMode.__args__)  # type: ignore[attr-defined]


class Rule(BaseModel):
    """One failure: the next `times` matching calls, or a `fraction` of all of them (drawn with `seed`) for good.

    `call` is a call's name, a webhook's event, or `*`; `code` a provider's own error code where a decline has
    several (a recipient's statusCode at Africa's Talking, Arkesel's HTTP status, the error_code of the Bot API,
    VTpass's response code, an SMTP reply, the status of S3).
    """

    model_config = ConfigDict(extra="forbid")

    provider: Literal[
        "paystack",
        "monnify",
        "africastalking",
        "arkesel",
        "telegram",
        "terminal",
        "vtpass",
        "lender",
        "smtp",
        "google",
        "apple",
        "s3",
        "*",
    ] = "*"
    call: str = Field("*", max_length=64)
    mode: CallMode | HookMode
    times: int = Field(1, ge=1, le=1_000_000)
    delay_s: float | None = Field(None, ge=0, le=600)
    fraction: float | None = Field(None, ge=0, le=1)
    seed: int = 0
    code: int | None = None
    _draw: random.Random = PrivateAttr()

    def model_post_init(self, context: object, /) -> None:
        self._draw = random.Random(self.seed)

    def matches(self, provider: str, call: str) -> bool:
        return self.provider in ("*", provider) and self.call.lower() in ("*", call.lower())

    def strikes(self) -> bool:
        """Whether it hits this matching call; counts it."""
        if self.fraction is not None:
            return self._draw.random() < self.fraction
        self.times -= 1
        return True

    @property
    def used_up(self) -> bool:
        return self.fraction is None and self.times == 0


# On a request: the decline that its handler has to word, and that its answer is to be lost.
DECLINED = web.RequestKey("declined", Rule)
DROPPED = web.RequestKey("dropped", bool)
# On a request: the bill's outcome that a script asks for.
OUTCOME = web.RequestKey("outcome", Rule)


class Script:
    """The rules in force; a call takes the first that matches and strikes. `over` ends every wait.

    `in_flight` are the calls that each provider's twin is answering now, `most_in_flight` the most there were at once.
    """

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self.over = False
        self.in_flight: Counter[str] = Counter()
        self.most_in_flight: dict[str, int] = {}

    def add(self, rule: Rule) -> None:
        self.rules.append(rule)

    def clear(self) -> None:
        self.rules.clear()
        self.most_in_flight.clear()

    @contextmanager
    def counted(self, provider: str) -> Iterator[None]:
        """Count a call while it is being answered."""
        self.in_flight[provider] += 1
        self.most_in_flight[provider] = max(self.most_in_flight.get(provider, 0), self.in_flight[provider])
        try:
            yield
        finally:
            self.in_flight[provider] -= 1

    def take(self, provider: str, call: str, modes: frozenset[str]) -> Rule | None:
        """The rule among `modes` that this call has to suffer, if any."""
        for rule in self.rules:
            if rule.mode in modes and rule.matches(provider, call) and rule.strikes():
                self.rules = [each for each in self.rules if not each.used_up]
                return rule
        return None

    async def hang_up(self, transport: asyncio.BaseTransport | None, after_s: float) -> None:
        """Say nothing for a while, then break the connection; ends at once when the caller goes."""
        while after_s > 0 and not self.over and transport and not transport.is_closing():
            await asyncio.sleep(min(after_s, 0.05))
            after_s -= 0.05
        if transport:
            transport.abort()  # type: ignore[attr-defined]


class Stage:
    """Acts out the script at one twin. `hang_s` is how long a lost answer keeps its caller waiting, seconds."""

    def __init__(self, script: Script, provider: str, hang_s: float) -> None:
        self._script, self._provider, self._hang_s = script, provider, hang_s

    def middleware(self) -> Middleware:
        """For named routes only: control and pages are never hit. A route's `method` part is its call's name."""

        @web.middleware
        async def act(request: web.Request, handler: Handler) -> web.StreamResponse:
            route = request.match_info.route
            call = request.match_info.get("method") or route.name
            if not call:
                return await handler(request)
            with self._script.counted(self._provider):
                rule = self._script.take(self._provider, call, CALL_MODES)
                response = await self._act(rule, request, handler) if rule else await handler(request)
                return await self._drop(request, None) if request.get(DROPPED) else response

        return act

    async def _act(self, rule: Rule, request: web.Request, handler: Handler) -> web.StreamResponse:
        match rule.mode:
            case "decline":
                request[DECLINED] = rule
            case mode if mode in BILL_MODES:
                request[OUTCOME] = rule
            case "timeout_before":
                return await self._drop(request, rule.delay_s)
            case "error_500_before":
                return web.Response(status=500, text="Internal Server Error")
            case "slow":
                await asyncio.sleep(rule.delay_s or 0)
        response = await handler(request)
        match rule.mode:
            case "timeout_after":
                return await self._drop(request, rule.delay_s)
            case "error_500_after":
                return web.Response(status=500, text="Internal Server Error")
            case "garbage":
                return web.Response(text="<html>upstream said something else</html>")
        return response

    async def _drop(self, request: web.Request, delay_s: float | None) -> web.StreamResponse:
        await self._script.hang_up(request.transport, self._hang_s if delay_s is None else delay_s)
        return web.Response(status=500)
