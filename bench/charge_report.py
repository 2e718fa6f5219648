"""What taking balances cost, as one table and one JSON file, each number beside its floor and its aim."""

from dataclasses import dataclass, field
from pathlib import Path

import orjson
from rich import box
from rich.console import Console
from rich.table import Table

from bench.charge_cards import Size, Taken
from bench.charge_providers import Charged

# What is aimed at: seconds for a million on two cores, and how much a charge may cost more among many than among few.
MILLION_S = 120
FLAT = 1.25
IN_FLIGHT = 500
HEAD = (
    "per s",
    "last after s",
    "Python µs",
    "PostgreSQL µs",
    "longest ms",
    "floor/s",
    "floor µs",
    "ours ÷ floor",
)


@dataclass(slots=True)
class Charges:
    """A whole run with so many worker processes."""

    workers: int
    cards: list[Size] = field(default_factory=list)
    stored: list[Charged] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        """Sentences on what does not add up."""
        return [sentence for each in (*self.cards, *self.stored) for sentence in each.wrong]


def show(report: Charges, screen: Console) -> None:
    """Print the table, and what does not add up."""
    if report.cards:
        _show_cards(report, screen)
    for each in report.stored:
        _show_stored(each, screen)
    if not report.wrong:
        total = sum(each.count for each in (*report.cards, *report.stored))
        screen.print(
            f"[green]{total:,} balances: each taken once, every balance on a card right; the book is balanced."
        )
    for sentence in report.wrong:
        screen.print(f"[bold red]Wrong:[/] {sentence}", markup=True)


def _show_cards(report: Charges, screen: Console) -> None:
    table = Table(box=box.SIMPLE_HEAD, title=f"Balances due at once, {report.workers} workers")
    table.add_column("What")
    for name in HEAD:
        table.add_column(name, justify="right")
    table.add_column("Aim")
    for size in report.cards:
        table.add_row(*_cells(size, report.cards[0]))
    screen.print(table)
    screen.print(
        "floor: one hand-written statement a batch of the same size, in as many processes, in this run. µs: processor time for "
        "each, of the workers and of PostgreSQL's backends. longest: one batch, so long its orders are held.",
        style="dim",
    )


def _show_stored(each: Charged, screen: Console) -> None:
    cpu = ", ".join(f"{name} {ms:.1f} ms" for name, ms in each.cpu_ms.items())
    screen.print(
        f"{each.count:,} stored cards at a provider that takes {each.latency_s * 1000:.0f} ms: "
        f"[bold]{each.count / each.seconds:,.0f}[/] charges/s, the last after {each.seconds:.1f} s; at most "
        f"{each.most_in_flight} calls in flight. {_verdict(f'≥ {IN_FLIGHT}', each.most_in_flight >= IN_FLIGHT)}\n"
        f"The floor, bare clients with the same calls: {each.count / each.floor_s:,.0f} charges/s, {each.floor_s:.1f} s, "
        f"{each.floor_in_flight} in flight. CPU for each: {cpu}. Taken up so often: {each.looked_at}."
    )


def save(report: Charges, path: Path) -> None:
    """Write everything as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))


def _cells(size: Size, smallest: Size) -> list[str]:
    ours, floor = size.ours, size.floor
    return [
        f"{size.count:,} shopping cards",
        f"[bold]{ours.per_second:,.0f}[/]",
        f"{ours.seconds:.1f}",
        f"{ours.python_us:.0f}",
        f"{ours.postgres_us:.0f}",
        f"{ours.longest_ms:.0f}",
        f"{floor.per_second:,.0f}",
        f"{_cost(floor):.0f}",
        f"{_cost(ours) / _cost(floor):.1f}",
        _aim(size, smallest),
    ]


def _cost(taken: Taken) -> float:
    return taken.python_us + taken.postgres_us


def _aim(size: Size, smallest: Size) -> str:
    if size.count >= 1_000_000:
        return _verdict(f"≤ {MILLION_S} s", size.ours.seconds <= MILLION_S)
    if size is smallest:
        return ""
    return _verdict(f"µs ≤ {FLAT} × the smallest", _cost(size.ours) <= FLAT * _cost(smallest.ours))


def _verdict(aim: str, met: bool) -> str:
    return f"[green]{aim}: met[/]" if met else f"[red]{aim}: falls short[/]"
