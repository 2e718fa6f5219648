"""The stand-in Bot API: `/bot<token>/<method>`, and the control that plays the person."""

from aiohttp import web

from providers.twins.sandbox import Sandbox
from providers.twins.script import DECLINED, Rule, Stage
from providers.twins.telegram import wire
from providers.twins.telegram.bots import Bots
from providers.twins.telegram.control import Control
from providers.twins.telegram.methods import METHODS
from providers.twins.telegram.wire import BotError

DECLINES = {
    400: "Bad Request: chat not found",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request",
    429: "Too Many Requests: retry after {retry_after}",
}
BLOCKED, FLOODED = 403, 429


def create_telegram(sandbox: Sandbox, bots: Bots) -> web.Application:
    """The application under /telegram; the base URL of a client is `…/telegram/bot`."""
    control = Control(bots, sandbox.settings.telegram_tokens)
    stage = Stage(sandbox.script, "telegram", sandbox.settings.hang_s)

    async def call(request: web.Request) -> web.Response:
        try:
            return wire.answer({"ok": True, "result": await _result(bots, request)})
        except BotError as error:
            return wire.answer(error.body, error.error_code)

    app = web.Application(middlewares=[stage.middleware()])
    app.add_routes(
        [
            web.post("/control/user", control.act),
            web.get("/control/chat", control.show),
            web.route("*", "/bot{token}/{method}", call),
        ]
    )
    return app


async def _result(bots: Bots, request: web.Request) -> object:
    token = request.match_info["token"]
    if not bots.knows(token):
        raise BotError(401, "Unauthorized")
    method = METHODS.get(request.match_info["method"].lower())
    if method is None:
        raise BotError(404, "Not Found")
    if DECLINED in request:
        raise _declined(request[DECLINED])
    return await method(bots, token, await wire.parameters(request))


def _declined(rule: Rule) -> BotError:
    """What a script's decline is at Telegram: blocked, or with its own code; 429 names the seconds to wait."""
    code = rule.code if rule.code in DECLINES else BLOCKED
    retry_after = int(rule.delay_s or 1) if code == FLOODED else None
    return BotError(code, DECLINES[code].format(retry_after=retry_after), retry_after)
