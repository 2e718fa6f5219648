"""Pictures by key: the demo's own, and what lies in the file store; as they are, or at another size."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args
from weakref import WeakValueDictionary

from core.errors import InvalidInput, WrongFileType
from providers.registry import registry
from services.files import read
from services.pictures import draw, sniff
from services.pictures.drawing import Mode

DEMO_PICTURES = Path(__file__).parent.parent.parent / "demo" / "pictures"
PRESETS: dict[str, tuple[int, int, Mode]] = {
    "tiny": (50, 50, "crop"),
    "thumb": (150, 150, "crop"),
    "small": (300, 300, "resize"),
    "medium": (500, 500, "resize"),
    "large": (800, 800, "resize"),
}
# What a width or height is rounded up to, so that nobody has a picture drawn in a thousand sizes.
STEPS = (50, 100, 150, 200, 300, 400, 500, 600, 800, 1000, 1200, 1600)


@dataclass(frozen=True, slots=True)
class Size:
    """Pixels, and whether a picture fills them or lies within."""

    width: int
    height: int
    mode: Mode


def size_of(query: Mapping[str, str]) -> Size | None:
    """The size that an address asks for; None for the picture as it is. Raises `InvalidInput`."""
    if "preset" in query:
        if query["preset"] not in PRESETS:
            raise InvalidInput(f"A preset is one of {', '.join(PRESETS)}.", field="preset")
        return Size(*PRESETS[query["preset"]])
    width, height = _step(query, "w"), _step(query, "h")
    if width is None and height is None:
        return None
    mode = query.get("mode", "crop" if width and height else "resize")
    if mode not in get_args(Mode):
        raise InvalidInput("A mode is crop or resize.", field="mode")
    return Size(width or STEPS[-1], height or STEPS[-1], mode)  # type: ignore[arg-type]


def _step(query: Mapping[str, str], name: str) -> int | None:
    given = query.get(name)
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and int(given[:9]) > 0):
        raise InvalidInput("A width or height is a number of pixels.", field=name)
    return next((step for step in STEPS if step >= int(given[:9])), STEPS[-1])


def picture_on_disk(key: str) -> Path | None:
    """The file of a picture, where this machine has it."""
    try:
        kept = registry().files().on_disk(key)
    except ValueError:
        return None
    demo = DEMO_PICTURES / key
    return kept or (demo if demo.is_file() else None)


async def read_picture(key: str) -> bytes | None:
    """A picture as it is, or None where there is none. Raises `Unavailable`."""
    path = picture_on_disk(key)
    if path is not None:
        return await asyncio.to_thread(path.read_bytes)
    return await read(key)


_drawing: WeakValueDictionary[Path, asyncio.Lock] = WeakValueDictionary()


async def sized_picture(data: Path, key: str, size: Size) -> Path | None:
    """The file of a picture at a size, drawn once a machine; None where there is no such picture. Raises `Unavailable`."""
    named = hashlib.sha256(f"{key} {size.width} {size.height} {size.mode}".encode()).hexdigest()
    path = data / "previews" / named[:2] / named
    # One draws, the others wait for it.
    lock = _drawing.setdefault(path, asyncio.Lock())
    async with lock:
        if path.is_file():
            return path
        content = await read_picture(key)
        if content is None:
            return None
        try:
            drawn = await draw(content, key, size.width, size.height, size.mode)
        except WrongFileType:
            return None
        await asyncio.to_thread(_keep, path, drawn.content)
        return path


def _keep(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    half.write_bytes(content)
    half.replace(path)


def type_of(head: bytes) -> str:
    """What a picture is served as: its own type, and never one that a browser runs."""
    found = sniff(head)
    return found if found.startswith("image/") and found != "image/svg+xml" else "application/octet-stream"
