"""Imports as their people see them: which there were, how far one is, and which rows were not taken."""

import csv
from dataclasses import dataclass
from datetime import datetime
from io import StringIO

from core.errors import NotFound
from models import ImportProblem
from services.cells import harmless
from services.imports.starting import check_may_import, own_run
from services.listing import Clause, Column, Columns, Listing, list_rows
from services.staff import Desk
from services.values import as_time

LISTED: Columns = {
    "id": Column("r.id", "id"),
    "kind": Column("r.kind", "text"),
    "state": Column("r.state", "text"),
    "created_at": Column("r.created_at", "time"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was not taken; `column` is the one at fault, or empty."""

    line: int
    column: str
    why: str


@dataclass(frozen=True, slots=True)
class ImportView:
    """A file that is or was taken in, or tried out (`trying`): its rows by what became of them. `by` is who handed it in."""

    id: int
    kind: str
    trying: bool
    state: str
    reason: str
    file_name: str
    file_bytes: int
    has_file: bool
    by: str
    rows: int
    done: int
    created: int
    changed: int
    unchanged: int
    refused: int
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def open(self) -> bool:
        return self.ended_at is None

    @property
    def percent(self) -> int:
        return self.done * 100 // self.rows if self.rows else 100


async def list_imports(desk: Desk, listing: Listing) -> tuple[list[ImportView], int]:
    """A page of the shop's imports, of a seller their own, newest first, and how many there are.

    Raises `Forbidden`, `InvalidInput`.
    """
    check_may_import(desk)
    mine = "" if desk.seller_id is None else f" AND r.seller_id = {desk.seller_id:d}"
    rows, total = await list_rows(
        "r.id, r.kind, r.trying, r.state, r.reason, r.file_name, r.file_bytes, r.file_key, u.email, r.rows, r.done, r.created, "
        "r.changed, r.unchanged, r.refused, r.created_at, r.started_at, r.ended_at",
        "import_run r JOIN staff_user u ON u.id = r.staff_id",
        f"r.platform_id = $1 AND r.environment = $2{mine}",
        [desk.scope.platform_id, desk.scope.environment],
        listing,
        LISTED,
        usual="r.id DESC",
    )
    times = ("created_at", "started_at", "ended_at")
    return [
        ImportView(
            by=row.pop("email"),
            has_file=bool(row.pop("file_key")),
            **row | {name: as_time(row[name]) if row[name] else None for name in times}
            | {"trying": bool(row["trying"])},
        )
        for row in rows
    ], total  # fmt: skip


async def show_import(desk: Desk, run_id: int) -> ImportView:
    """Raises `Forbidden`, and `NotFound` also for another's."""
    found, _ = await list_imports(desk, Listing(Clause("id", "eq", run_id)))
    if not found:
        raise NotFound("There is no such import.")
    return found[0]


async def problems_of(desk: Desk, run_id: int, *, most: int = 50) -> list[Problem]:
    """The first rows that were not taken. Raises `Forbidden`, `NotFound`."""
    run = await own_run(desk, run_id)
    check_may_import(desk)
    found = await ImportProblem.filter(run_id=run.id).order_by("line", "id").limit(most)
    return [Problem(each.line, each.field, each.why) for each in found]


async def problems_as_csv(desk: Desk, run_id: int) -> str:
    """All that are kept of them, with line, column and reason. Raises `Forbidden`, `NotFound`."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(("line", "column", "problem"))
    for each in await problems_of(desk, run_id, most=10_000):
        writer.writerow((each.line, each.column, harmless(each.why)))
    return out.getvalue()
