"""`make drill`: back up, trade on, lose the database, restore it, ask the providers; the book agrees with them to the minor unit.

DATABASE_URL is a PostgreSQL that databases may be made in, REDIS_URL a Redis; both are left as they were found. `pg_dump` and
`pg_restore` must be there. Real `makola api`, `worker`, `twins` and `recover` run beside.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import uvloop
from aiohttp import ClientSession
from rich.console import Console
from rich.table import Table

from bench.charge_cards import demo_database
from bench.doors import environment
from bench.drill_traffic import Traffic
from bench.market import bench_settings, empty_redis
from bench.processes import healthy, makola, polls, running
from core.logs import configure_logs
from core.money import format_money
from core.settings import Settings
from services.ledger import TrialBalance, check_book
from services.market import open_market

ARTEFACT = Path("artefacts/drill.json")
PATIENCE_S = 180.0
ENVIRONMENT = "test"
TAKEN = ("success", "reversed")

# (provider, currency) -> minor units that it has, or has been given, by our book or by its own.
Sums = dict[tuple[str, str], int]


@dataclass(slots=True)
class Report:
    """What the drill came to. Seconds are of this machine; `lost_s` is how long the market was away."""

    ours: Sums = field(default_factory=dict)
    theirs: Sums = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    runs: int = 0
    book: TrialBalance | None = None

    @property
    def agrees(self) -> bool:
        return self.ours == self.theirs and self.book == TrialBalance(0, [], [])


async def drill(size: int, screen: Console) -> Report:
    """All of it, on a database of its own."""
    report = Report()
    async with AsyncExitStack() as stack:
        data = stack.enter_context(tempfile.TemporaryDirectory())
        with screen.status("Making the demo market"):
            url = await stack.enter_async_context(demo_database(os.environ["DATABASE_URL"], Path(data)))
        redis_url = await stack.enter_async_context(empty_redis(os.environ["REDIS_URL"]))
        env = environment(url, redis_url, data)
        twins = f"http://127.0.0.1:{env['TWINS_PORT']}"
        twins_ready = healthy(int(env["TWINS_PORT"]), "/")
        await stack.enter_async_context(running("twins", makola("twins"), env, twins_ready))
        backup = Path(data) / "makola.dump"
        since = await trade(env, size, backup, report, screen)
        began = time.perf_counter()
        with screen.status("Losing the database, and restoring the backup"):
            before = await counts(url)
            await lose(url)
            await timed(
                report,
                "restore",
                command("pg_restore", "--no-owner", "--exit-on-error", "-d", plain(url), str(backup)),
            )
            report.lost = {name: before[name] - number for name, number in (await counts(url)).items()}
        with screen.status("Asking the providers"):
            await ask_until_nothing_is_left(env, since, twins, Path(data), report)
        report.seconds["away, until the book agreed"] = time.perf_counter() - began
        report.ours, report.book = await booked(url, Path(data))
        report.theirs = await moved(twins)
    return report


async def trade(env: dict[str, str], size: int, backup: Path, report: Report, screen: Console) -> datetime:
    """Trade, back up while people go on, and trade after it; when the backup began."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(running("api", makola("api"), env, healthy(int(env["PORT"]))))
        await stack.enter_async_context(running("worker", makola("worker"), env, polls(env["REDIS_URL"])))
        await stack.enter_async_context(open_market(settings_of(env)))
        traffic = await Traffic.open()
        with screen.status("Trading before the backup"):
            await traffic.orders(size)
            cards = await traffic.cards(size // 4)
            await until_quiet(env["DATABASE_URL"])
            await traffic.airtime(cards[: size // 8])
            await traffic.naira_bills(size // 8)
            await traffic.give_backs(size // 8)
            await until_quiet(env["DATABASE_URL"])
        with screen.status("Backing up in the middle of it"):
            await traffic.orders(size // 4)
            await traffic.give_backs(size // 8)
            since = datetime.now(UTC)
            dump = command("pg_dump", "-Fc", "-f", str(backup), plain(env["DATABASE_URL"]))
            await asyncio.gather(timed(report, "backup", dump), traffic.orders(size // 4))
        with screen.status("Trading after the backup"):
            await traffic.orders(size)
            await traffic.cards(size // 8)
            await traffic.airtime(cards[size // 8 :])
            await traffic.naira_bills(size // 8)
            await traffic.give_backs(size // 4)
            await until_quiet(env["DATABASE_URL"])
            # And some of which nobody knows what becomes of them when everything stops.
            await traffic.orders(size // 8)
    return since


async def ask_until_nothing_is_left(
    env: dict[str, str], since: datetime, twins: str, data: Path, report: Report
) -> None:
    """`makola recover`, with workers beside it, as docs/operations.md tells an operator. Raises `RuntimeError`."""
    end = time.perf_counter() + PATIENCE_S
    # Before any worker: it would do again what the backup has forgotten that it did.
    await recovery(env, since, twins, data, report)
    async with (
        running("api", makola("api"), env, healthy(int(env["PORT"]))),
        running("worker", makola("worker"), env, polls(env["REDIS_URL"])),
    ):
        while time.perf_counter() < end:
            await until_quiet(env["DATABASE_URL"])
            if await recovery(env, since, twins, data, report) == 0:
                await until_quiet(env["DATABASE_URL"])
                return
    raise RuntimeError(f"after {PATIENCE_S:.0f} s there is still something to be asked")


async def recovery(env: dict[str, str], since: datetime, twins: str, data: Path, report: Report) -> int:
    """One run of the real command; 0 where nothing is left."""
    statement = data / "statement.csv"
    statement.write_text(await statement_of(twins))
    report.runs += 1
    words = [*makola("recover"), "--since", since.strftime("%Y-%m-%dT%H:%M:%S")]
    words += ["--statement", str(statement), "--nothing-at", "monnify"]
    return await timed(report, "one recovery", command(*words, env=env), may_fail=True)


async def statement_of(twins: str) -> str:
    """What the billers' dashboards would export, since they list nothing over their API."""
    lines = ["kind,provider,reference,amount,currency"]
    for each in (await state_of(twins))["bills"]["purchases"]:
        if each["deliveries"]:
            amount = f"{each['amount'] / 100:.2f}"
            lines.append(f"bill,{each['provider']},{each['reference']},{amount},{each['currency']}")
    return "\n".join(lines) + "\n"


async def state_of(twins: str) -> dict[str, Any]:
    async with ClientSession() as client, client.get(f"{twins}/control/state") as answer:
        return dict(await answer.json())


async def moved(twins: str) -> Sums:
    """What each provider has by its own book: charges less refunds, and bills that it delivered."""
    state, sums = await state_of(twins), Sums()
    for each in state["transactions"]:
        key = ("gateway:paystack", each["currency"])
        sums[key] = sums.get(key, 0) + each["amount"] * each["charges"] - each["refunded"]
    for each in state["bills"]["purchases"]:
        key = (f"biller:{each['provider']}", each["currency"])
        sums[key] = sums.get(key, 0) + each["amount"] * each["deliveries"]
    return {key: amount for key, amount in sums.items() if amount}


async def booked(url: str, data: Path) -> tuple[Sums, TrialBalance]:
    """The same by our book, and whether all of that adds up."""
    db = await asyncpg.connect(url)
    rows = await db.fetch(
        "SELECT a.code, a.currency, sum(p.amount_minor)::bigint AS minor FROM ledger_account a "
        "JOIN posting p ON p.account_id = a.id WHERE a.code LIKE 'gateway:%' OR a.code LIKE 'biller:%' GROUP BY 1, 2"
    )
    await db.close()
    async with open_market(bench_settings(url, data)):
        book = await check_book()
    # A provider's account is below zero by what it owes us; a biller's above it by what it was paid.
    signs = {"gateway": -1, "biller": 1}
    return {
        (row["code"], row["currency"]): row["minor"] * signs[row["code"].split(":")[0]]
        for row in rows
        if row["minor"]
    }, book


async def counts(url: str) -> dict[str, int]:
    """How much there is of what people made."""
    db = await asyncpg.connect(url)
    names = {
        "orders": "customer_order",
        "payments": "payment",
        "refunds": "refund",
        "bills": "bill_purchase",
        "customers": "customer",
    }
    found = {name: await db.fetchval(f"SELECT count(*) FROM {table}") for name, table in names.items()}
    await db.close()
    return found


async def lose(url: str) -> None:
    """The database is gone, and an empty one stands where it was."""
    name = url.rpartition("/")[2]
    admin = await asyncpg.connect(os.environ["DATABASE_URL"])
    await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await admin.execute(f'CREATE DATABASE "{name}"')
    await admin.close()


async def until_quiet(url: str) -> None:
    """Wait until no payment, refund or bill is under way. Raises `RuntimeError` after `PATIENCE_S`."""
    db = await asyncpg.connect(url)
    try:
        for _ in range(int(PATIENCE_S * 4)):
            if not await db.fetchval(
                "SELECT EXISTS (SELECT FROM payment WHERE state IN ('Created', 'Pending')) "
                "OR EXISTS (SELECT FROM refund WHERE state IN ('Stored', 'Waiting', 'Unknown')) "
                "OR EXISTS (SELECT FROM bill_purchase WHERE state IN ('Stored', 'Pending', 'Unknown'))"
            ):
                return
            await asyncio.sleep(0.25)
    finally:
        await db.close()
    raise RuntimeError("something is under way and does not end")


def settings_of(env: dict[str, str]) -> Settings:
    return Settings(
        _env_file=None, **{name.lower(): value for name, value in env.items()} | {"log_level": "ERROR"}
    )


def plain(url: str) -> str:
    """As PostgreSQL's own programs take it."""
    return url.replace("postgres://", "postgresql://", 1)


async def command(*words: str, env: dict[str, str] | None = None) -> int:
    process = await asyncio.create_subprocess_exec(
        *words, env=os.environ | (env or {}), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    print(said.decode(), file=sys.stderr)
    return process.returncode or 0


async def timed(report: Report, name: str, work: Any, *, may_fail: bool = False) -> int:
    began = time.perf_counter()
    status: int = await work
    report.seconds[name] = time.perf_counter() - began
    if status and not may_fail:
        raise RuntimeError(f"the {name} failed")
    return status


def show(report: Report, screen: Console) -> None:
    table = Table(
        "Account", "Currency", "Our book", "The provider's", "Difference", title="After the recovery"
    )
    for account, currency in sorted(report.ours | report.theirs):
        ours, theirs = (sums.get((account, currency), 0) for sums in (report.ours, report.theirs))
        shown = [format_money(each, currency) for each in (ours, theirs)]
        table.add_row(account, currency, *shown, str(ours - theirs))
    screen.print(table)
    lost = ", ".join(f"{number} {name}" for name, number in report.lost.items())
    screen.print(f"Made after the backup, and lost with the database: {lost}.")
    took = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in report.seconds.items())
    screen.print(f"{report.runs} runs of `makola recover`; {took}.")
    screen.print(
        "[bold green]They agree to the minor unit.[/]"
        if report.agrees
        else f"[bold red]They don't agree.[/] {report.book}"
    )


async def main() -> int:
    """1 where the book and the providers don't agree."""
    options = argparse.ArgumentParser(prog="python -m bench.drill", description=__doc__)
    options.add_argument(
        "--size", type=int, default=40, help="orders before the backup; everything else goes by it"
    )
    given = options.parse_args()
    screen = Console(width=120)
    configure_logs("ERROR")
    report = await drill(given.size, screen)
    show(report, screen)
    save(report)
    return 0 if report.agrees else 1


def save(report: Report) -> None:
    ARTEFACT.parent.mkdir(exist_ok=True)
    ARTEFACT.write_bytes(
        orjson.dumps(
            {
                "agrees": report.agrees,
                "ours": {" ".join(key): amount for key, amount in report.ours.items()},
                "theirs": {" ".join(key): amount for key, amount in report.theirs.items()},
                "lost": report.lost,
                "seconds": report.seconds,
                "runs": report.runs,
            },
            option=orjson.OPT_INDENT_2,
        )
    )


if __name__ == "__main__":
    try:
        sys.exit(uvloop.run(main()))
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit(130)
