"""Webhooks: verified, stored and answered at once; a worker acts on them."""

import hmac

from aiohttp import web

from core.errors import Forbidden
from core.forms import read_form
from core.keys import SETTINGS
from providers.registry import Environment
from services.notifications import take_delivery_report
from services.payments.events import take_payment_webhook

# The gateways that sign their events, with HMAC-SHA512 over the raw body.
GATEWAYS = ("paystack", "monnify")


async def payment(request: web.Request) -> web.Response:
    """A gateway's events, as PROVIDERS.md has them."""
    body, provider = await request.read(), request.match_info["provider"]
    await take_payment_webhook(provider, request.headers, body, _environments(request))
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
            web.post(f"/webhooks/{{provider:{'|'.join(GATEWAYS)}}}", payment),
            web.post("/webhooks/africastalking/{secret}", africastalking),
        ]
    )
