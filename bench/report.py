"""What was measured, as one table and one JSON file, each number beside its floor and its aim."""

from dataclasses import dataclass, field
from pathlib import Path

import orjson
from rich import box
from rich.console import Console
from rich.table import Table

from bench.load import Result
from bench.steps import Aim, Ratio, Row

MOST_RESIDENT_MB = 150
# Other processes are spoken of where they take such a part of the API's processor time.
WORTH_SAYING = 0.1
WIDTH = 160
# Measured the same way on the same kind of machine, at 32 connections.
VENDURE = (
    "Vendure 3.7.3 on PostgreSQL, 32 connections: 15 lists of 20 products/s (85 SQL statements each), 192 products/s, "
    "16 searches/s, 26 carts of two adds/s, 8.7 checkouts of 7 requests/s (271 SQL statements each), 200 to 500 MB."
)


@dataclass(frozen=True, slots=True)
class Speed:
    """Ended a second, and milliseconds that half and that 99 of 100 of them took at most."""

    per_second: float
    p50_ms: float
    p99_ms: float

    @classmethod
    def of(cls, times: list[float], seconds: float) -> "Speed":
        """From seconds that each took. Raises `RuntimeError` where not one ended."""
        if not times:
            raise RuntimeError("nothing was answered in time; give it more --seconds")
        ordered = sorted(times)
        half, most = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
        return cls(len(times) / seconds, half * 1000, most * 1000)


@dataclass(frozen=True, slots=True)
class Line:
    """A row at a number of connections. `sql` and `bare` are the floor with the least SQL, and with none.

    `cpu_ms` is the API's processor time, `helpers_ms` the other processes' until all messages are sent, `statements` (and
    the floor's) are by kind, all for what the row counts; `of_floor` is how many times more `sql` answers, None at a
    fixed rate; `met` is None where nothing is promised.
    """

    key: str
    title: str
    connections: int
    ours: Speed
    sql: Speed
    bare: Speed
    cpu_ms: float
    helpers_ms: dict[str, float]
    statements: dict[str, float]
    floor_statements: dict[str, float]
    of_floor: float | None
    aim: str
    met: bool | None
    wrong: int


@dataclass(frozen=True, slots=True)
class Compared:
    """How many times as long one row takes as another, here and at the floor; `cpu` of the API's processor.

    Both must be within what is aimed at: on a busy machine time alone says little.
    """

    title: str
    connections: int
    ours: float
    cpu: float
    floor: float
    at_most: float

    @property
    def met(self) -> bool:
        return max(self.ours, self.cpu) <= self.at_most


@dataclass(frozen=True, slots=True)
class Weight:
    """A process: seconds until it could serve, megabytes resident at the end."""

    name: str
    start_s: float
    resident_mb: float


@dataclass(slots=True)
class Report:
    """A whole run. `wrong` are sentences on what does not add up."""

    seconds: float
    lines: list[Line] = field(default_factory=list)
    ratios: list[Compared] = field(default_factory=list)
    weights: list[Weight] = field(default_factory=list)
    checkouts: int = 0
    bills: int = 0
    wrong: list[str] = field(default_factory=list)


def speed(row: Row, result: Result, seconds: float) -> Speed:
    """The speed of what the row counts."""
    return Speed.of(result.sessions if row.whole else result.requests, seconds)


def compare(ratio: Ratio, lines: list[Line]) -> list[Compared]:
    """The ratio at each number of connections at which both rows were measured."""
    found = {(line.key, line.connections): line for line in lines}
    pairs = [(line, found.get((ratio.small, line.connections))) for line in lines if line.key == ratio.large]
    return [
        Compared(
            ratio.title,
            large.connections,
            small.ours.per_second / large.ours.per_second,
            large.cpu_ms / small.cpu_ms,
            small.sql.per_second / large.sql.per_second,
            ratio.at_most,
        )
        for large, small in pairs
        if small
    ]


def statements(row: Row, steps: list[dict[str, int]], whose: str = "") -> dict[str, float]:
    """Statements of what the row counts: of a whole session, or of a request in the mean. `whose` is "floor " or none."""
    share = 1 if row.whole else len(steps)
    return {
        kind: round(sum(step.get(whose + kind, 0) for step in steps) / share, 1)
        for kind in ("query", "transaction", "reset")
    }


def judge(aim: Aim, ours: Speed, sql: Speed, at_most: bool) -> tuple[str, bool | None]:
    """The aim in words, and whether it is met; `at_most` says that this is the largest number of connections."""
    if aim.of_floor is not None:
        return f"floor ≤ {aim.of_floor}×", sql.per_second <= aim.of_floor * ours.per_second
    if aim.per_second is not None and at_most:
        return f"≥ {aim.per_second:g}/s", ours.per_second >= aim.per_second
    if aim.p99_ms is not None:
        return f"p99 < {aim.p99_ms:g} ms", ours.p99_ms < aim.p99_ms
    return "", None


def show(report: Report, screen: Console) -> None:
    """Print the table, the processes, and what does not add up."""
    table = Table(box=box.SIMPLE_HEAD, title=f"Makola's doors beside their floors, {report.seconds:g} s each")
    table.add_column("What")
    for name in (
        "conn.",
        "per s",
        "p50 ms",
        "p99 ms",
        "floor/s",
        "p99 ms",
        "floor ÷ ours",
        "no SQL/s",
        "CPU ms",
        "SQL",
    ):
        table.add_column(name, justify="right")
    table.add_column("Aim")
    for line in report.lines:
        table.add_row(*_cells(line))
    screen.print(table)
    screen.print(
        "floor: a bare aiohttp handler with the least hand-written SQL, in this run at the same concurrency; no SQL: "
        "the same handler with as many bytes and no database.\nCPU: the API's own, each. SQL: statements, BEGIN, COMMIT and the pool's resets "
        "included (the floor's). A checkout counts as one, its time from first request to last answer. A cart is a new guest's.",
        style="dim",
    )
    _show_ratios(report, screen)
    _show_helpers(report, screen)
    _show_weights(report, screen)
    screen.print(VENDURE, style="dim")
    if report.checkouts and not report.wrong:
        screen.print(
            f"[green]{report.checkouts} checkouts: as many orders placed, as many pieces off the shelves; "
            "the book sums to zero."
        )
    if report.bills and not report.wrong:
        screen.print(f"[green]{report.bills} bills: as many delivered; the book sums to zero.")
    for sentence in report.wrong:
        screen.print(f"[bold red]Wrong:[/] {sentence}", markup=True)


def save(report: Report, path: Path) -> None:
    """Write everything as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))


def _cells(line: Line) -> list[str]:
    return [
        line.title,
        str(line.connections),
        f"[bold]{line.ours.per_second:,.0f}[/]"
        if line.ours.per_second >= 20
        else f"{line.ours.per_second:.1f}",
        f"{line.ours.p50_ms:.1f}",
        f"{line.ours.p99_ms:.1f}",
        f"{line.sql.per_second:,.0f}",
        f"{line.sql.p99_ms:.1f}",
        "" if line.of_floor is None else f"{line.of_floor:.1f}",
        f"{line.bare.per_second:,.0f}",
        f"{line.cpu_ms:.1f}",
        f"{sum(line.statements.values()):g} ({sum(line.floor_statements.values()):g})",
        _verdict(line.aim, line.met) + (f" [red]{line.wrong} wrong[/]" if line.wrong else ""),
    ]


def _verdict(aim: str, met: bool | None) -> str:
    if met is None:
        return aim
    return f"[green]{aim}: met[/]" if met else f"[red]{aim}: falls short[/]"


def _show_ratios(report: Report, screen: Console) -> None:
    for each in report.ratios:
        screen.print(
            f"{each.title}, {each.connections} connections: {each.ours:.1f} times as long, {each.cpu:.1f} times the CPU; "
            f"the floor {each.floor:.1f} times as long. {_verdict(f'≤ {each.at_most:g}', each.met)}"
        )


def _show_helpers(report: Report, screen: Console) -> None:
    """Where other processes had much to do: their processor time for each, and what share of a core that is."""
    for line in report.lines:
        if sum(line.helpers_ms.values()) > line.cpu_ms * WORTH_SAYING:
            shown = (
                f"{name} {ms:.1f} ms ({ms * line.ours.per_second / 10:.0f} % of a core)"
                for name, ms in {"api": line.cpu_ms, **line.helpers_ms}.items()
            )
            screen.print(f"{line.title}, {line.connections} connections, CPU for each: {', '.join(shown)}.")


def _show_weights(report: Report, screen: Console) -> None:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("Process")
    table.add_column("started in s", justify="right")
    table.add_column("resident MB", justify="right")
    table.add_column("Aim")
    for weight in report.weights:
        verdict = _verdict(f"≤ {MOST_RESIDENT_MB} MB", weight.resident_mb <= MOST_RESIDENT_MB)
        table.add_row(weight.name, f"{weight.start_s:.1f}", f"{weight.resident_mb:.0f}", verdict)
    screen.print(table)
