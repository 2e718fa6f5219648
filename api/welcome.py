"""The front page: what is here and where to go."""

from pathlib import Path

from aiohttp import web

from core.keys import SETTINGS

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Makola</title>
<link rel="stylesheet" href="/static/welcome.css">
<main>
<h1>Makola</h1>
<p>A market you can text.</p>
<ul>
{phone}<li><a href="/shop-api">The shop API</a></li>
<li><a href="/docs/rest">The REST API</a></li>
<li><a href="/readyz">Is it ready?</a></li>
</ul>
</main>
</html>
"""


PHONE = '<li><a href="/try">A phone to try it on</a></li>\n'


async def welcome(request: web.Request) -> web.Response:
    """The page; the phone is only there where it is served."""
    phone = PHONE if request.app[SETTINGS].environment == "development" else ""
    return web.Response(text=PAGE.replace("{phone}", phone), content_type="text/html")


def add_welcome(app: web.Application) -> None:
    app.router.add_get("/", welcome)
    app.router.add_static("/static", Path(__file__).parent / "static")
