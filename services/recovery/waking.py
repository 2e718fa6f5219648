"""Whatever was open in the backup may have been done since: it is looked at now, and asked about before it is done."""

from core.clock import now
from core.db import execute
from services.waiting import kinds_of_work


async def wake_open_work() -> int:
    """Make every open row due, as one that was tried before; how many there are.

    A row that was tried before is never done again unless its provider says that nothing was: a refund is looked for, a
    bill asked after, a charge verified under its reference. A backup may have forgotten the first try. Leases are those
    of workers that are gone.
    """
    woken = 0
    for table in sorted(kind._meta.db_table for kind in kinds_of_work()):
        woken += await execute(
            f"UPDATE {table} SET attempts = attempts + 1, next_attempt_at = $1, lease = NULL, leased_until = NULL "
            "WHERE next_attempt_at IS NOT NULL",
            now(),
        )
    return woken
