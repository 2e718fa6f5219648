"""The webhook: who knows the secret may give updates; they are stored, and answered at once.

Source: https://core.telegram.org/bots/api#setwebhook
"""

import hmac

import orjson
import structlog
from aiohttp import web
from telegram.error import TelegramError

from bot.channels.telegram.sending import bot_of, show_commands
from bot.channels.telegram.updates import WANTED, store_update
from core.keys import SETTINGS
from core.settings import Settings
from providers.registry import registry
from services.tenants import scope_by_code

log = structlog.get_logger(__name__)

PATH = "/channels/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


def add_telegram_routes(app: web.Application) -> None:
    """`POST /channels/telegram`; a live bot is told so when the application starts."""
    app.router.add_post(PATH, take)
    app.on_startup.append(_announce)


async def take(request: web.Request) -> web.Response:
    """Store an update. 401 without the secret; 200 also for what is no update, since it would only come again."""
    settings = request.app[SETTINGS]
    secret = registry().telegram(settings.default_environment).secret
    given = request.headers.get(SECRET_HEADER, "")
    if not secret or not hmac.compare_digest(given.encode(), secret.encode()):
        raise web.HTTPUnauthorized
    try:
        body = orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        raise web.HTTPBadRequest from None
    await store_update(await scope_by_code(settings.default_platform, settings.default_environment), body)
    return web.Response()


async def _announce(app: web.Application) -> None:
    settings = app[SETTINGS]
    if settings.default_environment == "live" and settings.telegram_token:
        await _set_webhook(settings)


async def _set_webhook(settings: Settings) -> None:
    """Have updates sent here. Telegram being away must not keep the market closed."""
    bot = bot_of("live")
    try:
        await bot.set_webhook(
            f"{settings.base_url}{PATH}", secret_token=settings.telegram_secret, allowed_updates=WANTED
        )
        await show_commands(bot)
    except TelegramError as error:
        log.error("the webhook could not be set", error=str(error))
