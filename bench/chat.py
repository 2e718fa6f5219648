"""`make bench-chat`: conversations on every channel beside their floor, and USSD while every provider hangs, in one run.

DATABASE_URL is a PostgreSQL that databases may be made in, REDIS_URL a Redis; both are left as they were found.
"""

import argparse
import asyncio
import itertools
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import uvloop
from aiohttp.test_utils import unused_port
from rich.console import Console

from bench.charge_cards import database, demo_database
from bench.chat_load import Plan, Somebody
from bench.chat_people import add_people, buyers, shoppers
from bench.chat_report import Line, Report, save, show
from bench.doors import environment
from bench.load import Result, run_apart
from bench.market import bench_settings, empty_redis
from bench.processes import Running, healthy, makola, polls, running
from bench.report import Speed
from core.db import close_database, open_database
from services.ledger import TrialBalance, check_book
from services.market import open_market

ARTEFACT = Path("artefacts/chat.json")
WIDTH = 190
WARM_S = 1.0
SIZES = [1, 50, 500]
# Turns due a second, of all people together.
RATES = [100.0, 400.0]
HUNG_PEOPLE, HUNG_RATE = 50, 100.0
PATHS = {
    "ussd": "/channels/ussd/africastalking",
    "sms": "/channels/sms/africastalking",
    "telegram": "/channels/telegram",
}
FLOOR = "/sql/turn"
# The providers' caps on one number are not what is measured.
CAPS = {"SMS_MOST_A_DAY": "1000000", "SMS_MOST_AN_HOUR": "1000000"}


@dataclass(slots=True)
class Bench:
    """A run under way: whom to ask, and where replies come."""

    parts: list[Running]
    port: int
    gateway_port: int
    floor_port: int
    seconds: float
    runs: Iterator[int] = field(default_factory=itertools.count)
    floors: dict[tuple[int, float | None], Speed] = field(default_factory=dict)

    async def line(
        self, channel: str, people: list[Somebody], rate: float | None, *, hang: bool = False
    ) -> Line:
        """What so many people do on a channel."""
        load, before = os.getloadavg()[0], [part.cpu_s() for part in self.parts]
        result = await self._play(channel, PATHS[channel], self.port, people, rate, hang)
        used = {
            part.name: (part.cpu_s() - began) * 1000 / max(1, result.answered)
            for part, began in zip(self.parts, before, strict=True)
        }
        for sample in result.samples:
            print(f"{channel}: {sample}", file=sys.stderr)
        resident = {part.name: part.resident_mb() for part in self.parts}
        floor = None if hang else await self._floor(len(people), rate)
        ours = Speed.of(result.requests, self.seconds)
        return Line(channel, len(people), rate, hang, ours, floor, used, resident, load, result.wrong)

    async def _floor(self, people: int, rate: float | None) -> Speed:
        """The floor with as many people, measured once."""
        if (people, rate) not in self.floors:
            anybody = [
                Somebody(each.address, each.code, [], [[("", "CON")]]) for each in shoppers("ussd", people)
            ]
            result = await self._play("ussd", FLOOR, self.floor_port, anybody, rate, False)
            if result.wrong:
                raise RuntimeError(f"the floor answers wrongly: {result.samples}")
            self.floors[people, rate] = Speed.of(result.requests, self.seconds)
        return self.floors[people, rate]

    async def _play(
        self, channel: str, path: str, port: int, people: list[Somebody], rate: float | None, hang: bool
    ) -> Result:
        plan = Plan(
            channel, path, port, self.gateway_port, people, self.seconds, WARM_S, next(self.runs), rate, hang
        )
        return await run_apart(plan, "bench.chat_load")


async def measure(
    channels: list[str], sizes: list[int], rates: list[float], seconds: float, hung: bool, screen: Console
) -> Report:
    """Set up, measure, check and clean up."""
    report = Report(seconds)
    async with AsyncExitStack() as stack:
        data = stack.enter_context(tempfile.TemporaryDirectory())
        with screen.status("Making the demo market and its people"):
            demo = await stack.enter_async_context(demo_database(os.environ["DATABASE_URL"], Path(data)))
            async with open_market(bench_settings(demo, Path(data))):
                await add_people(max(sizes), HUNG_PEOPLE)
            url = await stack.enter_async_context(database(os.environ["DATABASE_URL"], demo))
            redis_url = await stack.enter_async_context(empty_redis(os.environ["REDIS_URL"]))
        env = environment(url, redis_url, data) | CAPS
        worker = [sys.executable, "-m", "bench.chat_worker"]
        parts = [
            await stack.enter_async_context(running("api", makola("api"), env, healthy(int(env["PORT"])))),
            await stack.enter_async_context(running("worker", worker, env, polls(redis_url))),
        ]
        floor = unused_port()
        floor_env = {"DATABASE_URL": demo, "PORT": str(floor), "BILLER_URL": ""}
        command = [sys.executable, "-m", "bench.floor"]
        await stack.enter_async_context(running("floor", command, floor_env, healthy(floor)))
        report.started_mb = {part.name: part.resident_mb() for part in parts}
        bench = Bench(parts, int(env["PORT"]), int(env["TWINS_PORT"]), floor, seconds)
        for channel, (size, rate) in itertools.product(channels, paces(sizes, rates)):
            with screen.status(f"{channel}, {size} people"):
                report.lines.append(await bench.line(channel, shoppers(channel, size), rate))
        if hung:
            with screen.status("ussd, while every provider hangs"):
                report.lines.append(await bench.line("ussd", buyers(HUNG_PEOPLE), HUNG_RATE, hang=True))
        report.wrong = await what_is_wrong(url)
    return report


def paces(sizes: list[int], rates: list[float]) -> list[tuple[int, float | None]]:
    """Each number of people as fast as it goes, and the most of them at each rate."""
    return [*((size, None) for size in sizes), *((sizes[-1], rate) for rate in rates)]


async def what_is_wrong(url: str) -> list[str]:
    """Sentences on what doesn't add up after the run."""
    await open_database(url, pool=2)
    book = await check_book()
    await close_database()
    return [] if book == TrialBalance(0, [], []) else [f"the book is not balanced: {book}"]


async def main() -> int:
    """Measure what the command line asks for; 1 where something does not add up."""
    options = argparse.ArgumentParser(prog="python -m bench.chat", description=__doc__)
    options.add_argument("--seconds", type=float, default=6.0, help="of each measurement")
    options.add_argument("--channels", nargs="*", choices=list(PATHS), default=list(PATHS), help="only these")
    options.add_argument("--sizes", nargs="+", type=int, default=SIZES, help="people at once, ascending")
    options.add_argument(
        "--rates", nargs="*", type=float, default=RATES, help="turns due a second, of the most people"
    )
    options.add_argument("--no-hung", action="store_true", help="without the row of providers that hang")
    given = options.parse_args()
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    screen = Console(width=WIDTH)
    report = await measure(given.channels, given.sizes, given.rates, given.seconds, not given.no_hung, screen)
    show(report, screen)
    save(report, ARTEFACT)
    return 1 if report.wrong or any(line.wrong for line in report.lines) else 0


if __name__ == "__main__":
    try:
        sys.exit(uvloop.run(main()))
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit(130)
