"""Counting tries in Redis. Redis may be wiped: then counting begins anew, and nothing else is lost."""

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.errors import TooManyTries

log = structlog.get_logger(__name__)

_redis: "Redis | None" = None


def use_redis(redis: "Redis | None") -> None:
    """Where tries are counted from now on."""
    global _redis
    _redis = redis


async def count_try(what: str, *, most: int, within_s: int) -> None:
    """Count one try of `what`. Raises `TooManyTries` past `most` within `within_s` seconds.

    Without Redis nothing is counted: a limit must not close the market.
    """
    if _redis is None:
        return
    key = f"makola:tries:{what}"
    try:
        async with _redis.pipeline() as pipe:
            pipe.incr(key)
            pipe.expire(key, within_s, nx=True)
            tries, _ = await pipe.execute()
    except (RedisError, OSError) as error:
        log.warning("tries not counted", error=str(error))
        return
    if tries > most:
        raise TooManyTries


async def forget_tries(what: str) -> None:
    """Begin counting anew, after a success."""
    if _redis is None:
        return
    try:
        await _redis.delete(f"makola:tries:{what}")
    except (RedisError, OSError) as error:
        log.warning("tries not forgotten", error=str(error))
