"""Balances due on shopping cards, taken by worker processes: how fast, at what cost, and that each was taken once."""

import asyncio
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import asyncpg
import orjson

from bench.charge_rows import AMOUNT_MINOR, ON_CARD_MINOR, add_balances
from bench.market import bench_settings
from core.db import close_database, migrate, open_database
from services.ledger import TrialBalance, check_book
from services.market import open_market
from services.seeding import seed_demo

Whose = Literal["ours", "floor"]

# Each must be the number of balances, or nought.
_COUNTS = (
    "SELECT count(*) FILTER (WHERE state = 'Paid' AND next_step_at IS NULL) FROM scheduled_charge",
    "SELECT count(*) FILTER (WHERE state = 'PaymentSettled') FROM customer_order",
    "SELECT count(DISTINCT order_id) FROM payment WHERE state = 'Settled' AND purpose = 'balance'",
    "SELECT count(*) FROM payment WHERE purpose = 'balance'",
    "SELECT count(*) FROM outbound_message",
    f"SELECT count(*) FROM ledger_account WHERE kind = 'card' AND balance_minor = {ON_CARD_MINOR - AMOUNT_MINOR}",
)
_OWED = "SELECT sum(amount_minor)::bigint FROM posting WHERE account_id = (SELECT id FROM ledger_account WHERE kind = 'receivable')"


@dataclass(frozen=True, slots=True)
class Taken:
    """A run: how many, the seconds to the last, and processor time for each (µs) of Python and PostgreSQL's backends.

    `longest_ms` is the longest batch: as long as it held its orders.
    """

    count: int
    seconds: float
    python_us: float
    postgres_us: float
    longest_ms: float

    @property
    def per_second(self) -> float:
        return self.count / self.seconds


@dataclass(frozen=True, slots=True)
class Size:
    """So many balances on shopping cards, taken by our chore and by the floor. `wrong` are sentences on what doesn't add up."""

    count: int
    ours: Taken
    floor: Taken
    wrong: list[str]


@asynccontextmanager
async def demo_database(admin_url: str, data: Path) -> AsyncIterator[str]:
    """The URL of a new database with the demo market, to be copied; it is dropped at the end."""
    async with database(admin_url) as url:
        await migrate(url)
        settings = bench_settings(url, data)
        async with open_market(settings):
            await seed_demo(settings)
        yield url


@asynccontextmanager
async def database(admin_url: str, template: str = "template1") -> AsyncIterator[str]:
    """The URL of a new database, a copy of `template` (a URL or a name); it is dropped at the end."""
    name = f"makola_bench_{uuid.uuid4().hex[:8]}"
    admin = await asyncpg.connect(admin_url)
    try:
        # Files are copied, since a large database would go through the log otherwise.
        source = template.rpartition("/")[2]
        await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY file_copy')
        yield f"{admin_url.rsplit('/', 1)[0]}/{name}"
    finally:
        await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await admin.close()


async def take_cards(admin_url: str, demo_url: str, count: int, workers: int) -> Size:
    """Take `count` balances by the chore and by the floor, each on a copy of the same rows."""
    async with database(admin_url, demo_url) as full:
        await add_balances(full, count, "card")
        async with database(admin_url, full) as url:
            floor = await _work(url, "floor", workers)
        async with database(admin_url, full) as url:
            ours = await _work(url, "ours", workers)
            return Size(count, ours, floor, await _what_is_wrong(url, count))


async def _work(url: str, whose: Whose, workers: int) -> Taken:
    """Start the processes, let them begin at once, and wait for the last. Raises `RuntimeError` where one fails."""
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.charge_worker", whose, url),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        for _ in range(workers)
    ]
    try:
        for process in processes:
            await _line(process)
        began = time.perf_counter()
        for process in processes:
            assert process.stdin is not None
            process.stdin.write(b"\n")
        said = await asyncio.gather(*(_line(process) for process in processes))
        seconds = time.perf_counter() - began
    finally:
        for process in processes:
            if process.returncode is None:
                process.terminate()
            await process.wait()
    told = [orjson.loads(line) for line in said]
    taken = sum(each["taken"] for each in told)
    python, postgres = (sum(each[of] for each in told) / taken * 1e6 for of in ("python_s", "postgres_s"))
    return Taken(taken, seconds, python, postgres, max(each["longest_s"] for each in told) * 1000)


async def _line(process: asyncio.subprocess.Process) -> bytes:
    assert process.stdout is not None
    line = await process.stdout.readline()
    if not line:
        raise RuntimeError("a worker of the benchmark failed")
    return line


async def _what_is_wrong(url: str, count: int) -> list[str]:
    """Sentences on what doesn't add up after so many balances; empty where each was taken once."""
    db = await asyncpg.connect(url)
    found = [(sql, await db.fetchval(sql)) for sql in _COUNTS]
    owed = await db.fetchval(_OWED)
    await db.close()
    await open_database(url, pool=2)
    book = await check_book()
    await close_database()
    wrong = [f"{number} instead of {count}: {sql}" for sql, number in found if number != count]
    if owed:
        wrong.append(f"{owed} is still receivable")
    if book != TrialBalance(0, [], []):
        wrong.append(f"the book is not balanced: {book}")
    return wrong
