"""What a process holds open: the database, Redis and the queue of jobs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from arq.connections import ArqRedis
from redis.asyncio import ConnectionPool

from core import jobs
from core.db import close_database, open_database
from core.settings import Settings

QUEUE = "makola:jobs"


@dataclass(frozen=True, slots=True)
class Resources:
    """Open for the life of a process; made by `open_resources`."""

    settings: Settings
    redis: ArqRedis


@asynccontextmanager
async def open_resources(settings: Settings) -> AsyncIterator[Resources]:
    """Open everything that `settings` names, and close it again. The schema must be up to date."""
    settings.data.mkdir(parents=True, exist_ok=True)
    await open_database(settings.database, settings.database_pool, settings.database_pooler)
    redis = connect_redis(settings)
    jobs.use_redis(redis)
    try:
        yield Resources(settings, redis)
    finally:
        jobs.use_redis(None)
        await redis.aclose()
        await close_database()


def connect_redis(settings: Settings) -> ArqRedis:
    """Connected at first use: a market whose Redis is away opens all the same, since Redis only wakes and limits."""
    pool: ConnectionPool
    if settings.redis_url:
        pool = ConnectionPool.from_url(settings.redis_url, socket_connect_timeout=2)
    else:
        # 3 MB that only the embedded default needs.
        from fakeredis import FakeAsyncRedis, FakeServer

        pool = FakeAsyncRedis(server=FakeServer()).connection_pool
    return ArqRedis(
        connection_pool=pool,
        job_serializer=jobs.encode,
        job_deserializer=jobs.decode,
        default_queue_name=QUEUE,
    )
