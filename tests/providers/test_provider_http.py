"""What counts as a definite no, and what as not knowing."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from structlog.testing import CapturingLogger
from twin_helpers import eventually, served

from core.metrics import PROVIDER_CALLS
from providers.errors import ProviderRefused, ProviderUnknown
from providers.http import BODY_LIMIT, ProviderHttp
from tests.ports import unused_port

TIMEOUT_S = 2.0
# Where a call has to be answered, a machine that has much else to do must not make it late.
PATIENT_S = 60.0


class Oddity:
    """A server whose paths each behave badly in one way; counts what reaches it."""

    def __init__(self) -> None:
        self.reached: list[str] = []
        self.free = asyncio.Event()  # what hangs is answered

    async def has(self, number: int) -> None:
        """Wait until so many calls are there."""

        async def there() -> bool:
            return len(self.reached) >= number

        await eventually(there)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.reached.append(f"{request.method} {request.path}")
        match request.path:
            case "/slow":
                await self.free.wait()
            case "/broken":
                request.transport.abort()
            case "/redirect":
                raise web.HTTPTemporaryRedirect("/elsewhere")
            case "/huge":
                return web.Response(body=b'{"a": "' + b"x" * BODY_LIMIT + b'"}')
            case "/list":
                return web.Response(text="[1]")
            case "/flaky" if len(self.reached) == 1:
                return web.Response(status=503)
            case "/failing-then-slow" if len(self.reached) == 1:
                await asyncio.sleep(0.6 * TIMEOUT_S)
                return web.Response(status=503)
            case "/failing-then-slow":
                await asyncio.sleep(0.6 * TIMEOUT_S)
            case path if path[1:].isdigit():
                return web.Response(status=int(path[1:]), text="<html>no JSON</html>")
        return web.json_response({"ok": True})


@pytest.fixture
async def oddity() -> AsyncIterator[tuple[Oddity, ProviderHttp]]:
    oddity = Oddity()
    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", oddity.answer)
    async with served(app, unused_port()) as url:
        client = ProviderHttp("oddity", url, {}, timeout_s=TIMEOUT_S)
        yield oddity, client
        oddity.free.set()
        await client.close()


@pytest.mark.parametrize(
    "path", ["/slow", "/broken", "/redirect", "/huge", "/list", "/500", "/503", "/408", "/200"]
)
async def test_an_unusable_answer_is_unknown_and_a_post_is_sent_once(oddity, path):
    server, client = oddity
    with pytest.raises(ProviderUnknown):
        await client.post_json("call", path, {})
    assert server.reached == [f"POST {path}"]


@pytest.mark.parametrize(
    ("path", "code", "retryable"),
    [
        ("/400", "http_400", False),
        ("/401", "http_401", False),
        ("/404", "http_404", False),
        ("/429", "rate_limited", True),
    ],
)
async def test_a_4xx_is_a_definite_no_whatever_its_body(oddity, path, code, retryable):
    _, client = oddity
    with pytest.raises(ProviderRefused) as refusal:
        await client.post_json("call", path, {})
    assert (refusal.value.code, refusal.value.retryable) == (code, retryable)


async def test_a_safe_get_is_asked_once_more(oddity):
    server, client = oddity
    assert await client.get("call", "/flaky") == {"ok": True}
    assert server.reached == ["GET /flaky", "GET /flaky"]


async def test_both_tries_of_a_get_end_within_the_one_time_limit(oddity):
    """Each of them alone would be in time."""
    _, client = oddity
    with pytest.raises(ProviderUnknown):
        await client.get("call", "/failing-then-slow")


async def test_a_refused_get_is_not_asked_again(oddity):
    server, client = oddity
    with pytest.raises(ProviderRefused):
        await client.get("call", "/404")
    assert server.reached == ["GET /404"]


@pytest.mark.parametrize("host", ["127.0.0.1", "nowhere.invalid"])
async def test_what_could_not_be_sent_is_a_definite_no(host):
    client = ProviderHttp("nobody", f"http://{host}:{unused_port()}", {}, timeout_s=2)
    with pytest.raises(ProviderRefused) as refusal:
        await client.post_json("call", "/", {})
    assert (refusal.value.code, refusal.value.retryable) == ("unreachable", True)
    await client.close()


async def test_a_connection_broken_while_it_is_opened_by_tls_is_a_definite_no(oddity):
    _, plain = oddity
    client = ProviderHttp("oddity", str(plain._base).replace("http:", "https:"), {}, timeout_s=2)
    with pytest.raises(ProviderRefused):
        await client.post_json("call", "/", {})
    await client.close()


async def test_calls_are_counted_by_outcome_and_logged_without_their_content(oddity, monkeypatch):
    _, client = oddity
    log = CapturingLogger()
    monkeypatch.setattr("providers.watching.log", log)
    before = PROVIDER_CALLS.labels("oddity", "counted", "ok")._value.get()
    await client.post_form("counted", "/form?phone=233551234987", {"pin": "4711", "to": "+233551234987"})
    assert PROVIDER_CALLS.labels("oddity", "counted", "ok")._value.get() == before + 1
    logged = str(log.calls)
    assert "counted" in logged
    assert "233551234987" not in logged and "4711" not in logged


async def test_a_call_that_waited_for_a_connection_all_its_time_was_never_sent(oddity):
    server, client = oddity
    narrow = ProviderHttp("oddity", client._base, {}, timeout_s=TIMEOUT_S, limit=1)
    first = asyncio.create_task(narrow.post_json("call", "/slow", {}, timeout_s=PATIENT_S))
    await server.has(1)
    with pytest.raises(ProviderRefused) as refusal:
        await narrow.post_json("call", "/waiting", {})
    assert (refusal.value.code, refusal.value.retryable) == ("unreachable", True)
    server.free.set()
    assert await first == {"ok": True}
    assert server.reached == ["POST /slow"]
    await narrow.close()


async def test_a_call_that_waited_and_was_then_sent_is_unknown(oddity):
    server, client = oddity
    narrow = ProviderHttp("oddity", client._base, {}, limit=1)
    first = asyncio.create_task(narrow.post_json("call", "/slow", {}, timeout_s=PATIENT_S))
    await server.has(1)
    second = asyncio.create_task(narrow.post_json("call", "/slow", {}, timeout_s=TIMEOUT_S))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(ProviderUnknown):
        await second
    assert server.reached == ["POST /slow", "POST /slow"]
    await narrow.close()


async def test_a_used_connection_counts_as_one_that_was_given(oddity):
    _, client = oddity
    assert await client.post_json("call", "/", {}) == {"ok": True}
    with pytest.raises(ProviderUnknown):
        await client.post_json("call", "/slow", {})


async def test_a_hundred_calls_in_flight_do_not_keep_others_waiting(oddity):
    server, client = oddity
    calls = [
        asyncio.create_task(client.post_json("call", "/slow", {}, timeout_s=PATIENT_S)) for _ in range(120)
    ]
    await server.has(120)
    assert await client.post_json("call", "/", {}, timeout_s=PATIENT_S) == {"ok": True}
    server.free.set()
    assert await asyncio.gather(*calls) == [{"ok": True}] * 120
