"""How a shop goes today, and what waits for somebody: each part for whoever may see it."""

from services.today.trading import DayFigures, trading
from services.today.waiting import Low, Owed, Talks, Waiting, owed, running_low, talks, troubles, waiting

__all__ = [
    "DayFigures",
    "Low",
    "Owed",
    "Talks",
    "Waiting",
    "owed",
    "running_low",
    "talks",
    "trading",
    "troubles",
    "waiting",
]
