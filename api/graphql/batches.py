"""Reading together what is asked for one by one."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Generic, TypeVar

Value = TypeVar("Value")

MOST = 100


class Batch(Generic[Value]):
    """Values by id; the first question reads all that are expected, so that a list costs one read for each `most`."""

    def __init__(
        self,
        expected: Iterable[int],
        read: Callable[[list[int]], Awaitable[Mapping[int, Value]]],
        most: int = MOST,
    ) -> None:
        self._expected, self._read, self._most = expected, read, most
        self._known: dict[int, Value | None] = {}

    async def get(self, key: int) -> Value | None:
        """The value with that id, or None."""
        if key not in self._known:
            missing = [key, *(k for k in self._expected if k not in self._known and k != key)][: self._most]
            self._known.update(dict.fromkeys(missing))
            self._known.update(await self._read(missing))
        return self._known[key]
