"""Working on a stored message, whichever channel it came in by: one person's messages one after another."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.channels.sms.inbound import answer_text
from bot.channels.telegram.inbound import answer_update
from core.settings import Settings
from models import InboundMessage
from services.inbound import wake_next

# By channel: plays a claimed message; when to look at it again, or None once it is answered for good.
ANSWER: dict[str, Callable[[InboundMessage, Settings], Awaitable[timedelta | None]]] = {
    "sms": answer_text,
    "telegram": answer_update,
}


async def work_inbound(row: InboundMessage, settings: Settings) -> None:
    """Play a claimed message and answer it."""
    retry_in = await ANSWER[row.channel](row, settings)
    await row.release(retry_in=retry_in)
    if retry_in is None:
        await wake_next(row)
