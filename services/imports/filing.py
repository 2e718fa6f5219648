"""The file of an import in the store: kept in pieces, so that nobody ever holds it whole, and read from any byte on."""

import asyncio
from typing import IO

from core.errors import Unavailable
from core.ids import new_token
from models import ImportRun
from services import files
from services.imports.reading import LONGEST_RECORD

FOLDER = "private"
PART = 4 * 1024 * 1024  # bytes
WINDOW = 2 * LONGEST_RECORD
MIME = "text/csv"


async def keep(file: IO[bytes]) -> tuple[str, int]:
    """Keep a file; the key of its pieces, and how many there are. Raises `Unavailable`, and keeps nothing then."""
    file.seek(0)
    token, parts = new_token(), 0
    try:
        while content := await asyncio.to_thread(file.read, PART):
            await files.store(_key(token, parts), content, MIME)
            parts += 1
    except Unavailable:
        await forget(token, parts)
        raise
    return token, parts


async def forget(token: str, parts: int) -> None:
    """Throw the pieces away."""
    for part in range(parts):
        await files.forget(_key(token, part))


class Pieces:
    """A run's file while it is worked on: one piece at hand, and the beginning of the next where a record needs it."""

    def __init__(self, run: ImportRun) -> None:
        self._run = run
        self._at_hand: dict[int, bytes] = {}

    async def window(self, position: int) -> tuple[bytes, bool]:
        """The bytes from `position` on, enough for a record, and whether the file ends with them.

        Raises `Unavailable` where the store is away, or has lost the file.
        """
        part, offset = divmod(position, PART)
        window = (await self._piece(part))[offset : offset + WINDOW]
        if len(window) < WINDOW and part + 1 < self._run.file_parts:
            window += (await self._piece(part + 1))[: WINDOW - len(window)]
        return window, position + len(window) >= self._run.file_bytes

    async def _piece(self, part: int) -> bytes:
        if part >= self._run.file_parts:
            return b""
        if part not in self._at_hand:
            content = await files.read(_key(self._run.file_key, part))
            if content is None:
                raise Unavailable("The file is no longer there.")
            self._at_hand = {n: piece for n, piece in self._at_hand.items() if n == part - 1}
            self._at_hand[part] = content
        return self._at_hand[part]


def _key(token: str, part: int) -> str:
    return f"{FOLDER}/{token}.{part:03d}.csv"
