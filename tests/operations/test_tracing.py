"""A message is one trace, from the request that brought it through its jobs to the provider, across processes."""

import sys
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web

from core.settings import Settings
from core.tracing import current_span, span
from providers.twins.app import create_twins
from tests.conftest import quick_twins, settings_for
from tests.databases import Databases
from tests.operations.collector import Collector, Kept, collecting
from tests.ports import unused_port
from tests.races.workers import wait_for, worker

SENDER = "+233241234567"


@pytest_asyncio.fixture
async def collector() -> AsyncIterator[Collector]:
    async with collecting() as found:
        yield found


async def written_to(settings: Settings) -> str:
    """Send a text once the door is open, and wait until its answer has come; the answer's request id."""
    form = {"id": "m1", "from": SENDER, "to": "2040", "text": "help", "date": "2026-11-26 10:00:00"}
    async with ClientSession() as client:

        async def sent() -> str:
            path = f"{settings.base_url}/channels/sms/africastalking/{settings.hook_secret}"
            try:
                async with client.post(path, data=form) as answer:
                    assert answer.status == 200
                    return answer.headers["X-Request-Id"]
            except OSError:
                return ""

        async def answered() -> bool:
            async with client.get(f"{settings.twins_base_url}/outbox", params={"to": SENDER}) as answer:
                return bool(await answer.json())

        request_id = await wait_for(sent)
        await wait_for(answered)
    return request_id


def way_up(collector: Collector, of: Kept) -> list[str]:
    """The names of a span and of those above it."""
    names = [of.name]
    while of.parent:
        (of,) = [each for each in collector.spans if each.id == of.parent]
        names.append(of.name)
    return names


WAY = [
    "africastalking send_sms",
    "send_message",
    "work_inbound",
    "POST /channels/sms/africastalking/{secret}",
]


async def test_one_trace_leads_from_a_text_to_the_provider(settings, collector):
    traced = settings.model_copy(update={"otel_endpoint": collector.url})
    if settings.redis_url:
        twins = web.AppRunner(create_twins(quick_twins(settings)), access_log=None, shutdown_timeout=0.2)
        await twins.setup()
        await web.TCPSite(twins, settings.host, settings.twins_port).start()
        try:
            async with worker(traced, "cli", "api"), worker(traced):
                request_id = await written_to(traced)
        finally:
            await twins.cleanup()
        services = ["makola-worker", "makola-worker", "makola-worker", "makola-api"]
    else:
        # On SQLite everything is one process; jobs go through its queue all the same.
        async with worker(traced, "cli", "serve"):
            request_id = await written_to(traced)
        services = ["makola"] * 4

    (call,) = collector.named(WAY[0])
    assert way_up(collector, call) == WAY
    way = [next(each for each in collector.named(name) if each.trace == call.trace) for name in WAY]
    assert [each.service for each in way] == services
    assert way[-1].attributes["makola.request_id"] == request_id
    assert way[-1].attributes["http.response.status_code"] == 200
    assert call.attributes["makola.outcome"] == "ok"
    assert not any(each.failed for each in way)


async def test_no_span_holds_what_a_person_wrote(settings, collector):
    traced = settings.model_copy(update={"otel_endpoint": collector.url})
    if settings.redis_url:
        pytest.skip("the same spans as in one process")
    async with worker(traced, "cli", "serve"):
        await written_to(traced)
    assert collector.spans
    for secret in (SENDER, SENDER[1:], settings.hook_secret, "2040", "Reply"):
        assert secret.encode() not in collector.raw


async def test_a_collector_that_is_away_harms_nobody(settings):
    if settings.redis_url:
        pytest.skip("the same as in one process")
    traced = settings.model_copy(update={"otel_endpoint": f"http://127.0.0.1:{unused_port()}"})
    async with worker(traced, "cli", "serve"):
        assert await written_to(traced)


def test_without_a_collector_there_are_no_spans_and_nothing_of_them_is_loaded():
    with span("anything"):
        assert current_span() is None


async def test_a_process_without_a_collector_loads_nothing_of_opentelemetry(databases: Databases, tmp_path):
    import asyncio

    code = (
        "import sys, asyncio, processes, operating\n"
        "from core.settings import Settings\nfrom core.tracing import traced, span\n"
        "async def main():\n"
        "    async with traced(Settings(_env_file=None), 'x'):\n"
        "        with span('a'): pass\n"
        "asyncio.run(main())\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        code,
        stdout=asyncio.subprocess.PIPE,
        env={"OTEL_ENDPOINT": "", "PYTHONPATH": "."},
    )
    said, _ = await process.communicate()
    assert said.strip() == b"[]"
    assert settings_for("", tmp_path).otel_endpoint == ""
