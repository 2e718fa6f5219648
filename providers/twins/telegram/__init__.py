"""The stand-in Telegram Bot API."""

from providers.twins.telegram.api import create_telegram
from providers.twins.telegram.bots import Bots

__all__ = ["Bots", "create_telegram"]
