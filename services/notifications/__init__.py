"""Messages to people: queued as rows, put into words when sent, sent by a worker."""

from services.notifications.opting import opt_in, opt_out
from services.notifications.queue import queue_message
from services.notifications.sending import send_message, take_delivery_report

__all__ = ["opt_in", "opt_out", "queue_message", "send_message", "take_delivery_report"]
