"""What a process remembers of the database; forgotten whenever a database is opened."""

import time
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")

_caches: list[dict[Any, Any]] = []


def new_cache() -> dict[Any, Any]:
    """A dict for rows that never change."""
    cache: dict[Any, Any] = {}
    _caches.append(cache)
    return cache


def clear_caches() -> None:
    """Forget everything."""
    for cache in _caches:
        cache.clear()


class Remembered(Generic[Value]):
    """Rows that seldom change and are asked for with every request, remembered for some seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._known: dict[Any, tuple[float, Value]] = new_cache()

    async def get(self, key: Any, load: Callable[[], Awaitable[Value]]) -> Value:
        """What `load` gave, at most some seconds ago. None is not remembered."""
        known = self._known.get(key)
        if known and known[0] > time.monotonic():
            return known[1]
        value = await load()
        if value is not None:
            self.put(key, value)
        return value

    def forget(self, key: Any) -> None:
        """Ask again the next time: this process has just changed it."""
        self._known.pop(key, None)

    def clear(self) -> None:
        """Ask for everything again."""
        self._known.clear()

    def put(self, key: Any, value: Value) -> None:
        """Remember what this process has just written itself."""
        self._known[key] = (time.monotonic() + self._seconds, value)
