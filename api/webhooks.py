"""Webhooks: verified, stored and answered at once; a worker acts on them."""

import hmac

from aiohttp import web

from core.errors import Forbidden
from core.forms import read_form
from core.keys import SETTINGS
from providers.registry import Environment
from services.notifications import take_delivery_report
from services.payments.events import take_payment_webhook


async def paystack(request: web.Request) -> web.Response:
    """Paystack's events, signed with HMAC-SHA512 over the raw body (PROVIDERS.md, Paystack)."""
    body = await request.read()
    await take_payment_webhook("paystack", request.headers, body, _environments(request))
    return web.json_response({"status": "ok"})


async def africastalking(request: web.Request) -> web.Response:
    """Delivery reports; nobody signs them, so the path carries a secret."""
    given, right = request.match_info["secret"], request.app[SETTINGS].hook_secret
    if not hmac.compare_digest(given.encode(), right.encode()):
        raise Forbidden
    await take_delivery_report(await read_form(request))
    return web.json_response({"status": "ok"})


def _environments(request: web.Request) -> tuple[Environment, ...]:
    # In production nobody may sign with the sandbox's key, which everyone knows.
    return ("live",) if request.app[SETTINGS].environment == "production" else ("test", "live")


def add_webhooks(app: web.Application) -> None:
    app.add_routes(
        [
            web.post("/webhooks/paystack", paystack),
            web.post("/webhooks/africastalking/{secret}", africastalking),
        ]
    )
