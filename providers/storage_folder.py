"""Files in a folder of this machine, or one that all machines mount."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from providers.errors import ProviderRefused
from providers.storage import checked_key


class Folder:
    """Files in `folder`, each in one piece or not at all; made at the first need."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, key: str, content: bytes, mime: str) -> None:
        """The type is not kept: it is told by the key's ending."""
        await asyncio.to_thread(self._write, self._path(key), content)

    async def get(self, key: str) -> bytes | None:
        return await asyncio.to_thread(self._read, self._path(key))

    async def has(self, key: str) -> bool:
        return self._path(key).is_file()

    async def delete(self, key: str) -> None:
        try:
            self._path(key).unlink(missing_ok=True)
        except OSError as error:
            raise ProviderRefused("folder", str(error.strerror), retryable=True) from error

    def on_disk(self, key: str) -> Path | None:
        path = self._path(key)
        return path if path.is_file() else None

    def _path(self, key: str) -> Path:
        return self._folder / checked_key(key)

    def _write(self, path: Path, content: bytes) -> None:
        # Beside it first: whoever reads meanwhile must not see a half.
        half = path.with_name(f".{token_hex(8)}.half")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            half.write_bytes(content)
            os.replace(half, path)
        except OSError as error:
            with suppress(OSError):
                half.unlink(missing_ok=True)
            raise ProviderRefused("folder", str(error.strerror), retryable=True) from error

    def _read(self, path: Path) -> bytes | None:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ProviderRefused("folder", str(error.strerror), retryable=True) from error
