"""How fast a bot may write: Telegram's own limits, with notices of money and codes before replies to browsing.

30 messages a second altogether and one a second to a chat, after a short burst. Replies leave a part of either to notices.
All processes of an installation share a bot's pace by Redis; without it each goes on with its own. Whoever would wait long is told to come again, as Telegram itself would say it: the rows are the queue.
Source: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

import asyncio
import math
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from core.limits import Share, take
from providers.watching import refuse_inside_transaction

# What a call gives as its `rate_limit_args` that may use all there is.
URGENT = 1
# Those that appear in a chat; answers to a pressed button are not limited.
MESSAGES = {"sendMessage", "sendPhoto", "editMessageText", "editMessageMedia", "editMessageCaption"}
# A second, and how many are left to notices.
OVERALL, OVERALL_KEPT = 30, 6
BURST, BURST_KEPT, CHAT_A_SECOND = 10, 2, 1.0
# Longer than this nobody waits who holds a row.
LONGEST_WAIT_S = 1.2
# Less is nothing: what rounding leaves over.
A_MOMENT_S = 0.001
MOST_CHATS = 10_000
# Where Redis is away it is not asked again for so long: nobody waits for it with each message.
ALONE_S = 5.0


@dataclass(slots=True)
class Bucket:
    """So many at once, and so many more each second."""

    size: float
    a_second: float
    clock: Callable[[], float]
    level: float = field(init=False)
    at: float = field(init=False)

    def __post_init__(self) -> None:
        self.level, self.at = self.size, self.clock()

    def wait_s(self, kept: float) -> float:
        """Seconds until one can be taken that leaves `kept`."""
        at = self.clock()
        self.level = min(self.size, self.level + (at - self.at) * self.a_second)
        self.at = at
        return max(0.0, (kept + 1 - self.level) / self.a_second)


class Pace(BaseRateLimiter[int]):
    """One bot's pace. Named, it is kept with the other processes of that bot; Telegram's 429 is the last word."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, bot: str = "") -> None:
        self._clock, self._bot = clock, bot
        self._alone_until = 0.0
        self._overall = Bucket(OVERALL, OVERALL, clock)
        self._chats: dict[Any, Bucket] = {}

    async def initialize(self) -> None:
        """Nothing to begin with."""

    async def shutdown(self) -> None:
        """Nothing to end with."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        """Make the call when it is its turn. Raises `RetryAfter` where that is too far away."""
        refuse_inside_transaction("telegram")
        if endpoint in MESSAGES and "chat_id" in data:
            await self._turn(str(data["chat_id"]), urgent=rate_limit_args == URGENT)
        return await callback(*args, **kwargs)

    async def _turn(self, chat_id: str, *, urgent: bool) -> None:
        chat = self._chat(chat_id)
        while True:
            overall_kept, chat_kept = (0, 0) if urgent else (OVERALL_KEPT, BURST_KEPT)
            wait_s = max(self._overall.wait_s(overall_kept), chat.wait_s(chat_kept))
            if wait_s < A_MOMENT_S:
                # Taken before anybody else is asked: others of this process come meanwhile.
                self._overall.level -= 1
                chat.level -= 1
                wait_s = await self._others(chat_id, overall_kept, chat_kept)
                if wait_s < A_MOMENT_S:
                    return
                self._overall.level += 1
                chat.level += 1
            if wait_s > LONGEST_WAIT_S:
                raise RetryAfter(math.ceil(wait_s))
            await asyncio.sleep(wait_s)

    async def _others(self, chat_id: str, overall_kept: int, chat_kept: int) -> float:
        """Seconds until it is this process's turn among all; 0 where it is, or nobody knows."""
        if not self._bot or self._clock() < self._alone_until:
            return 0.0
        overall = Share(f"telegram:{self._bot}", OVERALL, OVERALL, overall_kept)
        chat = Share(f"telegram:{self._bot}:{chat_id}", BURST, CHAT_A_SECOND, chat_kept)
        wait_s = await take([overall, chat])
        if wait_s is None:
            self._alone_until = self._clock() + ALONE_S
        return wait_s or 0.0

    def _chat(self, chat_id: str) -> Bucket:
        known = self._chats.get(chat_id)
        if known is None:
            if len(self._chats) >= MOST_CHATS:
                # Who was not written to for the longest time has a full bucket again.
                del self._chats[next(iter(self._chats))]
            known = Bucket(BURST, CHAT_A_SECOND, self._clock)
        else:
            del self._chats[chat_id]
        self._chats[chat_id] = known
        return known
