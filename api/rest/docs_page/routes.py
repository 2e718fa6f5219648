"""The files of the page, from this host alone; the demo market's key stands in it where the outside world are twins."""

from collections.abc import Awaitable, Callable
from functools import cache
from html import escape
from pathlib import Path

from aiohttp import web

from core.keys import SETTINGS

HERE = Path(__file__).parent
PATH = "/docs/rest"
DEMO_KEY = "mk_test_demo"
FILES = ("page.css", "page.js", "dom.js", "schema.js", "trying.js", "calling.js")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def add_docs_page(app: web.Application) -> None:
    """`GET /docs/rest`, and `/docs`, which leads there."""
    app.router.add_get("/docs", _to_the_page)
    app.router.add_get(PATH, page)
    for name in FILES:
        app.router.add_get(f"{PATH}/{name}", _file(name))


async def page(request: web.Request) -> web.Response:
    """The page; it reads the OpenAPI document by itself."""
    key = DEMO_KEY if request.app[SETTINGS].environment == "development" else ""
    return web.Response(text=_html(key), content_type="text/html", headers=HEADERS)


@cache
def _html(key: str) -> str:
    return (HERE / "page.html").read_text(encoding="utf-8").replace("{{key}}", escape(key))


async def _to_the_page(_: web.Request) -> web.StreamResponse:
    raise web.HTTPFound(PATH)


def _file(name: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(HERE / name, headers=HEADERS)

    return serve
