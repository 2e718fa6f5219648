"""What every place that keeps files can do."""

import re
from pathlib import Path
from typing import Protocol

# What a key may be: plain names, and one folder at the most.
KEY = re.compile(r"(?:[a-z]{1,20}/)?[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}", re.ASCII)
# Bytes; more than anybody may upload.
LARGEST = 16 * 1024 * 1024


class FileStore(Protocol):
    """Files by key. What lies under a key never changes: a new content gets a new key.

    Every call raises `ValueError` for what is no key, and `ProviderRefused` or `ProviderUnknown` where the store fails;
    each may be repeated then.
    """

    async def put(self, key: str, content: bytes, mime: str) -> None:
        """Keep a file of at most `LARGEST` bytes."""
        ...

    async def get(self, key: str) -> bytes | None:
        """A file, or None where there is none."""
        ...

    async def has(self, key: str) -> bool:
        """Whether there is such a file."""
        ...

    async def delete(self, key: str) -> None:
        """Forget a file, also one that isn't there."""
        ...

    def on_disk(self, key: str) -> Path | None:
        """Where this machine has the file, if it has it."""
        ...


def checked_key(key: str) -> str:
    """Raises `ValueError` for what could name anything outside the store."""
    if not KEY.fullmatch(key):
        raise ValueError("that is not a key of a file")
    return key
