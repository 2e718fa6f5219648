"""What a process remembers of the database; forgotten whenever a database is opened."""

from typing import Any

_caches: list[dict[Any, Any]] = []


def new_cache() -> dict[Any, Any]:
    """A dict for rows that never change, or for a few seconds of those that seldom do."""
    cache: dict[Any, Any] = {}
    _caches.append(cache)
    return cache


def clear_caches() -> None:
    """Forget everything."""
    for cache in _caches:
        cache.clear()
