"""Webhooks to Makola: signed by the twin, repeated until they are answered 200, and kept over a restart."""

import asyncio
import sqlite3
from base64 import b64decode, b64encode
from dataclasses import dataclass, field

import aiohttp
import orjson
import structlog

from providers.twins.background import Background
from providers.twins.script import HOOK_MODES, Script
from providers.twins.store import LIMIT, Document, Shelf

# A sandbox does not make a person wait for the three minutes of the real thing.
RETRY_AFTER_S = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
TRIES = 500
BEST_EFFORT_TRIES = 3
# Thousands may wait at once; a notice's ten seconds begin when it is sent, not when it gets in line.
AT_ONCE = 50

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Hook:
    """One notice: `forged` replaces header values where a script wants a forgery sent first, `forged_url` the address.

    It is taken when the answer is 200 and, as JSON, has what is in `expects`. `tries` is how often it is sent at
    most, where the provider says so.
    """

    provider: str
    event: str
    url: str
    body: bytes
    headers: dict[str, str]
    forged: dict[str, str] = field(default_factory=dict)
    forged_url: str = ""
    expects: dict[str, str] = field(default_factory=dict)
    tries: int = 0


class Hooks:
    """Sends notices in the background, and lets the script spoil them."""

    def __init__(self, store: sqlite3.Connection, script: Script, background: Background) -> None:
        self._waiting = Shelf(store, "hooks")
        self._script, self._background = script, background
        self._session: aiohttp.ClientSession | None = None
        self._turns = asyncio.Semaphore(AT_ONCE)

    def open(self) -> None:
        """Begin, with what an earlier run left unsent."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10))
        for kept in self._waiting.find(limit=LIMIT):
            self._background.start(self._until_taken(_unpacked(kept), kept))

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def send(self, hook: Hook, *, durable: bool) -> None:
        """Send in the background: until it is taken and over restarts where `durable`, else a few times."""
        rule = self._script.take(hook.provider, hook.event, HOOK_MODES)
        mode = rule.mode if rule else None
        if mode == "no_webhook":
            return
        wait_s = (rule.delay_s or 0.0) if rule and mode == "late_webhook" else 0.0
        for _ in range(2 if mode == "duplicate_webhook" else 1):
            kept = self._waiting.add(_packed(hook)) if durable else None
            self._background.start(
                self._until_taken(hook, kept, wait_s, forgery_first=mode == "forged_webhook")
            )

    async def post(self, hook: Hook, *, forged: bool = False) -> bool:
        """Send once, now. Whether it was taken."""
        if self._session is None:
            raise RuntimeError("the hooks are not open")
        headers = hook.headers | (hook.forged if forged else {})
        url = (hook.forged_url if forged else "") or hook.url
        try:
            async with (
                self._turns,
                self._session.post(url, data=hook.body, headers=headers, allow_redirects=False) as answer,
            ):
                return answer.status == 200 and _has(hook.expects, await answer.read())
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    async def _until_taken(
        self, hook: Hook, kept: Document | None, wait_s: float = 0.0, forgery_first: bool = False
    ) -> None:
        await asyncio.sleep(wait_s)
        if forgery_first:
            await self.post(hook, forged=True)
        for attempt in range(hook.tries or (TRIES if kept else BEST_EFFORT_TRIES)):
            if await self.post(hook):
                break
            await asyncio.sleep(RETRY_AFTER_S[min(attempt, len(RETRY_AFTER_S) - 1)])
        else:
            log.warning("webhook_given_up", provider=hook.provider, event_name=hook.event)
        if kept:
            self._waiting.remove(kept)


def _has(expected: dict[str, str], body: bytes) -> bool:
    if not expected:
        return True
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return isinstance(answer, dict) and expected.items() <= answer.items()


def _packed(hook: Hook) -> Document:
    return {
        "provider": hook.provider,
        "event": hook.event,
        "url": hook.url,
        "body": b64encode(hook.body).decode(),
        "headers": hook.headers,
        "forged": hook.forged,
        "forged_url": hook.forged_url,
        "expects": hook.expects,
        "tries": hook.tries,
    }


def _unpacked(document: Document) -> Hook:
    return Hook(
        document["provider"],
        document["event"],
        document["url"],
        b64decode(document["body"]),
        document["headers"],
        document["forged"],
        document.get("forged_url", ""),
        document.get("expects", {}),
        document.get("tries", 0),
    )
