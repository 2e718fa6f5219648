"""Handing in a file of the catalogue, to be tried out or taken in, and calling that off."""

import asyncio
from typing import IO

from core.clock import now
from core.db import transaction
from core.errors import IllegalTransition, InvalidInput, NotFound
from core.jobs import enqueue
from core.limits import count_try
from models import ImportKey, ImportRun
from services.imports.filing import forget, keep
from services.imports.kinds import kind_of
from services.imports.reading import Shape, look_over
from services.imports.states import IMPORT
from services.paging import possible_ids
from services.staff import Desk, check_may, record

MOST_OPEN = 20
AN_HOUR_S, MOST_AN_HOUR = 3600, 120


async def start_import(desk: Desk, kind: str, name: str, file: IO[bytes], *, trying: bool) -> ImportRun:
    """Keep a CSV file and have a worker take it in, or only try it out; it waits for those before it.

    Of a seller's file only what is about their own goods is taken. `name` is the client's word. Raises `Forbidden`,
    `InvalidInput` for a file that can't be read (with the line) or whose columns are wrong, `TooManyTries`, `Unavailable`.
    """
    check_may_import(desk)
    sort = kind_of(kind)
    await count_try(f"imports:{desk.staff_id}", most=MOST_AN_HOUR, within_s=AN_HOUR_S)
    await _check_room(desk)
    shape = await asyncio.to_thread(look_over, file, sort.columns, sort.required)
    key, parts = await keep(file)
    try:
        async with transaction():
            return await _store(desk, kind, _clean(name), shape, key, parts, trying=trying)
    except Exception:
        await forget(key, parts)
        raise


async def take_in(desk: Desk, run_id: int) -> ImportRun:
    """Take in the file of a run that only tried it out. Raises `Forbidden`, `NotFound`, `IllegalTransition`, `InvalidInput`."""
    check_may_import(desk)
    tried = await own_run(desk, run_id)
    if not (tried.trying and tried.state == "Done"):
        raise IllegalTransition(tried.state, "Waiting", frozenset())
    if not tried.file_key:
        raise InvalidInput("The file was thrown away by now. Upload it again.", field="file")
    await _check_room(desk)
    shape = Shape(
        tuple(tried.columns),
        tried.delimiter,
        tried.first_position,
        tried.first_line,
        tried.rows,
        tried.file_bytes,
    )
    async with transaction():
        return await _store(
            desk, tried.kind, tried.file_name, shape, tried.file_key, tried.file_parts, trying=False
        )


async def cancel_import(desk: Desk, run_id: int) -> None:
    """Call a run off: what was taken in stays, and no row more is. Raises `Forbidden`, `NotFound`, `IllegalTransition`."""
    check_may_import(desk)
    async with transaction():
        run = await own_run(desk, run_id)
        at = now()
        moved = await IMPORT.move(
            run.id,
            run.state,
            "Cancelled",
            ended_at=at,
            next_attempt_at=None,
            lease=None,
            leased_until=None,
        )
        if not moved:
            raise IllegalTransition(run.state, "Cancelled", frozenset())
        await ImportKey.filter(run_id=run.id).delete()
        await record(desk, "cancelled", "import", run.id, done=run.done, rows=run.rows)


async def own_run(desk: Desk, run_id: int) -> ImportRun:
    """A run of the shop; of a seller their own alone. Raises `NotFound`."""
    run = None
    if possible_ids([run_id]):
        run = await ImportRun.get_or_none(
            id=run_id, platform_id=desk.scope.platform_id, environment=desk.scope.environment
        )
    if run is None or desk.seller_id not in (None, run.seller_id):
        raise NotFound("There is no such import.")
    return run


def check_may_import(desk: Desk) -> None:
    """Whoever may both make and change products. Raises `Forbidden`."""
    check_may(desk, "CreateProduct", "CreateCatalog")
    check_may(desk, "UpdateProduct", "UpdateCatalog")


async def _check_room(desk: Desk) -> None:
    waiting = await ImportRun.filter(
        platform_id=desk.scope.platform_id, environment=desk.scope.environment, ended_at=None
    ).count()
    if waiting >= MOST_OPEN:
        raise InvalidInput(f"{waiting} files are waiting already. Let some of them end first.", field="file")


async def _store(
    desk: Desk, kind: str, name: str, shape: Shape, key: str, parts: int, *, trying: bool
) -> ImportRun:
    run = await ImportRun.create(
        platform_id=desk.scope.platform_id,
        environment=desk.scope.environment,
        staff_id=desk.staff_id,
        seller_id=desk.seller_id,
        kind=kind,
        trying=trying,
        file_name=name,
        file_key=key,
        file_parts=parts,
        file_bytes=shape.size,
        columns=list(shape.columns),
        delimiter=shape.delimiter,
        rows=shape.rows,
        first_position=shape.position,
        first_line=shape.line,
        position=shape.position,
        line=shape.line,
        next_attempt_at=now(),
    )
    await record(desk, "started", "import", run.id, kind=kind, file=name, rows=shape.rows, trying=trying)
    await enqueue("work_import", run.id)
    return run


def _clean(name: str) -> str:
    """A file's name without a path and without what can't be shown."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable()).strip()[:200] or "catalogue.csv"
