"""SMS: texts are stored before they are acknowledged, played by a worker, answered by a message that is queued."""

from bot.channels.sms.routes import add_sms_routes

__all__ = ["add_sms_routes"]
