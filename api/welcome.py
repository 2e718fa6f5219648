"""The front page: what is here and where to go."""

from html import escape
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
<li><a href="/downpay/graphql">The Downpay API, for merchants</a></li>
<li><a href="/xorder/graphql">The X-Order API, for order desks</a></li>
<li><a href="/financing/graphql">The financing API, for dealers</a></li>
<li><a href="/docs/rest">The REST API</a></li>
<li><a href="/admin">The desk, for staff and sellers</a></li>
{outbox}<li><a href="/readyz">Is it ready?</a></li>
</ul>
</main>
</html>
"""


PHONE = '<li><a href="/try">A phone to try it on</a></li>\n'
OUTBOX = '<li><a href="{twins}/outbox">Outbox: every SMS and e-mail that was sent</a></li>\n'


async def welcome(request: web.Request) -> web.Response:
    """The page; the phone and the sandbox's outbox are only there where they are served."""
    settings = request.app[SETTINGS]
    trying = settings.environment == "development"
    page = PAGE.replace("{phone}", PHONE if trying else "").replace("{outbox}", OUTBOX if trying else "")
    return web.Response(
        text=page.replace("{twins}", escape(settings.twins_base_url)), content_type="text/html"
    )


def add_welcome(app: web.Application) -> None:
    app.router.add_get("/", welcome)
    app.router.add_static("/static", Path(__file__).parent / "static")
