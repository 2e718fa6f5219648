"""One arq worker: its jobs, its sweeper, and how it starts and stops."""

import asyncio
from typing import Any

import arq.worker
import structlog
from arq.connections import ArqRedis
from arq.worker import Function, Worker, func
from redis.exceptions import RedisError

from core.jobs import decode, encode
from core.resources import QUEUE
from core.settings import Settings
from workers.jobs import WORK, job, look_at

log = structlog.get_logger(__name__)

SWEEP_S = 1.0
POLL_S = 0.03


def build_worker(settings: Settings, redis: ArqRedis, *, handle_signals: bool = True) -> Worker:
    """A worker on that Redis; resources must be open already. Jobs are kept nowhere: rows are."""
    if not settings.redis_url:
        # The Redis inside the process has no INFO, which arq would only log.
        arq.worker.log_redis_info = _say_nothing
    functions: list[Function] = [
        func(job(work), name=work.name, keep_result=0, max_tries=1, timeout=60) for work in WORK
    ]
    return Worker(
        functions,
        queue_name=QUEUE,
        redis_pool=redis,
        ctx={"settings": settings},
        max_jobs=50,
        poll_delay=POLL_S,
        handle_signals=handle_signals,
        job_serializer=encode,
        job_deserializer=decode,
        job_completion_wait=10,
        max_burst_jobs=-1,
    )


async def _say_nothing(*_: Any) -> None:
    return None


async def sweep_forever(settings: Settings) -> None:
    """Once a second, look at rows that are due: those whose job was lost, and those that wait for their time.

    It asks the database and not Redis, so a wiped or absent Redis delays work by a second and loses none.
    """
    while True:
        for work in WORK:
            try:
                await look_at(work, settings)
            except Exception:
                log.exception("sweep failed", job=work.name)
        await asyncio.sleep(SWEEP_S)


async def run_worker(settings: Settings, redis: ArqRedis, *, handle_signals: bool = True) -> None:
    """Work until stopped. Where Redis goes away the sweeper works on, and the queue is joined again."""
    sweeper = asyncio.create_task(sweep_forever(settings))
    try:
        while True:
            worker = build_worker(settings, redis, handle_signals=handle_signals)
            try:
                await worker.async_run()
                return
            except (RedisError, OSError) as error:
                log.warning("queue lost, trying again", error=str(error))
                await asyncio.sleep(1)
    finally:
        sweeper.cancel()
        await asyncio.gather(sweeper, return_exceptions=True)
