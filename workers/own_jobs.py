"""What a worker's work gives it to do next, it does itself: no way through the queue, and no wait for the next look at it."""

import asyncio
from contextvars import Context
from typing import Any

from core.settings import Settings
from workers.jobs import WORK, job

# So many at once; what is more goes through the queue, where other workers take it.
MOST = 50


class OwnJobs:
    """The jobs of one worker that came from itself. Their rows are claimed as for any other."""

    def __init__(self, settings: Settings) -> None:
        self._ctx: dict[str, Any] = {"settings": settings}
        self._jobs = {work.name: job(work) for work in WORK}
        self._busy: set[asyncio.Task[None]] = set()

    def take(self, name: str, row_id: int, origin: str | None) -> bool:
        """Begin a job; False where there is no room."""
        if len(self._busy) >= MOST:
            return False
        # In a context of its own: it is no part of what asked for it.
        task = asyncio.create_task(self._jobs[name](self._ctx, row_id, origin), context=Context())
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)
        return True

    async def finish(self) -> None:
        """Wait for what was begun."""
        await asyncio.gather(*self._busy, return_exceptions=True)
