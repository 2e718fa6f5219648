"""What every story stands on: a fresh market, embedded or on PostgreSQL and Redis, with twins beside it."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer
from redis.asyncio import Redis

from api.app import create_app
from core import clock
from core.db import migrate
from core.logs import configure_logs
from core.settings import Settings
from providers import telegram_pace
from providers.registry import twin_settings
from providers.twins.app import create_twins
from providers.twins.settings import TwinSettings
from services.market import open_market
from services.seeding import seed_demo
from services.tenants import Scope, scope_by_code
from tests.databases import DATABASE_URL, Databases, pooled, seeded_once
from tests.models_once import prepare_models_once
from tests.ports import unused_port
from workers.jobs import drain

configure_logs("ERROR")
prepare_models_once()

REDIS_URL = os.environ.get("REDIS_URL", "")
if REDIS_URL:
    # Each process of a parallel run counts and queues in a Redis database of its own: 15, 14, ...
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    REDIS_URL = f"{REDIS_URL.rpartition('/')[0]}/{15 - number}"


def settings_for(database: str, data: Path, **changes: Any) -> Settings:
    """Settings of a test: its own database and ports, nothing from the machine's environment."""
    chosen = {
        "database_url": pooled(database),
        "database_pooler": os.environ.get("DATABASE_POOLER", "none"),
        "redis_url": REDIS_URL,
        "database_pool": 6,
        "data": data,
        "port": unused_port(),
        "twins_port": unused_port(),
        "twins_smtp_port": unused_port(),
        "log_level": "ERROR",
    } | changes
    return Settings(_env_file=None, **chosen)


def quick_twins(settings: Settings) -> TwinSettings:
    """The twins of a test: people approve and providers settle soon, and who never answers hangs up soon.

    To the client that is the same not knowing as its own time-out, which the tests of the clients wait for; here none
    has to be so short that a busy machine misses it.
    """
    return replace(
        twin_settings(settings),
        approve_after_s=0.3,
        queue_after_s=0.3,
        refund_after_s=0.3,
        airtime_after_s=0.3,
        vtpass_settle_s=0.5,
        lender_after_s=0.2,
        hang_s=0.2,
    )


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """The seeded market is made once a run, by one of its processes."""

    async def seed(databases: Databases) -> str:
        url = await databases.create("seeded")
        await migrate(url)
        # Past a pooler, which would go on holding what is copied from here on.
        settings = settings_for(url, databases.folder, database_url=url, database_pooler="none")
        async with open_market(settings):
            await seed_demo(settings, lambda *_: None)
        return url

    folder = tmp_path_factory.mktemp("databases")
    shared = tmp_path_factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    with seeded_once(shared, seed) as template:
        made = Databases(folder, template)
        yield made
        asyncio.run(made.close())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL and Redis only what opens a market is run: the rest is the same code on the same data as embedded."""
    if DATABASE_URL:
        opening = {item for item in items if "databases" in getattr(item, "fixturenames", ())}
        config.hook.pytest_deselected(items=[item for item in items if item not in opening])
        items[:] = [item for item in items if item in opening]


@pytest.fixture(autouse=True)
def clock_shows_the_time() -> Iterator[None]:
    yield
    clock.reset()


@pytest_asyncio.fixture
async def settings(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with the market as it was seeded, and an empty Redis. A bot may write as fast as it can."""
    monkeypatch.setattr(telegram_pace, "BURST", 10_000)
    monkeypatch.setattr(telegram_pace, "OVERALL", 10_000)
    url = await databases.seeded()
    if REDIS_URL:
        async with Redis.from_url(REDIS_URL) as redis:
            await redis.flushdb()
    return settings_for(url, tmp_path)


@pytest_asyncio.fixture
async def market(settings: Settings) -> AsyncIterator[Settings]:
    """The market open in this process, to call services directly. No twins run."""
    async with open_market(settings, provider_timeout_s=5.0):
        yield settings


@pytest_asyncio.fixture
async def demo(market: Settings) -> Scope:
    """The platform Makola Demo, test environment."""
    return await scope_by_code("demo", "test")


@dataclass
class World:
    """A running market: its API, its twins, and hands to push it."""

    settings: Settings
    http: TestClient[web.Request, web.Application]
    twins: str

    async def drain(self) -> None:
        """Let the workers do everything that is due."""
        await drain(self.settings)

    async def outbox(self, to: str) -> list[dict[str, Any]]:
        """The messages sent to a number or an e-mail address, newest first."""
        async with ClientSession() as client, client.get(f"{self.twins}/outbox", params={"to": to}) as answer:
            return await answer.json()

    async def code_for(self, to: str) -> str:
        """The one-time code that was last sent to a number or an e-mail address."""
        await self.drain()
        text = (await self.outbox(to))[0]["text"]
        return next(word for word in text.replace(".", " ").split() if word.isdigit() and len(word) == 6)

    async def twin(self, path: str, **body: Any) -> Any:
        """Give the twins a command."""
        async with ClientSession() as client, client.post(f"{self.twins}{path}", json=body) as answer:
            return await answer.json()

    async def until(self, holds: Callable[[], Any], within_s: float = 60.0) -> Any:
        """Work on until `holds()` gives something true, and return that."""
        end = asyncio.get_running_loop().time() + within_s
        while True:
            await self.drain()
            found = await holds()
            if found:
                return found
            if asyncio.get_running_loop().time() > end:
                raise AssertionError("it never came to pass")
            await asyncio.sleep(0.1)


@pytest_asyncio.fixture
async def world(settings: Settings) -> AsyncIterator[World]:
    """The whole market over HTTP, with its twins on a port of their own and workers that move when drained."""
    twins = web.AppRunner(create_twins(quick_twins(settings)), access_log=None, shutdown_timeout=0.2)
    await twins.setup()
    await web.TCPSite(twins, settings.host, settings.twins_port).start()
    server = TestServer(await create_app(settings), port=settings.port)
    client = TestClient(server)
    await client.start_server()
    try:
        yield World(settings, client, settings.twins_base_url)
    finally:
        await client.close()
        await twins.cleanup()
