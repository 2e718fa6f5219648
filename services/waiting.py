"""How much work waits: rows that are due, by their kind."""

from dataclasses import dataclass

from core.clock import now
from core.db import fetch
from core.work import WorkRow
from services.values import as_time


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows of a table that are due now; `oldest_s` is how long the oldest has been, in seconds."""

    kind: str
    due: int
    oldest_s: float


def kinds_of_work(kind: type[WorkRow] = WorkRow) -> list[type[WorkRow]]:
    """Every stored kind of work row that has been declared."""
    found = [] if kind._meta.abstract else [kind]
    return found + [each for sub in kind.__subclasses__() for each in kinds_of_work(sub)]


async def waiting_work() -> list[Waiting]:
    """How much is due, of every kind, in one statement by their indexes."""
    at = now()
    tables = sorted(kind._meta.db_table for kind in kinds_of_work())
    rows = await fetch(
        " UNION ALL ".join(
            f"SELECT '{table}' AS kind, count(*) AS due, min(next_attempt_at) AS oldest "
            f"FROM {table} WHERE next_attempt_at <= $1"
            for table in tables
        ),
        at,
    )
    return [
        Waiting(
            row["kind"], row["due"], (at - as_time(row["oldest"])).total_seconds() if row["oldest"] else 0.0
        )
        for row in rows
    ]
