"""A process that is told to end says so first, finishes what it has begun, and nobody meets a closed door meanwhile."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import ClientSession

from core.db import fetch_one
from core.settings import Settings
from services.notifications import queue_message
from services.tenants import scope_by_code
from tests.conftest import World
from tests.databases import connected
from tests.ports import unused_port
from tests.races.workers import wait_for, worker

LEAVES_S = 6.0
ENDS_WITHIN_S = 60
QUERY = b'{"query": "{ search(input: {term: \\"brake\\", take: 5}) { totalItems } }"}'
WAITING = "SELECT COUNT(*) AS n FROM pg_locks WHERE NOT granted AND relation = 'inbound_message'::regclass"
JSON = {"Content-Type": "application/json", "Connection": "close"}


async def answers(settings: Settings, client: ClientSession, path: str = "/readyz") -> int:
    try:
        async with client.get(f"{settings.base_url}{path}", headers={"Connection": "close"}) as answer:
            return answer.status
    except aiohttp.ClientConnectorError:
        return 0


async def dials(settings: Settings, client: ClientSession) -> str:
    """One turn of a call: it stores what came in."""
    form = {
        "sessionId": "call-1",
        "phoneNumber": "+233241234567",
        "serviceCode": "*920*44#",
        "networkCode": "62001",
        "text": "",
    }
    path = f"{settings.base_url}/channels/ussd/africastalking/{settings.hook_secret}"
    async with client.post(path, data=form) as answer:
        assert answer.status == 200
        return await answer.text()


@asynccontextmanager
async def nobody_writes(database: str) -> AsyncIterator[None]:
    """Whoever stores a message meanwhile waits."""
    async with connected(database) as db, db.transaction():
        await db.execute("LOCK TABLE inbound_message IN EXCLUSIVE MODE")
        yield


async def test_api_says_that_it_leaves_and_answers_everybody_who_came(settings: Settings):
    if settings.embedded or settings.database.startswith("sqlite"):
        pytest.skip("SQLite has one connection: whoever waits for it holds up everybody")
    # As another process would be told: not by what this one has worked out.
    settings = settings.model_copy(update={"port": unused_port(), "leave_after_s": LEAVES_S})
    settings = Settings(_env_file=None, **settings.model_dump())
    statuses: list[int] = []
    left = asyncio.Event()

    async def buys_until_told(client: ClientSession) -> None:
        """What a load balancer does: it sends people, each over a connection of their own, until it is told otherwise."""
        while not left.is_set():
            async with client.post(f"{settings.base_url}/shop-api", data=QUERY, headers=JSON) as answer:
                assert (await answer.json())["data"]["search"]["totalItems"] > 0
                statuses.append(answer.status)

    async with (
        connected(settings.database) as watching,
        worker(settings, "cli", "api") as process,
        ClientSession() as client,
    ):

        async def up() -> bool:
            return await answers(settings, client) == 200

        async def told() -> bool:
            return await answers(settings, client) == 503

        async def closed() -> bool:
            return await answers(settings, client, "/healthz") == 0

        async def somebody_waits() -> bool:
            row = await watching.fetchrow(WAITING)
            return bool(row["n"])

        async def many_bought() -> bool:
            return len(statuses) > 5

        await wait_for(up)
        people = [asyncio.create_task(buys_until_told(client)) for _ in range(4)]
        async with nobody_writes(settings.database):
            turn = asyncio.create_task(dials(settings, client))
            await wait_for(somebody_waits)
            await wait_for(many_bought)
            process.send_signal(signal.SIGTERM)
            told_at = time.monotonic()
            await wait_for(told)
            left.set()
            # It still listens, for whoever was on the way.
            assert await answers(settings, client, "/healthz") == 200
            await asyncio.gather(*people)
            await wait_for(closed)
            assert not turn.done()
        assert (await turn).startswith("CON ")
        assert await asyncio.wait_for(process.wait(), ENDS_WITHIN_S) == 0
    assert set(statuses) == {200}
    assert time.monotonic() - told_at > LEAVES_S


async def test_a_worker_finishes_the_call_that_it_waits_for(world: World):
    if not world.settings.redis_url:
        pytest.skip("the embedded worker lives inside the API's process")
    scope = await scope_by_code("demo", "test")
    await world.twin(
        "/control/fail", provider="africastalking", call="messaging", mode="slow", delay_s=2.5, times=1
    )

    async def state() -> str:
        row = await fetch_one('SELECT state, lease FROM outbound_message WHERE "to" = $1', "+233241234567")
        return ("Held" if row["lease"] else row["state"]) if row else ""

    async def held() -> bool:
        return await state() == "Held"

    async with worker(world.settings) as process:
        await queue_message(
            scope,
            channel="sms",
            to="+233241234567",
            template="said",
            params={"text": "Hello"},
            dedupe_key="leaving",
        )
        await wait_for(held)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), ENDS_WITHIN_S) == 0
    # Delivered already, where the network's report was quicker.
    assert await state() in ("Sent", "Delivered")
    assert len(await world.outbox("+233241234567")) == 1
