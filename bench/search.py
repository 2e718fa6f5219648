"""`make bench-search`: a catalogue of 100,000 products searched over /shop-api, beside bare SQL in the same run.

DATABASE_URL is a PostgreSQL that databases may be made in, as an administrator; it is left as it was found, but for the
catalogue that `--keep` leaves for the next run.
"""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import uvloop
from aiohttp.test_utils import unused_port
from rich.console import Console
from rich.table import Table

from bench.processes import healthy, makola, running
from bench.search_catalogue import catalogue
from bench.search_questions import KINDS, Kind, Known, known_of
from bench.wire import Wire
from core.settings import DEMO_SECRET_KEY

ARTEFACT = Path("artefacts/search.json")
PRODUCTS = 100_000
AIM_P95_MS = 50
_HEAD = "POST /shop-api HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"


@dataclass(frozen=True, slots=True)
class Line:
    """What one kind of question took, in milliseconds, over the door and of bare SQL; `found` in the median."""

    kind: str
    found: int
    p50_ms: float
    p95_ms: float
    floor_p50_ms: float
    floor_p95_ms: float


async def measure(products: int, rounds: int, screen: Console, *, keep: bool) -> list[Line]:
    """Make the catalogue, ask, and clean up. Raises `RuntimeError` where an answer is wrong."""
    async with AsyncExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        with screen.status(f"Making {products:,} products"):
            url = await stack.enter_async_context(
                catalogue(os.environ["DATABASE_URL"], products, data, keep=keep)
            )
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
        await stack.enter_async_context(running("api", makola("api"), env, healthy(port)))
        wire, floor = await Wire.open(port), await asyncpg.connect(url)
        stack.callback(wire.close)
        stack.push_async_callback(floor.close)
        known = await known_of(floor)
        lines = []
        for kind in KINDS:
            with screen.status(kind.title):
                lines.append(await _line(kind, known, rounds, wire, floor))
        return lines


async def _line(kind: Kind, known: Known, rounds: int, wire: Wire, floor: asyncpg.Connection) -> Line:
    ours: list[float] = []
    bare: list[float] = []
    totals: list[int] = []
    # The first round finds the pages in memory and the plans made; it isn't counted.
    for number in range(rounds + 1):
        for question in kind.questions(known):
            began = time.perf_counter()
            total = await _ask(wire, question.variables)
            between = time.perf_counter()
            rows = await floor.fetch(question.sql, *question.values)
            after = time.perf_counter()
            if not rows or rows[0]["total"] != total:
                raise RuntimeError(f"{kind.title}: {question.variables} finds {total}, bare SQL {rows[:1]}")
            if number:
                ours.append((between - began) * 1000)
                bare.append((after - between) * 1000)
                totals.append(total)
    return Line(
        kind.title, _at(totals, 0.5), _at(ours, 0.5), _at(ours, 0.95), _at(bare, 0.5), _at(bare, 0.95)
    )


async def _ask(wire: Wire, variables: dict[str, Any]) -> int:
    body = orjson.dumps({"query": variables["document"], "variables": {"input": variables["input"]}})
    answer = await wire.ask(f"{_HEAD}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    found = orjson.loads(answer.body)
    if "errors" in found:
        raise RuntimeError(f"{variables}: {found['errors']}")
    return int(found["data"]["search"]["totalItems"])


def _at(values: list[Any], share: float) -> Any:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def show(lines: list[Line], screen: Console) -> None:
    table = Table(
        "question", "found", "p50 ms", "p95 ms", "floor p50 ms", "floor p95 ms", f"p95 < {AIM_P95_MS} ms"
    )
    for line in lines:
        times = (line.p50_ms, line.p95_ms, line.floor_p50_ms, line.floor_p95_ms)
        met = "met" if line.p95_ms < AIM_P95_MS else "falls short"
        table.add_row(line.kind, f"{line.found:,}", *(f"{each:.1f}" for each in times), met)
    screen.print(table)


def save(lines: list[Line]) -> None:
    ARTEFACT.parent.mkdir(exist_ok=True)
    ARTEFACT.write_bytes(orjson.dumps([asdict(line) for line in lines], option=orjson.OPT_INDENT_2))


async def main() -> int:
    """Measure; 1 where a kind of question falls short of its aim."""
    options = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__)
    options.add_argument("--products", type=int, default=PRODUCTS)
    options.add_argument("--rounds", type=int, default=10, help="of every question")
    options.add_argument("--keep", action="store_true", help="the catalogue, for the next run that says so")
    given = options.parse_args()
    task = asyncio.current_task()
    assert task
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    screen = Console(width=120)
    before = os.getloadavg()[0]
    lines = await measure(given.products, given.rounds, screen, keep=given.keep)
    show(lines, screen)
    screen.print(f"{given.rounds} rounds; load average {before:.1f} before, {os.getloadavg()[0]:.1f} after")
    save(lines)
    return 0 if all(line.p95_ms < AIM_P95_MS for line in lines) else 1


if __name__ == "__main__":
    sys.exit(uvloop.run(main()))
