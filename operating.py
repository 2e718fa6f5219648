"""What an operator asks of a market, and how the answer is shown."""

from dataclasses import asdict
from datetime import datetime

import orjson
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from core.money import format_money
from core.settings import Settings
from services.doctor import Finding, Verdict, examine
from services.market import open_market
from services.recovery import Recovery, read_statement, recover
from services.recovery import Verdict as Became
from services.rekeying import not_by_the_newest, rekey

MARKS: dict[Verdict, str] = {
    "fine": "[green]fine[/]",
    "warning": "[yellow]warning[/]",
    "wrong": "[bold red]wrong[/]",
    "skipped": "[dim]skipped[/]",
}

SAID: dict[Became, str] = {
    "known": "the book has it",
    "asked": "a worker asks about it",
    "booked": "booked, nobody knew of it",
    "open": "may still change",
    "whose": "[bold red]whose it is can't be told[/]",
}


async def look_over(screen: Console, as_json: bool) -> bool:
    """Examine the market of the environment's settings and print every finding; whether nothing is wrong."""
    findings = await _findings(screen, as_json)
    if as_json:
        # Not by the screen, which breaks lines.
        print(orjson.dumps([asdict(each) for each in findings], option=orjson.OPT_INDENT_2).decode())
    else:
        _show(findings, screen)
    return not any(each.verdict == "wrong" for each in findings)


async def recover_market(
    settings: Settings,
    screen: Console,
    since: datetime,
    live: bool,
    *,
    statement: str,
    nothing_at: list[str],
    send_back: bool,
) -> bool:
    """Bring a restored database up to what providers have moved since, and print what became of it; whether nothing is left.

    Raises `InvalidInput` where the statement can't be read.
    """
    movements = read_statement(statement) if statement else []
    async with open_market(settings):
        done = await recover(
            since,
            "live" if live else "test",
            statement=movements,
            nothing_at=nothing_at,
            send_back=send_back,
        )
    _show_recovery(done, screen)
    return done.complete


async def make_anew(settings: Settings, screen: Console) -> bool:
    """Make all that is kept by a former key anew with the newest, and say how far that is; whether nothing is left."""
    async with open_market(settings):
        done = await rekey(lambda what, so_far: screen.print(f"{what}: {so_far.done} made anew"))
        left = await not_by_the_newest()
    for what, how_many in left.items():
        screen.print(f"[yellow]{what}: {how_many} are not by SECRET_KEY.[/]")
    if done.lost:
        screen.print(f"[bold red]No key that was given fits {done.lost} of them.[/]")
    if not left:
        screen.print("[bold green]Nothing that is kept needs a former key.[/]")
    return not left


def _show_recovery(done: Recovery, screen: Console) -> None:
    screen.print(f"{done.woken} open rows are due now: workers ask what became of them.")
    table = Table("Provider", "Movement", "", "How many", "Amount", box=None, padding=(0, 2, 0, 0))
    sums: dict[tuple[str, str, str, str], list[int]] = {}
    for each in done.found:
        of = each.movement
        sums.setdefault((of.provider, of.kind, SAID[each.verdict], of.currency), []).append(of.amount_minor)
    for (provider, kind, said, currency), amounts in sorted(sums.items()):
        table.add_row(provider, kind, said, str(len(amounts)), format_money(sum(amounts), currency))
    screen.print(table)
    for charge in done.sent_back:
        screen.print(f"Sent back: {charge.reference}, {format_money(charge.amount_minor, charge.currency)}")
    for name, why in done.silent.items():
        screen.print(f"[bold red]{escape(name)}[/]: {escape(why)}")
    if done.complete:
        screen.print("[bold green]Nothing is left to be asked.[/]")
    else:
        screen.print("[yellow]Let the workers work, and run this again until nothing is left.[/]")


async def _findings(screen: Console, as_json: bool) -> list[Finding]:
    try:
        settings = Settings()
    except ValidationError as error:
        return [_unreadable(wrong["loc"], wrong["msg"]) for wrong in error.errors()]
    if as_json:
        return await examine(settings)
    with screen.status("Looking the market over ..."):
        return await examine(settings)


def _unreadable(where: tuple[int | str, ...], why: str) -> Finding:
    name = "_".join(str(part) for part in where).upper()
    return Finding(
        "wrong",
        why.removeprefix("Value error, "),
        "Correct it in the environment or in .env; .env.example describes every setting.",
        about=name,
        check="settings",
    )


def _show(findings: list[Finding], screen: Console) -> None:
    table = Table("Check", "", "Found", "What to do", box=None, padding=(0, 2, 0, 0))
    for each in findings:
        name = f"{each.check}: {each.about}" if each.about else each.check
        table.add_row(escape(name), MARKS[each.verdict], escape(each.found), escape(each.remedy))
    screen.print(table)
    wrong = sum(each.verdict == "wrong" for each in findings)
    if wrong:
        screen.print(f"[bold red]{wrong} {'thing is' if wrong == 1 else 'things are'} wrong.[/]")
    else:
        screen.print("[bold green]The market is well.[/]")
