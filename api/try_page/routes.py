"""What the three telephones in the browser need: their page, and the twins, through which they text and chat."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson
import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout, web

from core.keys import SETTINGS

log = structlog.get_logger(__name__)

HERE = Path(__file__).parent
FILES = {
    "/try": "try.html",
    "/try/try.css": "try.css",
    "/try/page.js": "page.js",
    "/try/shared.js": "shared.js",
    "/try/ussd.js": "ussd.js",
    "/try/sms.js": "sms.js",
    "/try/telegram.js": "telegram.js",
    "/try/phone.svg": "phone.svg",
}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
LONGEST_NUMBER, LONGEST_BODY = 32, 4096
# What a person does at the twins, and what they see there.
DOING = {"/try/sms": "/africastalking/control/sms", "/try/telegram": "/telegram/control/user"}
SEEING = {"/try/outbox": ("/outbox", "to"), "/try/chat": ("/telegram/control/chat", "chat_id")}

_HTTP: web.AppKey[ClientSession] = web.AppKey("try_page_http", ClientSession)


def add_try_page(app: web.Application) -> None:
    """`GET /try` and what belongs to it. Only for an application whose outside world are the twins."""
    for path, name in FILES.items():
        app.router.add_get(path, _file(name))
    for path, (source, of_whom) in SEEING.items():
        app.router.add_get(path, _seeing(source, of_whom))
    for path, target in DOING.items():
        app.router.add_post(path, _doing(target))
    app.cleanup_ctx.append(_http)


def _seeing(source: str, of_whom: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def see(request: web.Request) -> web.Response:
        """What the twins show of one person. 400 without them, 502 without twins."""
        whom = request.query.get(of_whom, "").strip()
        if not whom or len(whom) > LONGEST_NUMBER:
            return web.json_response({"error": f"Say of whom: ?{of_whom}="}, status=400)
        return await _relayed(request, "GET", source, params={of_whom: whom})

    return see


def _doing(target: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def do(request: web.Request) -> web.Response:
        """Does what the JSON in the body says, as the twins judge it. 400 for what is none or too long, 502 without twins."""
        body = await request.content.read(LONGEST_BODY + 1)
        try:
            said = orjson.loads(body)
        except orjson.JSONDecodeError:
            said = None
        if (
            len(body) > LONGEST_BODY
            or not isinstance(said, dict)
            or request.content_type != "application/json"
        ):
            return web.json_response({"error": "That is no JSON, or too long."}, status=400)
        return await _relayed(request, "POST", target, json=said)

    return do


async def _relayed(request: web.Request, method: str, path: str, **given: Any) -> web.Response:
    url = f"{request.app[SETTINGS].twins_base_url}{path}"
    try:
        async with request.app[_HTTP].request(method, url, **given) as answer:
            return web.json_response(await answer.json(), status=answer.status)
    except (ClientError, TimeoutError, ValueError) as error:
        log.warning("the twins don't answer", error=str(error))
        return web.json_response({"error": "The twins don't answer."}, status=502)


def _file(name: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(HERE / name, headers=HEADERS)

    return serve


async def _http(app: web.Application) -> AsyncIterator[None]:
    async with ClientSession(timeout=ClientTimeout(total=5)) as http:
        app[_HTTP] = http
        yield
