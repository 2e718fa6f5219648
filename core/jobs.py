"""Waking the workers: a job means "look at row N", is sent after the commit, and may be lost without harm."""

from collections.abc import Callable
from typing import Any

import orjson
import structlog
from arq.connections import ArqRedis
from redis.exceptions import RedisError

from core.db import after_commit
from core.logs import current_request_id

log = structlog.get_logger(__name__)

# Given a job's name, its row and the id of the request that asked for it: whether it is taken.
Taker = Callable[[str, int, str | None], bool]

_redis: ArqRedis | None = None
_taker: Taker | None = None


def encode(job: dict[str, Any]) -> bytes:
    return orjson.dumps(job, default=str)


def decode(raw: bytes) -> dict[str, Any]:
    job: dict[str, Any] = orjson.loads(raw)
    return job


def use_redis(redis: ArqRedis | None) -> None:
    """Where jobs go from now on; None drops them (a sweeper finds the rows)."""
    global _redis
    _redis = redis


def use_taker(taker: Taker | None) -> None:
    """Who in this process is asked first to do a job; None: nobody, and all go through Redis."""
    global _taker
    _taker = taker


async def enqueue(name: str, row_id: int) -> None:
    """Wake a worker for row `row_id` with the job `name`, once the current transaction is safe.

    Never raises on account of Redis: the row is the truth and the sweeper finds it.
    """
    request_id = current_request_id()

    async def send() -> None:
        if _redis is None or (_taker is not None and _taker(name, row_id, request_id)):
            return
        try:
            await _redis.enqueue_job(name, row_id, request_id=request_id)
        except (RedisError, OSError) as error:
            log.warning("job not sent, the sweeper will find it", job=name, row=row_id, error=str(error))

    await after_commit(send)
