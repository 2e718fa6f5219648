"""USSD: screens of a plain telephone, through the gateways that carry them."""

from aiohttp import web

from bot.channels.gateway import add_hook
from bot.channels.ussd import africastalking, arkesel, hubtel

GATEWAYS = (africastalking, arkesel, hubtel)


def add_ussd_routes(app: web.Application) -> None:
    """`POST /channels/ussd/<gateway>/<hook secret>`."""
    for gateway in GATEWAYS:
        add_hook(app, gateway.PATH, gateway.answer)


__all__ = ["add_ussd_routes"]
