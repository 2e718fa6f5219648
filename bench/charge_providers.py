"""Balances due on cards stored at Paystack: real workers, a twin that takes its time, and that each was charged once."""

import asyncio
import os
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
from aiohttp.test_utils import unused_port

from bench.charge_cards import database
from bench.charge_rows import AMOUNT_MINOR, add_balances
from bench.market import empty_redis
from bench.processes import Running, healthy, makola, polls, running
from core.db import close_database, open_database
from core.settings import DEMO_SECRET_KEY
from services.ledger import TrialBalance, check_book
from workers.jobs import ATTEMPTS_AT_ONCE

LATENCY_S = 0.2
PATIENCE_S = 600.0
LOOK_EVERY_S = 0.5
_PAID = "SELECT count(*) FROM scheduled_charge WHERE state = 'Paid'"
_ASKED = "SELECT attempts, count(*) AS n FROM payment_attempt GROUP BY attempts ORDER BY attempts"


@dataclass(frozen=True, slots=True)
class Charged:
    """Charges at a provider that answers each after `latency_s`: seconds to the last, and the most calls in flight there.

    `cpu_ms` is processor time of each kind of process for a charge; `looked_at` how many attempts were taken up how often.
    The floor makes the same calls and remembers nothing. `wrong` are sentences on what doesn't add up.
    """

    count: int
    latency_s: float
    seconds: float
    most_in_flight: int
    cpu_ms: dict[str, float]
    looked_at: dict[str, int]
    floor_s: float
    floor_in_flight: int
    wrong: list[str]


async def charge_stored(admin_url: str, demo_url: str, data: Path, count: int, workers: int) -> Charged:
    """Charge `count` stored cards by the floor and by `makola worker`s, at one twin."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(database(admin_url, demo_url))
        redis_url = await stack.enter_async_context(empty_redis(os.environ["REDIS_URL"]))
        await add_balances(url, count, "stored", due="now() + interval '1 day'")
        port = unused_port()
        command = [sys.executable, "-m", "bench.charge_twin", str(port), str(data), str(count)]
        twin = await stack.enter_async_context(running("twin", command, {}, healthy(port, "/")))
        tell = await stack.enter_async_context(aiohttp.ClientSession(f"http://127.0.0.1:{port}"))
        floor_s, floor_in_flight = await _floor(tell, port, count, workers)
        await _slow(tell)
        env = _environment(url, redis_url, data, port)
        parts = [
            await stack.enter_async_context(running(f"worker {n}", makola("worker"), env, polls(redis_url)))
            for n in range(workers)
        ]
        return await _ours(url, tell, twin, parts, count, floor_s, floor_in_flight)


async def _floor(tell: aiohttp.ClientSession, port: int, count: int, processes: int) -> tuple[float, int]:
    """Seconds that bare clients take, as many at once as the workers; and the most calls in flight."""
    await _slow(tell)
    began, share = time.perf_counter(), count // processes
    callers = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.charge_caller"),
            *(str(each) for each in (port, ATTEMPTS_AT_ONCE, 1 + n * share, share)),
            start_new_session=True,
        )
        for n in range(processes)
    ]
    if any([await caller.wait() for caller in callers]):
        raise RuntimeError("the floor failed")
    return time.perf_counter() - began, await _most_in_flight(tell)


async def _slow(tell: aiohttp.ClientSession) -> None:
    """Have every charge of a stored card take its time, and count calls in flight anew."""
    await _asked(tell, "POST", "/control/reset")
    rule = {"provider": "paystack", "call": "charge_authorization", "mode": "slow", "fraction": 1.0}
    await _asked(tell, "POST", "/control/fail", json=rule | {"delay_s": LATENCY_S})


async def _asked(tell: aiohttp.ClientSession, method: str, path: str, **what: Any) -> Any:
    async with tell.request(method, path, **what) as answer:
        return await answer.json()


async def _most_in_flight(tell: aiohttp.ClientSession) -> int:
    found = await _asked(tell, "GET", "/control/state", params={"reference": "none"})
    most: int = found["most_in_flight"].get("paystack", 0)
    return most


async def _ours(
    url: str,
    tell: aiohttp.ClientSession,
    twin: Running,
    workers: list[Running],
    count: int,
    floor_s: float,
    floor_in_flight: int,
) -> Charged:
    """Let all fall due, wait until the last is paid, and check."""
    db = await asyncpg.connect(url)
    busy = {"workers": workers, "twin": [twin]}
    before = {name: sum(part.cpu_s() for part in parts) for name, parts in busy.items()}
    due = "UPDATE scheduled_charge SET due_at = now(), next_step_at = now() RETURNING now()"
    began = await db.fetchval(due)
    for _ in range(int(PATIENCE_S / LOOK_EVERY_S)):
        if await db.fetchval(_PAID) == count:
            break
        await asyncio.sleep(LOOK_EVERY_S)
    last = await db.fetchval("SELECT max(settled_at) FROM payment WHERE purpose = 'balance'")
    used = {name: sum(part.cpu_s() for part in parts) - before[name] for name, parts in busy.items()}
    looked_at = {str(row["attempts"]): row["n"] for row in await db.fetch(_ASKED)}
    totals = await _asked(tell, "GET", "/control/totals", params={"prefix": "mk-"})
    paid = await db.fetchval(_PAID)
    await db.close()
    wrong = [] if paid == count else [f"{paid} of {count} are paid after {PATIENCE_S:.0f} s"]
    return Charged(
        count=count,
        latency_s=LATENCY_S,
        seconds=(last - began).total_seconds(),
        most_in_flight=await _most_in_flight(tell),
        cpu_ms={name: seconds * 1000 / count for name, seconds in used.items()},
        looked_at=looked_at,
        floor_s=floor_s,
        floor_in_flight=floor_in_flight,
        wrong=wrong + await _what_is_wrong(url, totals, count),
    )


async def _what_is_wrong(url: str, totals: dict[str, Any], count: int) -> list[str]:
    """Sentences on what differs between the twin, the charges and the book."""
    wrong = []
    if totals["charged_once"] != count or totals["charged_more"] or totals["references"] != count:
        wrong.append(f"the twin charged {totals}")
    if totals["amount_minor"] != {"GHS": count * AMOUNT_MINOR}:
        wrong.append(f"the twin took {totals['amount_minor']}")
    await open_database(url, pool=2)
    book = await check_book()
    await close_database()
    if book != TrialBalance(0, [], []):
        wrong.append(f"the book is not balanced: {book}")
    return wrong


def _environment(database_url: str, redis_url: str, data: Path, twins_port: int) -> dict[str, str]:
    """What the workers are told."""
    return {
        "ENVIRONMENT": "development",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "DATA": str(data),
        "TWINS_PORT": str(twins_port),
        "LOG_LEVEL": "ERROR",
        "SECRET_KEY": DEMO_SECRET_KEY,
    }
