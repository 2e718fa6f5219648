"""`make bench-desk`: the pages of the desk with 100,000 orders, beside bare SQL for the rows that they show, in the same run.

DATABASE_URL is a PostgreSQL that databases may be made in, as an administrator; it is left as it was found, but for the
orders that `--keep` leaves for the next run.
"""

import argparse
import asyncio
import os
import re
import signal
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

import asyncpg
import orjson
import uvloop
from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import unused_port
from rich.console import Console
from rich.table import Table

from bench.desk_orders import orders
from bench.desk_pages import Look, looks, numbers
from bench.processes import Running, healthy, makola, running
from bench.wire import Wire
from core.settings import DEMO_SECRET_KEY

ARTEFACT = Path("artefacts/desk.json")
ORDERS = 100_000
AIM_P95_MS = 100
FLOOR_SETTINGS = {"jit": "off", "max_parallel_workers_per_gather": "0"}
# The first rounds find pages in memory, and templates and plans made; they aren't counted.
WARMING = 3


@dataclass(frozen=True, slots=True)
class Line:
    """What one kind of page took, in milliseconds, over the door and of bare SQL. `api_cpu_ms` is the mean of a page."""

    kind: str
    kilobytes: float
    p50_ms: float
    p95_ms: float
    floor_p50_ms: float
    floor_p95_ms: float
    api_cpu_ms: float


async def measure(count: int, rounds: int, screen: Console, *, keep: bool) -> list[Line]:
    """Make the orders, look at the pages, and clean up. Raises `RuntimeError` where one isn't shown."""
    async with AsyncExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        with screen.status(f"Making {count:,} orders"):
            url = await stack.enter_async_context(orders(os.environ["DATABASE_URL"], count, data, keep=keep))
        port = unused_port()
        env = {
            "ENVIRONMENT": "development",
            "DATABASE_URL": url,
            "REDIS_URL": os.environ["REDIS_URL"],
            "DATA": str(data),
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "LOG_LEVEL": "WARNING",
            "SECRET_KEY": DEMO_SECRET_KEY,
        }
        api = await stack.enter_async_context(running("api", makola("api"), env, healthy(port)))
        cookie = await _sign_in(f"http://127.0.0.1:{port}")
        wire, floor = await Wire.open(port), await asyncpg.connect(url, server_settings=FLOOR_SETTINGS)
        stack.callback(wire.close)
        stack.push_async_callback(floor.close)
        platform = await floor.fetchval("SELECT id FROM platform WHERE code = 'demo'")
        lines = []
        for look in looks(count):
            with screen.status(look.title):
                lines.append(
                    await _line(look, numbers(count, rounds + WARMING), wire, cookie, floor, platform, api)
                )
        return lines


async def _sign_in(base: str) -> str:
    """The session's cookie of the demo's owner."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        async with session.get(f"{base}/admin/sign-in") as answer:
            token = re.search(r'name="csrf" value="(\w+)"', await answer.text())
        assert token
        fields = {
            "csrf": token[1],
            "email": "admin@makola.test",
            "password": "makola-demo",
            "shop": "demo",
            "environment": "test",
        }
        async with session.post(f"{base}/admin/sign-in", data=fields) as answer:
            if answer.status != 200:
                raise RuntimeError(f"signing in: {answer.status}")
        return next(f"desk={each.value}" for each in session.cookie_jar if each.key == "desk")


async def _line(
    look: Look,
    asked: list[int],
    wire: Wire,
    cookie: str,
    floor: asyncpg.Connection,
    platform: int,
    api: Running,
) -> Line:
    ours: list[float] = []
    bare: list[float] = []
    size, cpu_s = 0, 0.0
    for number, n in enumerate(asked):
        if number == WARMING:
            cpu_s = api.cpu_s()
        request = f"GET {look.path(n)} HTTP/1.1\r\nHost: bench\r\nCookie: {cookie}\r\n\r\n".encode()
        began = time.perf_counter()
        answer = await wire.ask(request)
        between = time.perf_counter()
        await floor.fetch(look.sql, platform, *look.values(n)) if "$1" in look.sql else None
        after = time.perf_counter()
        if answer.status != 200:
            raise RuntimeError(f"{look.title}: {look.path(n)} answers {answer.status}")
        if number >= WARMING:
            ours.append((between - began) * 1000)
            bare.append((after - between) * 1000)
            size += len(answer.body)
    rounds = len(ours)
    cpu_ms = (api.cpu_s() - cpu_s) * 1000 / rounds
    return Line(
        look.title,
        size / rounds / 1000,
        _at(ours, 0.5),
        _at(ours, 0.95),
        _at(bare, 0.5),
        _at(bare, 0.95),
        cpu_ms,
    )


def _at(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def show(lines: list[Line], screen: Console) -> None:
    table = Table(
        "page", "kB", "p50 ms", "p95 ms", "floor p50", "floor p95", "api CPU", f"p95 < {AIM_P95_MS} ms"
    )
    for line in lines:
        figures = (
            line.kilobytes,
            line.p50_ms,
            line.p95_ms,
            line.floor_p50_ms,
            line.floor_p95_ms,
            line.api_cpu_ms,
        )
        met = "met" if line.p95_ms < AIM_P95_MS else "falls short"
        table.add_row(line.kind, *(f"{each:.1f}" for each in figures), met)
    screen.print(table)


def save(lines: list[Line]) -> None:
    ARTEFACT.parent.mkdir(exist_ok=True)
    ARTEFACT.write_bytes(orjson.dumps([asdict(line) for line in lines], option=orjson.OPT_INDENT_2))


async def main() -> int:
    """Measure; 1 where a kind of page falls short of its aim."""
    options = argparse.ArgumentParser(prog="python -m bench.desk", description=__doc__)
    options.add_argument("--orders", type=int, default=ORDERS)
    options.add_argument("--rounds", type=int, default=100, help="of every page")
    options.add_argument("--keep", action="store_true", help="the orders, for the next run that says so")
    given = options.parse_args()
    task = asyncio.current_task()
    assert task
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    screen = Console(width=140)
    before = os.getloadavg()[0]
    lines = await measure(given.orders, given.rounds, screen, keep=given.keep)
    show(lines, screen)
    screen.print(f"{given.rounds} rounds; load average {before:.1f} before, {os.getloadavg()[0]:.1f} after")
    save(lines)
    return 0 if all(line.p95_ms < AIM_P95_MS for line in lines) else 1


if __name__ == "__main__":
    sys.exit(uvloop.run(main()))
