"""While Redis is away each process counts tries by itself, so that nobody guesses without end."""

from collections.abc import Iterator

import pytest
from fakeredis import FakeServer
from fakeredis.aioredis import FakeRedis

from core import limits
from core.errors import TooManyTries
from core.limits import count_try, forget_tries
from tests.admin.conftest import DeskHands, desk, desks
from tests.conftest import World

__all__ = ["desk", "desks"]


@pytest.fixture
def server() -> Iterator[FakeServer]:
    """A Redis that goes away when told to."""
    server, before = FakeServer(), limits._redis
    limits.use_redis(FakeRedis(server=server))
    yield server
    limits.use_redis(before)


async def refused(what: str) -> bool:
    try:
        await count_try(what, most=3, within_s=60)
    except TooManyTries:
        return True
    return False


async def test_tries_are_counted_while_redis_is_away_and_by_redis_when_it_is_back(server: FakeServer) -> None:
    assert not await refused("a")
    server.connected = False
    assert [await refused("a") for _ in range(5)] == [False, False, False, True, True]
    assert not await refused("b"), "everything by itself"
    await forget_tries("a")
    assert not await refused("a")
    server.connected = True
    assert [await refused("a") for _ in range(3)] == [False, False, True]


async def test_the_time_passes_without_redis_as_well(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.connected, at = False, 1000.0
    monkeypatch.setattr(limits.time, "monotonic", lambda: at)
    assert [await refused("a") for _ in range(4)][-1]
    at += 59
    assert await refused("a")
    at += 1
    assert not await refused("a")


async def test_a_flood_of_names_takes_no_more_than_so_much_memory_and_the_newest_stay(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.connected = False
    monkeypatch.setattr(limits, "MOST_COUNTED", 100)
    for n in range(1000):
        await refused(f"flood {n}")
        await refused("guessed at")
    assert len(limits._own) == 100 and await refused("guessed at")


async def test_who_guesses_a_password_is_held_up_without_redis(
    world: World, desk: DeskHands, server: FakeServer
) -> None:
    server.connected = False
    for _ in range(10):
        assert (await desk.log_in(password="wrong"))["errorCode"] == "INVALID_CREDENTIALS_ERROR"
    told = await desk.send(
        'mutation { login(username: "admin@makola.test", password: "makola-demo") { __typename } }'
    )
    assert "Too many" in str(told) or "TOO_MANY" in str(told), told
