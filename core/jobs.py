"""Waking the workers: a job means "look at row N", is sent after the commit, and may be lost without harm."""

from typing import Any

import orjson
import structlog
from arq.connections import ArqRedis
from redis.exceptions import RedisError

from core.db import after_commit
from core.logs import current_request_id

log = structlog.get_logger(__name__)

_redis: ArqRedis | None = None


def encode(job: dict[str, Any]) -> bytes:
    return orjson.dumps(job, default=str)


def decode(raw: bytes) -> dict[str, Any]:
    job: dict[str, Any] = orjson.loads(raw)
    return job


def use_redis(redis: ArqRedis | None) -> None:
    """Where jobs go from now on; None drops them (a sweeper finds the rows)."""
    global _redis
    _redis = redis


async def enqueue(name: str, row_id: int) -> None:
    """Wake a worker for row `row_id` with the job `name`, once the current transaction is safe.

    Never raises on account of Redis: the row is the truth and the sweeper finds it.
    """
    request_id = current_request_id()

    async def send() -> None:
        if _redis is None:
            return
        try:
            await _redis.enqueue_job(name, row_id, request_id=request_id)
        except (RedisError, OSError) as error:
            log.warning("job not sent, the sweeper will find it", job=name, row=row_id, error=str(error))

    await after_commit(send)
