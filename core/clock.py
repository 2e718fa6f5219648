"""The one place that knows what time it is, so that a test can say otherwise."""

from datetime import UTC, datetime, timedelta

_offset = timedelta()


def now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC) + _offset


def timestamp() -> int:
    """The current time in whole seconds since the epoch."""
    return int(now().timestamp())


def travel(by: timedelta) -> None:
    """Move the clock of this process on by `by`; a test sets it back with `reset`."""
    global _offset
    _offset += by


def reset() -> None:
    """Let the clock show the machine's time again."""
    global _offset
    _offset = timedelta()
