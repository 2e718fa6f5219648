"""Pictures for tests: good ones, and such as nobody should be sent."""

import io
import struct
import zlib

from PIL import Image
from PIL.PngImagePlugin import PngInfo


def picture(
    kind: str = "PNG", size: tuple[int, int] = (60, 40), colour: object = "red", **saved: object
) -> bytes:
    """A sound picture."""
    file = io.BytesIO()
    mode = "RGBA" if isinstance(colour, tuple) and len(colour) == 4 else "RGB"
    Image.new(mode, size, colour).save(file, kind, **saved)  # type: ignore[arg-type]
    return file.getvalue()


def photo(size: tuple[int, int] = (80, 40)) -> bytes:
    """A JPEG lying on its side, with the place where it was taken and a comment. Its left half is red, its right blue."""
    lying = Image.new("RGB", size, "red")
    lying.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter to the right
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    file = io.BytesIO()
    lying.save(file, "JPEG", quality=95, exif=exif, comment=b"SecretComment")
    return file.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A small PNG that says it is huge."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A PNG whose comment unpacks to 20 MB."""
    info = PngInfo()
    info.add_text("Comment", "x")
    plain = picture(pnginfo=info)
    packed = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"x" * 20_000_000, 9))
    return plain[:33] + packed + plain[33:]


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HOSTILE: dict[str, tuple[bytes, str]] = {
    "bomb.png": (bomb(), "image/png"),
    "long.png": (bomb(1, 2_000_000), "image/png"),
    "comment.png": (text_bomb(), "image/png"),
    "empty.png": (b"", "application/octet-stream"),
    "text.png": (b"hello", "application/octet-stream"),
    "drawing.svg": (SVG, "image/svg+xml"),
    "plain.svg": (b"\xef\xbb\xbf <SVG onload=alert(1)>", "image/svg+xml"),
    "page.png": (b"<!doctype html><script>alert(1)</script>", "text/html"),
    "archive.jpg": (b"PK\x03\x04" + b"\0" * 100, "application/zip"),
    "form.png": (b"%PDF-1.7\n", "application/pdf"),
    "program.gif": (b"MZ\x90\0", "application/x-msdownload"),
    "script.gif": (b"GIF89a/*" + b"*/alert(1)" * 20, "image/gif"),
    "half.png": (picture(size=(500, 500), colour="blue")[:200], "image/png"),
    "half.jpg": (photo((800, 400))[:900], "image/jpeg"),
    "head.jpg": (b"\xff\xd8\xff\xe0", "image/jpeg"),
    "other.webp": (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
    "tiff.jpg": (picture("TIFF"), "image/tiff"),
    "old.png": (picture("BMP"), "image/bmp"),
}
