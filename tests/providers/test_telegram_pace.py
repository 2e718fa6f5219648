"""A bot's pace: Telegram's limits are kept, and notices of money come before replies to browsing."""

import asyncio
from typing import Any

import pytest
from telegram.error import RetryAfter

from providers.telegram_pace import (
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
