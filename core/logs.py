"""Structured logs, with a request id and a trace that follow a job."""

import logging
import sys
from secrets import token_hex
from typing import Any

import structlog
from structlog.contextvars import bind_contextvars, get_contextvars

from core.tracing import continue_from, current_span

# What must never be written down, whatever a caller passes.
_SECRET = {"pin", "password", "otp", "code", "token", "secret", "text", "authorization"}


def _redact(_: Any, __: str, event: Any) -> Any:
    for key in _SECRET.intersection(event):
        event[key] = "***"
    return event


def configure_logs(level: str = "INFO", as_json: bool = True) -> None:
    """One line an event on standard error: JSON for machines, colours for a person at a terminal."""
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _redact,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)


def start_request(origin: str | None = None) -> str:
    """Bind a request id to everything that this task logs and enqueues; the id. `origin` is the `current_origin` of
    whatever asked for it, perhaps in another process; without one a request begins here.
    """
    request_id, _, traceparent = (origin or token_hex(8)).partition(" ")
    continue_from(traceparent or None)
    bind_contextvars(request_id=request_id)
    return request_id


def current_request_id() -> str | None:
    """The id bound by `start_request`, if any."""
    return get_contextvars().get("request_id")


def current_origin() -> str | None:
    """What a job carries along: the request's id, and its span where there is one. None outside any request."""
    request_id, traceparent = current_request_id(), current_span()
    return f"{request_id} {traceparent}" if request_id and traceparent else request_id
