"""Sending a stored reply through the Bot API. Sending again does no harm where the first time got through unseen.

A pressed button's message is edited; who blocked the bot is left in peace; Telegram's own waiting time is kept.
"""

from datetime import timedelta
from typing import Any

import structlog
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
)
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from core.clock import now
from core.work import backoff
from models import InboundMessage
from providers.registry import registry
from providers.telegram import Bot
from services.codes import reveal
from services.tenants import Environment

log = structlog.get_logger(__name__)

# A reply that comes later than this helps nobody.
KEEP_TRYING = timedelta(minutes=30)


def bot_of(environment: Environment) -> Bot:
    """The environment's bot, made once for the process's clients."""
    return registry().telegram_bot(environment).bot


async def send_reply(row: InboundMessage, reply: dict[str, Any]) -> timedelta | None:
    """Send the reply to a claimed update; when to try again, or None where there is nothing left to do."""
    try:
        await _send(bot_of(row.environment), reply)  # type: ignore[arg-type]
    except RetryAfter as wait:
        seconds = wait.retry_after
        return seconds if isinstance(seconds, timedelta) else timedelta(seconds=seconds)
    except Forbidden:
        log.info("the person blocked the bot", row=row.id)
    except BadRequest as error:
        log.warning("telegram refused a reply", row=row.id, error=str(error))
    except NetworkError as error:
        log.warning("telegram not reached", row=row.id, error=str(error))
        return backoff(row.attempts, longest_s=60) if now() - row.received_at < KEEP_TRYING else None
    return None


async def _send(bot: Bot, reply: dict[str, Any]) -> None:
    if reply.get("query"):
        await _if_still_there(bot.answer_callback_query(reply["query"], text=reply.get("toast")))
    if reply.get("delete"):
        # A PIN does not stay in the chat.
        await _if_still_there(bot.delete_message(reply["chat"], reply["delete"]))
    if "text" not in reply:
        return
    if reply.get("edit") and "keyboard" in reply and await _edited(bot, reply):
        return
    await bot.send_message(reply["chat"], reveal(reply["text"]), reply_markup=_markup(reply))


async def _edited(bot: Bot, reply: dict[str, Any]) -> bool:
    """Put the screen in place of the one whose button was pressed; False where that message can't be edited."""
    try:
        await bot.edit_message_text(
            reveal(reply["text"]),
            chat_id=reply["chat"],
            message_id=reply["edit"],
            reply_markup=_inline(reply),
        )
    except BadRequest as error:
        return "not modified" in str(error).lower()
    return True


async def _if_still_there(call: Any) -> None:
    """Make a call that fails harmlessly where its subject is gone or too old."""
    try:
        await call
    except BadRequest as error:
        log.debug("too late for telegram", error=str(error))


def _markup(reply: dict[str, Any]) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
    if "contact" in reply:
        button = KeyboardButton(reply["contact"], request_contact=True)
        return ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)
    return _inline(reply)


def _inline(reply: dict[str, Any]) -> InlineKeyboardMarkup | None:
    rows = [
        [InlineKeyboardButton(button["text"], callback_data=button["data"]) for button in row]
        for row in reply["keyboard"]
    ]
    return InlineKeyboardMarkup(rows) if rows else None
