"""Counting in Redis: tries, and a pace that processes share. Redis may be wiped: then counting begins anew, and nothing
else is lost.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.errors import TooManyTries

log = structlog.get_logger(__name__)

# Takes one from each bucket, or from none and says how long to wait. The time is that of Redis: one for all processes.
TAKE = """
local time = redis.call('TIME')
local now, wait, levels = time[1] + time[2] / 1e6, 0, {}
for i, key in ipairs(KEYS) do
  local size, rate, kept = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local known = redis.call('HMGET', key, 'level', 'at')
  levels[i] = size
  if known[1] then levels[i] = math.min(size, known[1] + (now - known[2]) * rate) end
  wait = math.max(wait, (kept + 1 - levels[i]) / rate)
end
if wait > 0.001 then return string.format('%.6f', wait) end
for i, key in ipairs(KEYS) do
  redis.call('HSET', key, 'level', string.format('%.6f', levels[i] - 1), 'at', string.format('%.6f', now))
  redis.call('EXPIRE', key, math.ceil(ARGV[3 * i - 2] / ARGV[3 * i - 1]) + 1)
end
return '0'
"""

# Of how many things a process counts by itself at once; of more, those that were tried longest ago are forgotten.
MOST_COUNTED = 20_000

_redis: "Redis | None" = None
# Tries of this process alone, with when (monotonic, seconds) their counting ends: the next best while Redis is away.
_own: dict[str, tuple[int, float]] = {}


@dataclass(frozen=True, slots=True)
class Share:
    """A bucket that all processes take from: `size` at once and so many more each second, of which `kept` are left."""

    name: str
    size: float
    a_second: float
    kept: float


def use_redis(redis: "Redis | None") -> None:
    """Where tries are counted from now on."""
    global _redis
    _redis = redis
    _own.clear()


async def count_try(what: str, *, most: int, within_s: int) -> None:
    """Count one try of `what`. Raises `TooManyTries` past `most` within `within_s` seconds.

    While Redis is away each process counts what it is asked itself: a limit must not close the market, and nobody may
    guess without end. Where there is none at all nothing is counted.
    """
    if _redis is None:
        return
    key = f"makola:tries:{what}"
    try:
        async with _redis.pipeline(transaction=False) as pipe:
            pipe.incr(key)
            pipe.expire(key, within_s, nx=True)
            tries, _ = await pipe.execute()
    except (RedisError, OSError) as error:
        log.warning("tries counted by this process alone", error=str(error))
        tries = _counted_here(what, within_s)
    if tries > most:
        raise TooManyTries


def _counted_here(what: str, within_s: int) -> int:
    """This try and those before it within the time, as far as this process knows."""
    at = time.monotonic()
    tries, ends_at = _own.pop(what, (0, 0.0))
    if ends_at <= at:
        tries, ends_at = 0, at + within_s
    # At the end, so that what was tried longest ago stands first.
    _own[what] = (tries + 1, ends_at)
    if len(_own) > MOST_COUNTED:
        del _own[next(iter(_own))]
    return tries + 1


async def take(shares: Sequence[Share]) -> float | None:
    """Take one from each; 0, or the seconds to wait where nothing was taken. None without Redis, where nobody counts."""
    if _redis is None:
        return None
    keys = [f"makola:pace:{each.name}" for each in shares]
    numbers = [str(value) for each in shares for value in (each.size, each.a_second, each.kept)]
    try:
        asked: Any = _redis.eval(TAKE, len(keys), *keys, *numbers)
        return float(await asked)
    except (RedisError, OSError) as error:
        log.warning("the pace is not shared", error=str(error))
        return None


async def forget_tries(what: str) -> None:
    """Begin counting anew, after a success."""
    _own.pop(what, None)
    if _redis is None:
        return
    try:
        await _redis.delete(f"makola:tries:{what}")
    except (RedisError, OSError) as error:
        log.warning("tries not forgotten", error=str(error))
