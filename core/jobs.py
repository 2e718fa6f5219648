"""Waking the workers: a job means "look at row N", is sent after the commit, and may be lost without harm.

Rows of which very many come are told by `wake`: one entry in a list, from which a worker takes all there are at once. A job
of arq's is some nine round trips to Redis.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import structlog
from arq.connections import ArqRedis
from redis.exceptions import RedisError

from core.db import after_commit
from core.logs import current_origin

log = structlog.get_logger(__name__)

# Given a job's name, its row and the origin of whatever asked for it: whether it is taken.
Taker = Callable[[str, int, str | None], bool]
Send = Callable[[ArqRedis, str, int, str | None], Awaitable[None]]

# So many are told of at once, and so many kept until somebody asks.
MOST_AT_ONCE, MOST_KEPT = 100, 1000

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
    await _send_after_commit(name, row_id, _queue)


async def wake(name: str, row_id: int) -> None:
    """The same for a kind of work that `woken` waits for: many rows are then taken up together."""
    await _send_after_commit(name, row_id, _push)


async def woken(name: str, within_s: float) -> dict[int, str | None]:
    """Wait until there is such work, at most so long: rows that were told of, each with the origin of what asked for it.

    Others may hold them, and others be due. Without Redis nobody is told, and the time passes.
    """
    redis, key = _redis, _list(name)
    if redis is None:
        await asyncio.sleep(within_s)
        return {}
    try:
        waiting: Any = redis.blpop([key], timeout=within_s)  # type: ignore[arg-type]
        if (first := await waiting) is None:
            return {}
        rest: Any = redis.lpop(key, MOST_AT_ONCE)
        more = await rest
    except (RedisError, OSError) as error:
        log.warning("not woken, the sweeper looks", job=name, error=str(error))
        await asyncio.sleep(within_s)
        return {}
    return dict(orjson.loads(entry) for entry in (first[1], *(more or ())))


async def _send_after_commit(name: str, row_id: int, send: Send) -> None:
    origin = current_origin()

    async def tell() -> None:
        if _redis is None or (_taker is not None and _taker(name, row_id, origin)):
            return
        try:
            await send(_redis, name, row_id, origin)
        except (RedisError, OSError) as error:
            log.warning("job not sent, the sweeper will find it", job=name, row=row_id, error=str(error))

    await after_commit(tell)


async def _queue(redis: ArqRedis, name: str, row_id: int, origin: str | None) -> None:
    await redis.enqueue_job(name, row_id, origin=origin)


async def _push(redis: ArqRedis, name: str, row_id: int, origin: str | None) -> None:
    async with redis.pipeline(transaction=False) as pipe:
        pipe.rpush(_list(name), orjson.dumps((row_id, origin)))
        # Where no worker is, no more is kept than it would take up at once.
        pipe.ltrim(_list(name), -MOST_KEPT, -1)
        await pipe.execute()


def _list(name: str) -> str:
    return f"makola:wake:{name}"
