"""How an import ends: finished, failed or called off; and when its file is thrown away."""

from datetime import timedelta

from core.clock import now
from core.db import after_commit, execute, transaction
from models import ImportKey, ImportRun
from services.imports.filing import forget

# A file that was tried out waits so long to be taken in; of one that didn't end well the file can be had so long.
KEPT = timedelta(days=7)


async def end(run: ImportRun, state: str, reason: str = "") -> bool:
    """End a run that this worker holds; False where it is another's by now, or was called off."""
    async with transaction():
        ended = await execute(
            "UPDATE import_run SET state = $3, reason = $4, ended_at = $5, started_at = COALESCE(started_at, $5), updated_at = $5, "
            "lease = NULL, leased_until = NULL, next_attempt_at = NULL "
            "WHERE id = $1 AND lease = $2 AND state IN ('Waiting', 'Running')",
            run.id,
            run.lease,
            state,
            reason,
            now(),
        )
        if ended:
            await ImportKey.filter(run_id=run.id).delete()
            if state == "Done" and not run.trying:
                await let_file_go(run)
    return bool(ended)


async def let_file_go(run: ImportRun) -> None:
    """Forget the file of a run, once that is written."""
    key, parts = run.file_key, run.file_parts
    await ImportRun.filter(id=run.id).update(file_key="")

    async def throw_away() -> None:
        # Another run may be of the same file.
        if key and not await ImportRun.exists(file_key=key):
            await forget(key, parts)

    await after_commit(throw_away)


async def forget_import_files() -> int:
    """The files of a few runs that ended long ago; how many. A chore."""
    rows = await ImportRun.filter(ended_at__lt=now() - KEPT).exclude(file_key="").order_by("id").limit(20)
    for run in rows:
        await let_file_go(run)
    return len(rows)
