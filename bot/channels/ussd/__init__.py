"""USSD: screens of a plain telephone, through the gateways that carry them."""

from bot.channels.ussd.africastalking import add_ussd_routes

__all__ = ["add_ussd_routes"]
