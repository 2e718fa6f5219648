"""Several of something in one call: each is a change of its own, so there are not too many."""

from collections.abc import Sequence
from typing import TypeVar

from core.errors import InvalidInput

One = TypeVar("One")

MOST = 100


def several(given: Sequence[One], field: str = "input") -> Sequence[One]:
    """What was given. Raises `InvalidInput` for more than a hundred."""
    if len(given) > MOST:
        raise InvalidInput(f"At most {MOST} at once.", field=field)
    return given
