"""`make bench-charges`: balances that fall due at one instant, taken by workers, beside their floors in the same run.

DATABASE_URL is a PostgreSQL that databases may be made in, as an administrator, REDIS_URL a Redis; both are left as they
were found.
"""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

import uvloop
from rich.console import Console

from bench.charge_cards import demo_database, take_cards
from bench.charge_providers import charge_stored
from bench.charge_report import Charges, save, show
from bench.report import WIDTH

ARTEFACT = Path("artefacts/charges.json")
SIZES = [10_000, 100_000]
MILLION = 1_000_000
STORED = 10_000


async def measure(sizes: list[int], stored: int, workers: int, screen: Console) -> Charges:
    """Make the rows, measure, check, and clean up."""
    report = Charges(workers)
    admin_url = os.environ["DATABASE_URL"]
    async with AsyncExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        with screen.status("Making the demo market"):
            demo_url = await stack.enter_async_context(demo_database(admin_url, data))
        for count in sizes:
            with screen.status(f"{count:,} balances on shopping cards"):
                report.cards.append(await take_cards(admin_url, demo_url, count, workers))
        if stored:
            with screen.status(f"{stored:,} balances on stored cards"):
                report.stored.append(await charge_stored(admin_url, demo_url, data, stored, workers))
    return report


async def main() -> int:
    """Measure what the command line asks for; 1 where something does not add up."""
    options = argparse.ArgumentParser(prog="python -m bench.charges", description=__doc__)
    options.add_argument("--sizes", nargs="*", type=int, default=SIZES, help="balances on shopping cards")
    options.add_argument("--million", action="store_true", help="and a million of them")
    options.add_argument(
        "--stored", type=int, default=STORED, help="balances on cards stored at Paystack; 0: none"
    )
    options.add_argument("--workers", type=int, default=2, help="processes")
    given = options.parse_args()
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    screen = Console(width=WIDTH)
    sizes = given.sizes + [MILLION] * given.million
    report = await measure(sizes, given.stored, given.workers, screen)
    show(report, screen)
    save(report, ARTEFACT)
    return 1 if report.wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(uvloop.run(main()))
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit(130)
