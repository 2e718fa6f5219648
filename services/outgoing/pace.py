"""When a delivery that failed is tried again, and when it is given up: pure numbers."""

import hashlib
from datetime import timedelta

from core.work import backoff

TRIED_FOR = timedelta(hours=72)
FIRST_S, LONGEST_S = 10.0, 6 * 3600.0
# So much of a pause is left to chance, lest all that failed together come back together.
SPREAD = 0.2


def next_try(key: str, attempts: int, passed: timedelta, asked: timedelta | None = None) -> timedelta | None:
    """How long to wait after try number `attempts`, `passed` since the first could be made; None: it is given up.

    From ten seconds doubling to six hours, a fifth less at times; longer where the receiver `asked` for it, but never
    beyond the 72 hours, at the end of which it is tried for the last time.
    """
    left = TRIED_FOR - passed
    if left <= timedelta():
        return None
    pause = backoff(attempts, first_s=FIRST_S, longest_s=LONGEST_S) * (1 - SPREAD * _chance(key, attempts))
    if asked is not None:
        pause = max(pause, min(asked, timedelta(seconds=LONGEST_S)))
    return min(pause, left)


def _chance(key: str, attempts: int) -> float:
    """From 0 to 1: the same for the same try of the same delivery."""
    return hashlib.sha256(f"{key}:{attempts}".encode()).digest()[0] / 255
