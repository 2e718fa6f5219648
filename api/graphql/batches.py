"""Reading together what is asked for one by one."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Generic, TypeVar

Value = TypeVar("Value")

MOST = 100


class Batch(Generic[Value]):
    """Values by id; the first question reads all that are expected, so that a list costs one read a hundred."""

    def __init__(
        self, expected: Iterable[int], read: Callable[[list[int]], Awaitable[dict[int, Value]]]
    ) -> None:
        self._expected, self._read = expected, read
        self._known: dict[int, Value | None] = {}

    async def get(self, key: int) -> Value | None:
        """The value with that id, or None."""
        if key not in self._known:
            missing = [key, *(k for k in self._expected if k not in self._known and k != key)][:MOST]
            self._known.update(dict.fromkeys(missing))
            self._known.update(await self._read(missing))
        return self._known[key]
