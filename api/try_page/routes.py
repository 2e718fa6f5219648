"""What the phone in the browser needs: its page, and the messages that the twins were given for a number."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout, web

from core.keys import SETTINGS

log = structlog.get_logger(__name__)

HERE = Path(__file__).parent
FILES = {
    "/try": "phone.html",
    "/try/phone.css": "phone.css",
    "/try/phone.js": "phone.js",
    "/try/phone.svg": "phone.svg",
}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
LONGEST_NUMBER = 32

_HTTP: web.AppKey[ClientSession] = web.AppKey("try_page_http", ClientSession)


def add_try_page(app: web.Application) -> None:
    """`GET /try` and what belongs to it. Only for an application whose outside world are the twins."""
    for path, name in FILES.items():
        app.router.add_get(path, _file(name))
    app.router.add_get("/try/outbox", outbox)
    app.cleanup_ctx.append(_http)


async def outbox(request: web.Request) -> web.Response:
    """The messages to one number, newest first, as the twins keep them. 400 without a number, 502 without twins."""
    to = request.query.get("to", "").strip()
    if not to or len(to) > LONGEST_NUMBER:
        return web.json_response({"error": "Say to whom: ?to=+233…"}, status=400)
    url = f"{request.app[SETTINGS].twins_base_url}/outbox"
    try:
        async with request.app[_HTTP].get(url, params={"to": to}) as answer:
            answer.raise_for_status()
            return web.json_response(await answer.json())
    except (ClientError, TimeoutError) as error:
        log.warning("the twins don't answer", error=str(error))
        return web.json_response({"error": "The twins don't answer."}, status=502)


def _file(name: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(HERE / name, headers=HEADERS)

    return serve


async def _http(app: web.Application) -> AsyncIterator[None]:
    async with ClientSession(timeout=ClientTimeout(total=3)) as http:
        app[_HTTP] = http
        yield
