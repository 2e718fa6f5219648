"""Working on a stored message, whichever channel it came in by: one person's messages one after another."""

from collections.abc import Awaitable, Callable

from bot.channels.sms.inbound import answer_text
from bot.channels.telegram.inbound import answer_update
from core.settings import Settings
from models import InboundMessage

# By channel: plays a claimed message and gives it back.
ANSWER: dict[str, Callable[[InboundMessage, Settings], Awaitable[None]]] = {
    "sms": answer_text,
    "telegram": answer_update,
}


async def work_inbound(row: InboundMessage, settings: Settings) -> None:
    """Play a claimed message and answer it."""
    await ANSWER[row.channel](row, settings)
