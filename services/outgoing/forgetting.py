"""What was told long ago is forgotten: events, their deliveries and tries. What still waits to be told stays."""

from datetime import timedelta

from core.clock import now
from core.db import fetch

# So many events in one statement, which holds nothing for long, and so many statements at one go.
AT_ONCE, BATCHES = 500, 20
_kept = timedelta(days=90)


def use_keeping(days: int) -> None:
    """For how long events are kept after they last were told, from the settings."""
    global _kept
    _kept = timedelta(days=days)


async def forget_events() -> int:
    """Delete events of which nothing happened for so long, with their deliveries and tries; how many. A chore."""
    gone = 0
    for _ in range(BATCHES):
        # SQLite's count of deleted rows has what was deleted with them.
        batch = await fetch(
            "DELETE FROM webhook_event WHERE id IN (SELECT v.id FROM webhook_event v WHERE v.created_at < $1 "
            "AND NOT EXISTS (SELECT 1 FROM webhook_delivery d WHERE d.event_id = v.id "
            f"AND (d.state = 'Waiting' OR d.updated_at >= $1)) ORDER BY v.created_at LIMIT {AT_ONCE}) RETURNING id",
            now() - _kept,
        )
        gone += len(batch)
        if len(batch) < AT_ONCE:
            break
    return gone
