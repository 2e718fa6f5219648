"""What is logged while a test runs, at the least level: `with all_logs() as events`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from structlog.processors import format_exc_info
from structlog.testing import LogCapture
from structlog.types import Processor

from core.logs import _redact, configure_logs


@contextmanager
def all_logs() -> Iterator[list[Any]]:
    """The events as they would be written, secrets masked by the same rule."""
    capture = LogCapture()
    processors: list[Processor] = [structlog.contextvars.merge_contextvars, _redact, format_exc_info, capture]
    _forget_levels()
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(0),
        logger_factory=structlog.ReturnLoggerFactory(),
        cache_logger_on_first_use=False,
    )
    try:
        yield capture.entries
    finally:
        configure_logs("ERROR")


def _forget_levels() -> None:
    """A logger that has spoken keeps what was configured then."""
    for module in list(sys.modules.values()):
        if isinstance(
            log := getattr(module, "__dict__", {}).get("log"), structlog._config.BoundLoggerLazyProxy
        ):
            vars(log).pop("bind", None)
