"""When a charge is spoken of and tried: notices before it falls due, tries from then on. Pure functions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal


@dataclass(frozen=True, slots=True)
class Step:
    """Something done for a charge, so long after it falls due (before, where below zero)."""

    kind: Literal["notice", "try"]
    after: timedelta


PLAN = (
    Step("notice", timedelta(days=-7)),
    Step("notice", timedelta(days=-3)),
    Step("notice", timedelta(days=-1)),
    Step("try", timedelta()),
    Step("try", timedelta(days=1)),
    Step("try", timedelta(days=3)),
    Step("try", timedelta(days=7)),
)
FIRST_TRY = next(i for i, step in enumerate(PLAN) if step.kind == "try")


def first_step(due_at: datetime, at: datetime) -> tuple[int, datetime]:
    """Where the plan begins for a charge that is made or moved at `at`: its step, and when that is."""
    for number in range(FIRST_TRY):
        when = due_at + PLAN[number].after
        if when > at:
            return number, when
    return FIRST_TRY, max(due_at, at)


def next_step(due_at: datetime, step: int, at: datetime) -> tuple[int, datetime | None]:
    """What follows `step`, done at `at`: its number and when it is; None after the last try.

    Notices whose time is over are left out. Tries keep their distance also where one of them was late.
    """
    number = step + 1
    if number < FIRST_TRY:
        return first_step(due_at, at)
    if number >= len(PLAN):
        return number, None
    return number, max(due_at + PLAN[number].after, at + (PLAN[number].after - PLAN[step].after))
