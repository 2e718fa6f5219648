"""Sending a stored reply through the Bot API. Sending again does no harm where the first time got through unseen.

A pressed button's message is edited; who blocked the bot is left in peace; Telegram's own waiting time is kept.
"""

import asyncio
from datetime import timedelta
from typing import Any

import structlog
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
)
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from bot.channels.telegram.updates import CHANNEL, COMMANDS
from bot.text import t
from core.cache import new_cache
from core.clock import now
from core.languages import LANGUAGES, SOURCE
from core.settings import Settings
from core.work import backoff
from models import InboundMessage
from providers.registry import registry
from providers.telegram import Bot
from services.catalogue.pictures import picture_on_disk
from services.codes import reveal
from services.conversations.identities import mark_blocked
from services.tenants import Environment

log = structlog.get_logger(__name__)

# A reply that comes later than this helps nobody.
KEEP_TRYING = timedelta(minutes=30)

# Telegram knows languages by two letters (ISO 639-1): Pidgin (`pcm`) has none, and who reads it sees the English menu.
CODE_LETTERS = 2

# What Telegram calls a picture that it was given before, by bot and key; then it is not uploaded again.
_sent: dict[tuple[str, str], str] = new_cache()


def bot_of(environment: Environment) -> Bot:
    """The environment's bot, made once for the process's clients."""
    return registry().telegram_bot(environment).bot


async def show_commands(bot: Bot) -> None:
    """Have Telegram show the commands in its menu, to each in the language of their Telegram. Raises `TelegramError`."""
    for language in LANGUAGES:
        if language == SOURCE or len(language) == CODE_LETTERS:
            said = [(name, t(f"command.{name}").into(language).render()) for name in COMMANDS]
            await bot.set_my_commands(said, language_code=None if language == SOURCE else language)


async def send_reply(row: InboundMessage, reply: dict[str, Any], settings: Settings) -> timedelta | None:
    """Send the reply to a claimed update; when to try again, or None where there is nothing left to do."""
    try:
        await _send(bot_of(row.environment), reply, settings)  # type: ignore[arg-type]
    except RetryAfter as wait:
        seconds = wait.retry_after
        return seconds if isinstance(seconds, timedelta) else timedelta(seconds=seconds)
    except Forbidden:
        log.info("the person blocked the bot", row=row.id)
        await mark_blocked(row.platform_id, row.environment, CHANNEL, row.sender)
    except BadRequest as error:
        log.warning("telegram refused a reply", row=row.id, error=str(error))
    except NetworkError as error:
        log.warning("telegram not reached", row=row.id, error=str(error))
        return backoff(row.attempts, longest_s=60) if now() - row.received_at < KEEP_TRYING else None
    return None


async def _send(bot: Bot, reply: dict[str, Any], settings: Settings) -> None:
    """Make all the calls; the press is answered while the screen is put up."""
    screen = _show(bot, reply, settings)
    if not reply.get("query"):
        await screen
        return
    answer = _if_still_there(bot.answer_callback_query(reply["query"], text=reply.get("toast")))
    for outcome in await asyncio.gather(answer, screen, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


async def _show(bot: Bot, reply: dict[str, Any], settings: Settings) -> None:
    if reply.get("delete"):
        # A PIN does not stay in the chat.
        await _if_still_there(bot.delete_message(reply["chat"], reply["delete"]))
    if "text" not in reply:
        return
    if "picture" in reply and await _pictured(bot, reply, settings):
        return
    edits = "edit" in reply and "keyboard" in reply
    if edits and not reply.get("on_picture") and await _edited(bot, reply):
        return
    await bot.send_message(reply["chat"], reveal(reply["text"]), reply_markup=_markup(reply))
    if edits and reply.get("on_picture"):
        # Words can't take the place of a picture.
        await _if_still_there(bot.delete_message(reply["chat"], reply["edit"]))


async def _pictured(bot: Bot, reply: dict[str, Any], settings: Settings) -> bool:
    """Show the screen under its picture; False where Telegram doesn't take that, so that the words alone are shown."""
    key, words, markup = reply["picture"], reveal(reply["text"]), _inline(reply)
    photo = _sent.get((bot.token, key)) or _photo(settings, key)
    try:
        if "edit" in reply:
            message = await bot.edit_message_media(
                InputMediaPhoto(photo, caption=words),
                chat_id=reply["chat"],
                message_id=reply["edit"],
                reply_markup=markup,
            )
        else:
            message = await bot.send_photo(reply["chat"], photo, caption=words, reply_markup=markup)
    except BadRequest as error:
        if "not modified" in str(error).lower():
            return True
        _sent.pop((bot.token, key), None)
        log.info("telegram refused a picture", picture=key, error=str(error))
        return False
    if isinstance(message, Message) and message.photo:
        _sent[bot.token, key] = message.photo[-1].file_id
    return True


def _photo(settings: Settings, key: str) -> bytes | str:
    """A picture to upload; where it lies on another machine, the address at which Telegram can fetch it."""
    path = picture_on_disk(key)
    return path.read_bytes() if path else f"{settings.base_url}/assets/{key}"


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
