"""A hundred thousand products from one file, by workers that are killed: is every row taken in once, how fast, in what memory?

`python -m bench.importing` uses the PostgreSQL of DATABASE_URL and the Redis of REDIS_URL.
"""

import argparse
import asyncio
import io
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import asyncpg
import orjson
import uvloop
from redis.asyncio import Redis

from bench.charge_cards import demo_database
from bench.market import bench_settings
from bench.processes import Running, makola, polls, running
from core.logs import configure_logs
from models import StaffUser
from services.imports.exporting import export
from services.imports.listing import ImportView, show_import
from services.imports.starting import start_import
from services.market import open_market
from services.staff import Desk
from services.tenants import scope_by_code

ARTEFACT = Path("artefacts/importing.json")
SHELVES, MAKES = 40, 25
LOOK_S = 0.5
_COUNTS = """
SELECT (SELECT COUNT(*) FROM product WHERE slug LIKE 'bulk-%') AS products,
  (SELECT COUNT(*) FROM variant WHERE sku LIKE 'BLK-%') AS variants,
  (SELECT COUNT(*) FROM stock_level s JOIN variant v ON v.id = s.variant_id WHERE v.sku LIKE 'BLK-%') AS levels,
  (SELECT COUNT(*) FROM fitment f JOIN product p ON p.id = f.product_id WHERE p.slug LIKE 'bulk-%') AS cars,
  (SELECT COUNT(*) FROM search_entry e JOIN product p ON p.id = e.product_id WHERE p.slug LIKE 'bulk-%') AS found
"""


@dataclass(slots=True)
class Taken:
    """How a file went in: seconds, rows a second, how often its worker was killed, and the most memory one held."""

    what: str
    rows: int
    seconds: float
    rows_a_second: float
    killed: int
    memory_at_start_mb: float
    memory_at_most_mb: float
    created: int
    changed: int
    unchanged: int
    refused: int


def catalogue(rows: int) -> bytes:
    """A file with so many products, each on a shelf, for a car, in one variant."""
    out = io.StringIO()
    out.write(
        "handle,name,sku,description,category,subcategory,brand,seller,fits,country_of_origin,condition,price,stock,tags\n"
    )
    for n in range(rows):
        out.write(
            f"bulk-part-{n},Bulk Part {n},BLK-{n:06d},A part that fits and lasts. Number {n} of many.,Shelf {n % 5},Row {n % SHELVES},"
            f"Maker {n % 60},Asante Euro Parts,Make {n % MAKES}|Model {n % 400}|{1990 + n % 20}-{2010 + n % 10},Ghana,NEW,"
            f"{n % 9000 + 1}.50,{n % 70},bulk;part\n"
        )
    return out.getvalue().encode()


async def measure(rows: int, kills: int) -> list[Taken]:
    """Take a file in with kills, take it in again, and write it out. Raises `RuntimeError` where a row was lost or doubled."""
    admin_url, redis_url = os.environ["DATABASE_URL"], os.environ["REDIS_URL"]
    async with Redis.from_url(redis_url) as redis:
        await redis.flushdb()
    file = catalogue(rows)
    with tempfile.TemporaryDirectory() as folder:
        async with demo_database(admin_url, Path(folder)) as url:
            settings = bench_settings(url, Path(folder))
            env = {"DATABASE_URL": url, "REDIS_URL": redis_url, "DATA": folder, "LOG_LEVEL": "WARNING"}
            async with open_market(settings):
                desk = await _somebody()
                first = await _take_in(desk, file, env, redis_url, kills, "new, with kills")
                await _check(url, rows)
                again = await _take_in(desk, file, env, redis_url, 0, "the same again")
                await _check(url, rows)
                told = await _write_out(desk, rows)
    if (first.created, again.unchanged, first.refused + again.refused) != (rows, rows, 0):
        raise RuntimeError(f"{first} and then {again}")
    return [first, again, told]


async def _take_in(
    desk: Desk, file: bytes, env: dict[str, str], redis_url: str, kills: int, what: str
) -> Taken:
    began = time.perf_counter()
    run = int((await start_import(desk, "products", "bulk.csv", io.BytesIO(file), trying=False)).id)
    killed, start, most = 0, 0.0, 0.0
    view = await show_import(desk, run)
    while view.open:
        async with _worker(env, redis_url) as worker:
            target = view.rows * (killed + 1) // (kills + 1) if killed < kills else view.rows + 1
            while view.open and view.done < target:
                await asyncio.sleep(LOOK_S)
                view = await show_import(desk, run)
                start = start or worker.resident_mb()
                most = max(most, worker.resident_mb())
            if view.open:
                worker.process.kill()
                killed += 1
    seconds = time.perf_counter() - began
    return _told(what, view, seconds, killed, start, most)


def _told(what: str, view: ImportView, seconds: float, killed: int, start: float, most: float) -> Taken:
    counts = (view.created, view.changed, view.unchanged, view.refused)
    return Taken(what, view.rows, seconds, view.rows / seconds, killed, start, most, *counts)


@asynccontextmanager
async def _worker(env: dict[str, str], redis_url: str) -> AsyncIterator[Running]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(running("worker", makola("worker"), env, polls(redis_url)))


async def _write_out(desk: Desk, rows: int) -> Taken:
    began, size = time.perf_counter(), 0
    async for piece in export(desk, "products"):
        size += len(piece)
    seconds = time.perf_counter() - began
    return Taken(
        f"written out, {size / 1e6:.1f} MB", rows, seconds, rows / seconds, 0, 0.0, 0.0, 0, 0, rows, 0
    )


async def _somebody() -> Desk:
    scope = await scope_by_code("demo", "test")
    staff = await StaffUser.get(email="admin@makola.test", platform_id=scope.platform_id, environment="test")
    return Desk(scope, staff.id, staff.email, staff.role)


async def _check(url: str, rows: int) -> None:
    db = await asyncpg.connect(url)
    try:
        counted = dict(await db.fetchrow(_COUNTS))
    finally:
        await db.close()
    if set(counted.values()) != {rows}:
        raise RuntimeError(f"{rows} were handed in, and there are {counted}")


async def main() -> None:
    """Measure, and say it."""
    options = argparse.ArgumentParser(prog="python -m bench.importing", description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--kills", type=int, default=4)
    given = options.parse_args()
    configure_logs("ERROR")
    before = os.getloadavg()[0]
    lines = await measure(given.rows, given.kills)
    for line in lines:
        sys.stdout.write(
            f"{line.what}: {line.rows:,} products in {line.seconds:.1f} s, {line.rows_a_second:,.0f} a second; "
            f"worker killed {line.killed} times; {line.memory_at_start_mb:.0f} MB at its start, "
            f"{line.memory_at_most_mb:.0f} MB at most\n"
        )
    sys.stdout.write(f"load average {before:.1f} before, {os.getloadavg()[0]:.1f} after\n")
    save(lines)


def save(lines: list[Taken]) -> None:
    ARTEFACT.parent.mkdir(exist_ok=True)
    ARTEFACT.write_bytes(orjson.dumps([asdict(line) for line in lines], option=orjson.OPT_INDENT_2))


if __name__ == "__main__":
    uvloop.run(main())
