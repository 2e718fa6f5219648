"""Pictures of a catalogue file: found beside it, measured by their header."""

import asyncio
import struct
from collections.abc import Iterable
from pathlib import Path

from providers.registry import registry

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST_SIDE = 20_000


def png_size(path: Path) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG file (W3C PNG, 11.2.2 IHDR); None for anything else."""
    try:
        with path.open("rb") as file:
            head = file.read(24)
    except OSError:
        return None
    if len(head) < 24 or head[:8] != _SIGNATURE or head[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", head[16:24])
    return (width, height) if 0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE else None


async def store_pictures(names: Iterable[str], from_folder: Path) -> None:
    """Put the pictures of an imported file where the API serves them from. Raises `OSError`, `ProviderRefused`, `ProviderUnknown`."""
    for name in names:
        content = await asyncio.to_thread((from_folder / name).read_bytes)
        await registry().files().put(name, content, "image/png")
