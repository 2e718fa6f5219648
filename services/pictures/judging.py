"""What a file is by its content, whatever it is called; and whether a picture can be decoded without harm."""

import asyncio
import struct
import warnings
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import TypeVar

from PIL import Image, UnidentifiedImageError

from core.errors import WrongFileType

# A picture of 36 million pixels takes some 140 MB while it is decoded; two are at once.
MAX_PIXELS, LONGEST_SIDE = 36_000_000, 12_000
TOO_LARGE = f"A picture has at most {MAX_PIXELS // 1_000_000} million pixels and a side of {LONGEST_SIDE}."
# Pillow's name of a format -> its type and ending. Pillow tries no other decoder.
FORMATS = {
    "PNG": ("image/png", "png"),
    "JPEG": ("image/jpeg", "jpg"),
    "WEBP": ("image/webp", "webp"),
    "GIF": ("image/gif", "gif"),
}
# What a file begins with, for those that are told apart from pictures.
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK", "application/zip"),
    (b"<svg", "image/svg+xml"),
    (b"<?xml", "application/xml"),
    (b"<", "text/html"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"BM", "image/bmp"),
)
# All that decoders raise for bytes that somebody chose.
UNSOUND = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    MemoryError,
    struct.error,
    zlib.error,
)

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
# So many at once, and the rest wait: whoever sends pictures by the hundred must not take the processor from everybody.
_workers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="picture")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Judged:
    """A picture that can be decoded. Sizes in pixels, as the file has them."""

    mime: str
    ending: str
    width: int
    height: int


def sniff(content: bytes) -> str:
    """The type of a file by how it begins; `application/octet-stream` for what isn't known."""
    head = content[:512]
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for magic, mime in MAGIC:
        if head.startswith(magic) or (magic[:1] == b"<" and text.lower().startswith(magic)):
            return "image/svg+xml" if mime == "application/xml" and b"<svg" in head.lower() else mime
    return "application/octet-stream"


async def judge(content: bytes, name: str) -> Judged:
    """What picture that is. Raises `WrongFileType` for what is none, is broken, or would be too large once decoded.

    Only its header is read for that: a bomb stays packed.
    """
    mime = sniff(content)
    if mime not in {each for each, _ in FORMATS.values()}:
        raise WrongFileType(name, mime)
    return await in_thread(lambda: _judged(content, name, mime))


def _judged(content: bytes, name: str, mime: str) -> Judged:
    try:
        with opened(content) as picture:
            width, height = picture.size
            found, ending = FORMATS[picture.format or ""]
    except Image.DecompressionBombError:
        raise WrongFileType(name, mime, TOO_LARGE) from None
    except UNSOUND:
        raise unsound(name, mime) from None
    if width * height > MAX_PIXELS or max(width, height) > LONGEST_SIDE:
        raise WrongFileType(name, mime, TOO_LARGE)
    if found != mime:
        raise unsound(name, mime)
    return Judged(found, ending, width, height)


def opened(content: bytes) -> Image.Image:
    """A picture of which nothing but the header was read."""
    with warnings.catch_warnings():
        # Told by its size, in words that a person can act on.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        return Image.open(BytesIO(content), formats=tuple(FORMATS))


def unsound(name: str, mime: str) -> WrongFileType:
    """The refusal for a picture that can't be decoded."""
    return WrongFileType(name, mime, "The file is not a sound picture.")


async def in_thread(work: Callable[[], Value]) -> Value:
    """Do what takes the processor for long beside the event loop."""
    return await asyncio.get_running_loop().run_in_executor(_workers, work)
