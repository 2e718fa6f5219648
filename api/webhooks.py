"""Webhooks: verified, stored and answered at once; a worker acts on them."""

import hmac

from aiohttp import web

from core.errors import Forbidden, InvalidInput
from core.forms import read_form
from core.keys import SETTINGS
from providers.registry import Environment
from services.bills.notices import take_bill_notice
from services.delivery.events import take_delivery_webhook
from services.financing.notices import take_lender_webhook
from services.notifications import take_delivery_report
from services.payments.events import take_payment_webhook

# The gateways that sign their events, with HMAC-SHA512 over the raw body.
GATEWAYS = ("paystack", "monnify")


async def payment(request: web.Request) -> web.Response:
    """A gateway's events, as PROVIDERS.md has them."""
    body, provider = await request.read(), request.match_info["provider"]
    await take_payment_webhook(provider, request.headers, body, _environments(request))
    return web.json_response({"status": "ok"})


async def terminal_africa(request: web.Request) -> web.Response:
    """What became of a parcel; signed as the gateways' events are."""
    await take_delivery_webhook(request.headers, await request.read(), _environments(request))
    return web.json_response({"status": "ok"})


async def lender(request: web.Request) -> web.Response:
    """What the lender decided; signed as the gateways' events are."""
    await take_lender_webhook(request.headers, await request.read(), _environments(request))
    return web.json_response({"status": "ok"})


async def africastalking(request: web.Request) -> web.Response:
    """Delivery reports of messages, and what became of airtime."""
    _check_secret(request)
    body = await request.read()
    # Airtime is told by its requestId; a report of a message has none.
    if not await take_bill_notice("africastalking", body, _environments(request)):
        await take_delivery_report(await read_form(request))
    return web.json_response({"status": "ok"})


async def vtpass(request: web.Request) -> web.Response:
    """What became of a purchase, and changed price lists."""
    _check_secret(request)
    if not await take_bill_notice("vtpass", await request.read(), _environments(request)):
        raise InvalidInput("That is not a notice.")
    # In these words: VTpass sends it again otherwise.
    return web.json_response({"response": "success"})


def _check_secret(request: web.Request) -> None:
    """Nobody signs these, so the path carries a secret. Raises `Forbidden`."""
    given, right = request.match_info["secret"], request.app[SETTINGS].hook_secret
    if not hmac.compare_digest(given.encode(), right.encode()):
        raise Forbidden


def _environments(request: web.Request) -> tuple[Environment, ...]:
    # In production nobody may sign with the sandbox's key, which everyone knows.
    return ("live",) if request.app[SETTINGS].environment == "production" else ("test", "live")


def add_webhooks(app: web.Application) -> None:
    app.add_routes(
        [
            web.post(f"/webhooks/{{provider:{'|'.join(GATEWAYS)}}}", payment),
            web.post("/webhooks/terminal-africa", terminal_africa),
            web.post("/webhooks/lender", lender),
            web.post("/webhooks/africastalking/{secret}", africastalking),
            web.post("/webhooks/vtpass/{secret}", vtpass),
        ]
    )
