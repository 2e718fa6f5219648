"""What a process holds open: the database, Redis and the queue of jobs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from arq.connections import ArqRedis, RedisSettings, create_pool
from fakeredis import FakeAsyncRedis, FakeServer
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
    await open_database(settings.database, settings.database_pool)
    redis = await _open_redis(settings)
    jobs.use_redis(redis)
    try:
        yield Resources(settings, redis)
    finally:
        jobs.use_redis(None)
        await redis.aclose()
        await close_database()


async def _open_redis(settings: Settings) -> ArqRedis:
    if settings.redis_url:
        return await create_pool(
            RedisSettings.from_dsn(settings.redis_url),
            job_serializer=jobs.encode,
            job_deserializer=jobs.decode,
            default_queue_name=QUEUE,
        )
    inside: ConnectionPool = FakeAsyncRedis(server=FakeServer()).connection_pool
    return ArqRedis(
        connection_pool=inside,
        job_serializer=jobs.encode,
        job_deserializer=jobs.decode,
        default_queue_name=QUEUE,
    )
