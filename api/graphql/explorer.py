"""The page that a browser sees at a GraphQL path: our own, without scripts of another host."""

from functools import cache
from html import escape
from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@cache
def _page(title: str, headers_example: str) -> str:
    page = (FOLDER / "explorer.html").read_text(encoding="utf-8").replace("{{title}}", escape(title))
    return page.replace("{{headers}}", escape(headers_example))


def add_explorer(app: web.Application) -> None:
    """Serve the page's script and style; once, however many GraphQL paths there are."""
    if "explorer" not in app.router.named_resources():
        app.router.add_static("/static/graphql", FOLDER / "static", name="explorer")


def explorer_page(title: str, headers_example: str) -> web.Response:
    """The explorer, asking the path that it is shown at."""
    return web.Response(
        text=_page(title, headers_example),
        content_type="text/html",
        headers={"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff"},
    )
