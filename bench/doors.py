"""`make bench`: the doors of the running processes beside their floors, in one run and one table.

DATABASE_URL is a PostgreSQL that databases may be made in, REDIS_URL a Redis; both are left as they were found.
"""

import argparse
import asyncio
import itertools
import os
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import uvloop
from aiohttp.test_utils import unused_port
from rich.console import Console

from bench.load import Ask, Plan, Result, run_apart
from bench.market import empty_redis, fresh_market, goods_of, standing_of, until_all_done, what_is_wrong
from bench.orders import lay_out_carts
from bench.processes import Running, healthy, makola, polls, running
from bench.report import WIDTH, Line, Report, Weight, compare, judge, save, show, speed, statements
from bench.rows import RATIOS, ROWS
from bench.steps import Goods, Row
from core.settings import DEMO_SECRET_KEY

ARTEFACT = Path("artefacts/bench.json")
WARM_S = 0.5
# Telephones that share a fixed rate.
CALLERS = 32
# Carts that are laid out for each second: more than anybody places.
MOST_PLACED = 1_500

Preflight = dict[str, list[dict[str, int]]]
MADE = ("order", "bill")


@dataclass(slots=True)
class Bench:
    """A run under way: where to ask, and what is known."""

    url: str
    floor_url: str
    api: Running
    helpers: list[Running]
    api_port: int
    floor_port: int
    goods: Goods
    preflight: Preflight
    seconds: float
    connections: list[int]
    runs: Iterator[int] = field(default_factory=itertools.count)
    made: Counter[str] = field(default_factory=Counter)

    async def lines(self, row: Row, screen: Console) -> list[Line]:
        """The row at each number of connections."""
        numbers = [CALLERS] if row.rate else self.connections
        lines = []
        for number in numbers:
            with screen.status(f"{row.title}, {number} connections"):
                lines.append(await self._line(row, number))
        return lines

    async def _line(self, row: Row, connections: int) -> Line:
        scripts, steps = row.scripts(self.goods), self.preflight[row.key]
        began, helped = self.api.cpu_s(), [helper.cpu_s() for helper in self.helpers]
        ours = await self._play(
            row, connections, self.api_port, [[s.ask() for s in script] for script in scripts], self.url
        )
        counted = max(1, ours.finished if row.whole else ours.answered)
        cpu_ms = (self.api.cpu_s() - began) * 1000 / counted
        # What a row leaves to be done is its own, and must not slow the next.
        await until_all_done(self.url)
        helpers_ms = {
            helper.name: (helper.cpu_s() - before) * 1000 / counted
            for helper, before in zip(self.helpers, helped, strict=True)
        }
        self.made[row.makes] += ours.finished
        sql = await self._play(
            row,
            connections,
            self.floor_port,
            [[s.ask_sql() for s in script] for script in scripts],
            self.floor_url,
        )
        bare = await self._play(
            row,
            connections,
            self.floor_port,
            [[s.ask_bare(known["bytes"]) for s, known in zip(scripts[0], steps, strict=True)]],
        )
        for sample in ours.samples:
            print(f"{row.key}: {sample}", file=sys.stderr)
        if sql.wrong or bare.wrong:
            raise RuntimeError(f"the floor of {row.key} answers wrongly: {sql.samples + bare.samples}")
        fast, floor, empty = (speed(row, result, self.seconds) for result in (ours, sql, bare))
        aim, met = judge(row.aim, fast, floor, at_most=connections == self.connections[-1])
        return Line(
            row.key,
            row.title,
            connections,
            fast,
            floor,
            empty,
            cpu_ms,
            helpers_ms,
            statements(row, steps),
            statements(row, steps, "floor "),
            None if row.rate else floor.per_second / fast.per_second,
            aim,
            met,
            ours.wrong,
        )

    async def _play(
        self, row: Row, connections: int, port: int, scripts: list[list[Ask]], carts_in: str = ""
    ) -> Result:
        run = next(self.runs)
        if row.carts and carts_in:
            await lay_out_carts(carts_in, run, int((self.seconds + WARM_S) * MOST_PLACED))
        plan = Plan(port, scripts, connections, self.seconds, WARM_S, run, row.rate, row.apart)
        return await run_apart(plan)


async def measure(rows: list[Row], seconds: float, connections: list[int], screen: Console) -> Report:
    """Set up, measure, check and clean up. Raises `RuntimeError` where an answer is wrong from the start."""
    report = Report(seconds)
    async with AsyncExitStack() as stack:
        data = stack.enter_context(tempfile.TemporaryDirectory())
        with screen.status("Making the demo market"):
            redis_url = await stack.enter_async_context(empty_redis(os.environ["REDIS_URL"]))
            market = fresh_market(os.environ["DATABASE_URL"], Path(data))
            url, copy = await stack.enter_async_context(market)
            preflight = await fly_before(copy)
        before = await standing_of(url)
        env = environment(url, redis_url, data)
        parts = [
            await stack.enter_async_context(running(name, makola(name), env, ready))
            for name, ready in (
                ("twins", healthy(int(env["TWINS_PORT"]), "/")),
                ("worker", polls(redis_url)),
                ("api", healthy(int(env["PORT"]))),
            )
        ]
        biller, floor = unused_port(), unused_port()
        for name, database, port in (("biller", "", biller), ("floor", copy, floor)):
            command = [sys.executable, "-m", "bench.floor"]
            its = {"DATABASE_URL": database, "PORT": str(port), "BILLER_URL": f"http://127.0.0.1:{biller}"}
            await stack.enter_async_context(running(name, command, its, healthy(port)))
        goods = await goods_of(url)
        *helpers, api = parts
        bench = Bench(
            url, copy, api, helpers, int(env["PORT"]), floor, goods, preflight, seconds, connections
        )
        for row in rows:
            report.lines += await bench.lines(row, screen)
        report.weights = [Weight(part.name, part.start_s, part.resident_mb()) for part in parts]
        report.ratios = [ratio for each in RATIOS for ratio in compare(each, report.lines)]
        report.checkouts, report.bills = (bench.made[each] for each in MADE)
        report.wrong = await what_is_wrong(url, before, report.checkouts, report.bills)
    return report


def environment(database_url: str, redis_url: str, data: str) -> dict[str, str]:
    """What the processes are told."""
    return {
        "ENVIRONMENT": "development",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "DATA": data,
        "HOST": "127.0.0.1",
        "PORT": str(unused_port()),
        "TWINS_PORT": str(unused_port()),
        "LOG_LEVEL": "WARNING",
        "SECRET_KEY": DEMO_SECRET_KEY,
    }


async def fly_before(url: str) -> Preflight:
    """Each row once in a process of its own: see `bench.preflight`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.preflight",
        env=os.environ | {"DATABASE_URL": url},
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("the preflight failed")
    found: Preflight = orjson.loads(output)
    return found


async def main() -> int:
    """Measure what the command line asks for; 1 where something does not add up."""
    options = argparse.ArgumentParser(prog="python -m bench.doors", description=__doc__)
    options.add_argument("--seconds", type=float, default=4.0, help="of each measurement")
    options.add_argument("--rows", nargs="+", choices=[row.key for row in ROWS], help="only these")
    options.add_argument("--connections", nargs="+", type=int, default=[1, 32], help="ascending")
    given = options.parse_args()
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    screen = Console(width=WIDTH)
    rows = [row for row in ROWS if not given.rows or row.key in given.rows]
    report = await measure(rows, given.seconds, given.connections, screen)
    show(report, screen)
    save(report, ARTEFACT)
    return 1 if report.wrong or any(line.wrong for line in report.lines) else 0


if __name__ == "__main__":
    try:
        sys.exit(uvloop.run(main()))
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit(130)
