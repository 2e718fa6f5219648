"""Polling, where there is no public address: updates are stored as the webhook stores them, then confirmed.

python-telegram-bot's own updater confirms updates that are only in its memory; one that is killed loses them.
"""

import asyncio
from collections.abc import Sequence

import structlog
from telegram import Update
from telegram.error import NetworkError, RetryAfter, TelegramError

from bot.channels.telegram.sending import bot_of, show_commands
from bot.channels.telegram.updates import WANTED, store_update
from core.settings import Settings
from providers.telegram import TIMEOUT_S, Bot
from services.market import open_market
from services.tenants import Scope, scope_by_code

log = structlog.get_logger(__name__)

WAIT_S = 10
PAUSE_S = 2.0


async def run_polling(settings: Settings) -> None:
    """Ask Telegram for updates until stopped. A worker plays them."""
    async with open_market(settings):
        await poll(settings)


async def poll(settings: Settings) -> None:
    """The same, in an open market."""
    bot = bot_of(settings.default_environment)
    scope = await scope_by_code(settings.default_platform, settings.default_environment)
    await _until_reached(bot)
    offset = 0
    while True:
        offset = await _ask(bot, scope, offset)


async def _until_reached(bot: Bot) -> None:
    """Telegram gives no updates by polling while a webhook is set."""
    while True:
        try:
            await bot.delete_webhook()
            await show_commands(bot)
            return
        except NetworkError as error:
            log.warning("telegram not reached", error=str(error))
            await asyncio.sleep(PAUSE_S)


async def _ask(bot: Bot, scope: Scope, offset: int) -> int:
    """Ask once; the offset to ask with next, which confirms what is stored by then."""
    updates: Sequence[Update] = ()
    try:
        updates = await bot.get_updates(
            offset=offset, timeout=WAIT_S, allowed_updates=WANTED, read_timeout=WAIT_S + TIMEOUT_S
        )
    except RetryAfter as wait:
        seconds = wait.retry_after
        await asyncio.sleep(seconds if isinstance(seconds, int) else seconds.total_seconds())
    except TelegramError as error:
        log.warning("telegram gave no updates", error=str(error))
        await asyncio.sleep(PAUSE_S)
    for update in updates:
        await store_update(scope, update.to_dict())
        offset = update.update_id + 1
    return offset
