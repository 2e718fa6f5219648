"""How fast the chat answers, as one table and one JSON file: each number beside its floor and its aim, with the memory held."""

from dataclasses import dataclass, field
from pathlib import Path

import orjson
from rich import box
from rich.console import Console
from rich.table import Table

from bench.report import Speed

# What is aimed at, on two cores. A market that hangs on its providers still answers before a network gives the call up.
TURNS_PER_S = 400
P99_MS = 100
HUNG_P99_MS = 300
# Pools, caches and the allocator's arenas fill in the first seconds; after that a process may grow by so much and no more.
GROWS_AT_MOST_MB = 10
HEAD = (
    "people",
    "due/s",
    "turns/s",
    "p50 ms",
    "p99 ms",
    "floor/s",
    "p99 ms",
    "floor ÷ ours",
    "API ms",
    "worker ms",
)


@dataclass(frozen=True, slots=True)
class Line:
    """People on a channel at once, who each go on when they are answered, or by a `rate` (turns a second of all).

    `cpu_ms` is processor time of each process for a turn, `resident_mb` what it holds after. The floor, one read and one
    write, was asked as often at once; `load` is the machine's load average when the measurement began.
    """

    channel: str
    people: int
    rate: float | None
    hung: bool
    ours: Speed
    floor: Speed | None
    cpu_ms: dict[str, float]
    resident_mb: dict[str, float]
    load: float
    wrong: int

    @property
    def title(self) -> str:
        return f"{self.channel}, all hang" if self.hung else self.channel

    def aims(self) -> list[tuple[str, bool]]:
        """What is promised of it, in words, and whether it is kept."""
        if self.hung:
            return [(f"p99 < {HUNG_P99_MS} ms", self.ours.p99_ms < HUNG_P99_MS)]
        if self.rate is not None:
            return [(f"p99 < {P99_MS} ms", self.ours.p99_ms < P99_MS)]
        if self.people == 1:
            return [(f"p99 < {P99_MS} ms", self.ours.p99_ms < P99_MS)]
        return [(f"≥ {TURNS_PER_S}/s", self.ours.per_second >= TURNS_PER_S)]


@dataclass(slots=True)
class Report:
    """A whole run. `started_mb` is what the processes held before the first turn; `wrong` is what does not add up."""

    seconds: float
    lines: list[Line] = field(default_factory=list)
    started_mb: dict[str, float] = field(default_factory=dict)
    hung_calls: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def show(report: Report, screen: Console) -> None:
    """Print the table, the memory, and what does not add up."""
    table = Table(box=box.SIMPLE_HEAD, title=f"Turns of conversations, {report.seconds:g} s each")
    table.add_column("Channel")
    for name in HEAD:
        table.add_column(name, justify="right")
    for name in report.started_mb:
        table.add_column(f"{name} MB", justify="right")
    table.add_column("load", justify="right")
    table.add_column("Aim")
    for line in report.lines:
        table.add_row(*_cells(line))
    screen.print(table)
    screen.print(
        "A turn ends when its reply is there: on USSD the answer, by SMS and on Telegram the provider's request for it. due/s: "
        "turns are due at that pace, and an answer's time counts from when it was due; else everybody goes on when answered.\n"
        "floor: a bare aiohttp handler with one SQL read and one write, as many at once, in this run. API, worker: processor "
        "time for a turn. MB: resident after it. Telegram without the pace that its own limit of 30 messages a second asks for.",
        style="dim",
    )
    for name, began in report.started_mb.items():
        _show_memory(name, began, report, screen)
    for sentence in report.wrong:
        screen.print(f"[bold red]Wrong:[/] {sentence}", markup=True)


def save(report: Report, path: Path) -> None:
    """Write everything as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))


def _cells(line: Line) -> list[str]:
    floor = line.floor
    return [
        line.title,
        str(line.people),
        "" if line.rate is None else f"{line.rate:g}",
        f"[bold]{line.ours.per_second:,.0f}[/]",
        f"{line.ours.p50_ms:.1f}",
        f"{line.ours.p99_ms:.1f}",
        f"{floor.per_second:,.0f}" if floor else "",
        f"{floor.p99_ms:.1f}" if floor else "",
        f"{floor.per_second / line.ours.per_second:.1f}" if floor and line.rate is None else "",
        f"{line.cpu_ms['api']:.1f}",
        f"{line.cpu_ms['worker']:.1f}",
        *(f"{mb:.0f}" for mb in line.resident_mb.values()),
        f"{line.load:.1f}",
        " ".join(_verdict(*aim) for aim in line.aims())
        + (f" [red]{line.wrong} wrong[/]" if line.wrong else ""),
    ]


def _show_memory(name: str, began_mb: float, report: Report, screen: Console) -> None:
    """What a process held at the start, after one conversation on each channel, and at most with many."""
    few = max(
        line.resident_mb[name]
        for line in report.lines
        if line.people == min(each.people for each in report.lines)
    )
    many = max(line.resident_mb[name] for line in report.lines)
    grown = many - few
    aim = _verdict(f"grows by ≤ {GROWS_AT_MOST_MB} MB", grown <= GROWS_AT_MOST_MB)
    screen.print(
        f"{name}: {began_mb:.0f} MB at the start, {few:.0f} MB with the fewest people, at most {many:.0f} MB with the most. {aim}"
    )


def _verdict(aim: str, met: bool) -> str:
    return f"[green]{aim}: met[/]" if met else f"[red]{aim}: falls short[/]"
