"""A transaction that could not begin, or was given up at any moment, holds up nobody after it."""

import asyncio
import sqlite3
from contextlib import suppress

import aiosqlite
import pytest

from core.db import execute, fetch_one, transaction
from core.settings import Settings
from models import Platform
from tests.databases import DATABASE_URL, connected

# More than a test's pool holds.
MANY = 12
PATIENCE_S = 20


async def rename(to: str) -> None:
    async with transaction():
        await execute("UPDATE platform SET name = $1 WHERE code = 'demo'", to)


async def name() -> str:
    row = await fetch_one("SELECT name FROM platform WHERE code = 'demo'")
    assert row
    return str(row["name"])


async def the_market_goes_on() -> None:
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(*(rename("still here") for _ in range(MANY)))
    assert await name() == "still here"


@pytest.mark.parametrize("turns", range(12))
async def test_whenever_it_is_cancelled_nobody_waits_for_it(market: Settings, turns: int) -> None:
    """Each turn of the event loop is another moment: before the lock, at BEGIN, inside, at COMMIT."""
    for _ in range(MANY):
        task = asyncio.create_task(rename("given up"))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    await the_market_goes_on()


async def test_many_that_are_cancelled_at_once_hold_up_nobody(market: Settings) -> None:
    for turns in range(MANY):
        tasks = [asyncio.create_task(rename("given up")) for _ in range(MANY)]
        for _ in range(turns):
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await the_market_goes_on()


@pytest.mark.skipif(not DATABASE_URL, reason="SQLite has no server that could end a connection")
async def test_a_database_that_ended_every_connection_is_gone_on_with(market: Settings) -> None:
    await asyncio.gather(*(rename("before") for _ in range(MANY)))
    async with connected(market.database) as db:
        await db.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    # Who had one of them in hand may be told; nobody after them.
    await asyncio.gather(*(rename("between") for _ in range(MANY)), return_exceptions=True)
    await the_market_goes_on()


@pytest.mark.skipif(bool(DATABASE_URL), reason="PostgreSQL has row locks instead of one for all")
async def test_who_waited_in_vain_for_another_process_holds_up_nobody(market: Settings) -> None:
    await execute("PRAGMA busy_timeout = 50")
    async with aiosqlite.connect(market.database.removeprefix("sqlite://")) as another:
        await another.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            await rename("in vain")
        assert (await Platform.get(code="demo")).name != "in vain"
    await the_market_goes_on()
