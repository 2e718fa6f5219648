"""What an operator asks of a market, and how the answer is shown."""

from dataclasses import asdict

import orjson
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from core.settings import Settings
from services.doctor import Finding, Verdict, examine

MARKS: dict[Verdict, str] = {
    "fine": "[green]fine[/]",
    "warning": "[yellow]warning[/]",
    "wrong": "[bold red]wrong[/]",
    "skipped": "[dim]skipped[/]",
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
