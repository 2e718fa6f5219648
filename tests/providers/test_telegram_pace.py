"""A bot's pace: Telegram's limits are kept, and notices of money come before replies to browsing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from fakeredis import FakeAsyncRedis, FakeServer
from telegram.error import RetryAfter

from core import limits
from providers.telegram_pace import (
    ALONE_S,
    BURST,
    BURST_KEPT,
    LONGEST_WAIT_S,
    MOST_CHATS,
    OVERALL,
    OVERALL_KEPT,
    URGENT,
    Pace,
)


class Clock:
    """A time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()

    async def sleep(seconds: float) -> None:
        clock.at += seconds

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return clock


async def send(pace: Pace, chat: int, urgent: bool = False, endpoint: str = "sendMessage") -> bool:
    """Whether a message was sent, and not put off."""

    async def call() -> bool:
        return True

    try:
        return bool(
            await pace.process_request(call, (), {}, endpoint, {"chat_id": chat}, URGENT if urgent else None)
        )
    except RetryAfter:
        return False


async def test_a_chat_gets_a_short_burst_and_then_one_a_second(clock: Clock) -> None:
    pace = Pace(clock)
    for _ in range(BURST - BURST_KEPT):
        assert await send(pace, 1)
    assert clock.at == 0
    for second in range(1, 4):
        assert await send(pace, 1)
        assert clock.at == pytest.approx(second)


async def test_all_chats_together_get_thirty_a_second(clock: Clock) -> None:
    pace = Pace(clock)
    for chat in range(300):
        assert await send(pace, chat)
    assert clock.at == pytest.approx((300 - (OVERALL - OVERALL_KEPT)) / OVERALL)


async def test_notices_are_sent_where_replies_have_to_wait(clock: Clock) -> None:
    pace = Pace(clock)
    for chat in range(OVERALL - OVERALL_KEPT):
        assert await send(pace, chat)
    for chat in range(OVERALL_KEPT):
        assert await send(pace, chat, urgent=True)
    assert clock.at == 0


async def test_who_would_wait_long_is_told_to_come_again(clock: Clock) -> None:
    pace = Pace(clock)
    for _ in range(BURST):
        assert await send(pace, 1, urgent=True)
    assert not await send(pace, 1)
    assert clock.at <= LONGEST_WAIT_S
    assert await send(pace, 1, urgent=True)
    assert await send(pace, 2)


async def test_answers_to_buttons_are_not_counted_and_chats_are_forgotten(clock: Clock) -> None:
    pace = Pace(clock)
    for _ in range(100):
        assert await send(pace, 1, endpoint="answerCallbackQuery")
    for chat in range(MOST_CHATS + 50):
        pace._chat(str(chat))
    assert len(pace._chats) == MOST_CHATS


async def test_a_refusal_goes_through(clock: Clock) -> None:
    async def refused(*_: Any) -> Any:
        raise ValueError

    with pytest.raises(ValueError):
        await Pace(clock).process_request(refused, (), {}, "sendMessage", {"chat_id": 1}, None)


@pytest_asyncio.fixture
async def redis() -> AsyncIterator[FakeAsyncRedis]:
    shared = FakeAsyncRedis(server=FakeServer())
    limits.use_redis(shared)
    yield shared
    limits.use_redis(None)
    await shared.aclose()


async def test_two_processes_keep_one_pace_with_notices_first(redis: FakeAsyncRedis) -> None:
    one, other = Pace(bot="1"), Pace(bot="1")
    for sender in (one, other) * ((BURST - BURST_KEPT) // 2):
        assert await send(sender, 1)
    # The rest is for notices, and there is no second burst in the other process.
    for sender in (one, other):
        assert await send(sender, 1, urgent=True)
    assert not await send(one, 1) and not await send(other, 1)
    # Another chat, and another bot, are none of its business.
    assert await send(other, 2)
    assert await send(Pace(bot="2"), 1)


async def test_two_processes_together_stay_below_what_a_bot_may(redis: FakeAsyncRedis) -> None:
    overall = limits.Share("telegram:1", OVERALL, OVERALL, 0)
    taken = [await limits.take([overall]) for _ in range(OVERALL + 1)]
    assert taken[: OVERALL - 1] == [0] * (OVERALL - 1)
    assert await redis.ttl("makola:pace:telegram:1") > 0


async def test_without_redis_each_process_keeps_its_own_pace(clock: Clock) -> None:
    asked = 0

    class Away:
        async def eval(self, *_: Any) -> Any:
            nonlocal asked
            asked += 1
            raise ConnectionError

    limits.use_redis(Away())  # type: ignore[arg-type]
    try:
        pace = Pace(clock, bot="1")
        for _ in range(BURST - BURST_KEPT):
            assert await send(pace, 1)
        assert clock.at == 0 and asked == 1
        for _ in range(int(ALONE_S)):
            assert await send(pace, 1)
        assert clock.at == pytest.approx(ALONE_S) and asked == 2
    finally:
        limits.use_redis(None)
