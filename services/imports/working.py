"""A worker takes a file in, some rows at a time: rows and progress are written together, so a worker may die at any moment."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Any

import structlog

from core.clock import now
from core.db import fetch_one, transaction
from core.errors import Unavailable
from core.jobs import enqueue
from core.work import LEASE, backoff
from models import ImportProblem, ImportRun
from services.importing.rows import RejectedRow
from services.importing.writing import begin_writing
from services.imports.ending import end
from services.imports.filing import Pieces
from services.imports.kinds import Kind, kind_of
from services.imports.reading import Record, whole_records
from services.imports.rows import read_row
from services.imports.taking import Outcome, Taking
from services.tenants import scope_by_id

log = structlog.get_logger(__name__)

BATCH = 250  # records
MOST_TOGETHER = 500  # records, of one product
MOST_PROBLEMS = 1000  # that are kept of a file
# A worker gives the file back so often, so that it can end within its ten seconds, and files of other shops come in between.
TURN_S = 4.0
MOST_TRIES = 8


class _Lost(Exception):
    """The run is another worker's, or was called off: what was just written is undone."""


class _TriedOut(Exception):
    """Undoes what was written to see what would be."""


@dataclass(slots=True)
class _Batch:
    """Records, the rows that they are, and where the next batch begins."""

    position: int
    line: int
    records: list[Record] = field(default_factory=list)
    rows: list[Any] = field(default_factory=list)
    refused: list[RejectedRow] = field(default_factory=list)


async def work_import(run: ImportRun) -> None:
    """Go on with a claimed run for some seconds. It ends as `Done`, or as `Failed` where it doesn't get on."""
    if run.attempts > MOST_TRIES:
        log.error("import given up", run=run.id, line=run.line)
        await end(run, "Failed", f"It could not go on at line {run.line}.")
        return
    kind, taking = kind_of(run.kind), Taking.of(run, await scope_by_id(run.platform_id, run.environment))  # type: ignore[arg-type]
    pieces, until = Pieces(run), time.monotonic() + TURN_S
    try:
        while time.monotonic() < until:
            batch = await _next_batch(run, kind, taking, pieces)
            if not batch.records:
                whole = run.done == run.rows
                await end(
                    run,
                    *(("Done",) if whole else ("Failed", f"The file could be read up to line {run.line}.")),
                )
                return
            await _take(run, kind, taking, batch)
    except _Lost:
        return
    except Unavailable as error:
        log.warning("import waits", run=run.id, error=error.message)
        await run.release(retry_in=backoff(run.attempts, first_s=2))
        return
    await run.release(retry_in=timedelta(0))
    await enqueue("work_import", run.id)


async def _next_batch(run: ImportRun, kind: Kind, taking: Taking, pieces: Pieces) -> _Batch:
    """So many records from where the run is; those that belong together are not parted."""
    batch = _Batch(run.position, run.line)
    done = False
    while not done and len(batch.records) < BATCH + MOST_TOGETHER:
        before = batch.position
        window, last = await pieces.window(before)
        done = await asyncio.to_thread(_fill, batch, run, kind, window, last)
        if last or batch.position == before:
            break
    for record in batch.records:
        row, refused = read_row(kind.row, record, len(run.columns), taking.scope)
        batch.refused += refused
        batch.rows += [row] if row is not None else []
    return batch


def _fill(batch: _Batch, run: ImportRun, kind: Kind, window: bytes, last: bool) -> bool:
    """Whether the batch is full; else the window was too small for it."""
    found = whole_records(window, run.columns, run.delimiter, batch.position, batch.line, last=last)
    room = BATCH + MOST_TOGETHER - len(batch.records)
    for record in islice(found, room):
        if len(batch.records) >= BATCH and not _belongs(kind, record, batch.records[-1]):
            return True
        batch.records.append(record)
        batch.position, batch.line = record.end, record.next_line
    return len(batch.records) >= BATCH + MOST_TOGETHER


def _belongs(kind: Kind, record: Record, before: Record) -> bool:
    together = record.cells.get(kind.together)
    return bool(together) and together == before.cells.get(kind.together)


async def _take(run: ImportRun, kind: Kind, taking: Taking, batch: _Batch) -> None:
    """Write a batch and the progress together, or the progress alone where the file is tried out."""
    async with transaction():
        await begin_writing(taking.scope)
        outcome = Outcome()
        if batch.rows:
            try:
                async with transaction():
                    outcome = await kind.take(taking, batch.rows)
                    if run.trying:
                        raise _TriedOut
            except _TriedOut:
                pass
        await _get_on(run, batch, outcome)


async def _get_on(run: ImportRun, batch: _Batch, outcome: Outcome) -> None:
    refused = [*batch.refused, *outcome.refused]
    lines = {each.line for each in refused}
    counts = Counter(
        "refused" if record.line in lines
        else "created" if record.line in outcome.created
        else "changed" if record.line in outcome.changed
        else "unchanged"
        for record in batch.records
    )  # fmt: skip
    room = MOST_PROBLEMS - await ImportProblem.filter(run_id=run.id).count() if refused else 0
    await ImportProblem.bulk_create(
        ImportProblem(run_id=run.id, line=each.line, field=each.field, why=each.why)
        for each in sorted(refused, key=lambda each: each.line)[: max(room, 0)]
    )
    at = now()
    row = await fetch_one(
        "UPDATE import_run SET state = 'Running', position = $4, line = $5, done = done + $6, created = created + $7, "
        "changed = changed + $8, unchanged = unchanged + $9, refused = refused + $10, attempts = 0, leased_until = $11, "
        "started_at = COALESCE(started_at, $12), updated_at = $12 "
        "WHERE id = $1 AND lease = $2 AND position = $3 AND state IN ('Waiting', 'Running') RETURNING id",
        run.id,
        run.lease,
        run.position,
        batch.position,
        batch.line,
        len(batch.records),
        *(counts[name] for name in ("created", "changed", "unchanged", "refused")),
        at + LEASE,
        at,
    )
    if row is None:
        raise _Lost
    run.position, run.line, run.attempts = batch.position, batch.line, 0
    run.done += len(batch.records)
