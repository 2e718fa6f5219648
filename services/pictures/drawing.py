"""Pictures drawn anew at another size: upright, and with nothing in them but what is seen."""

from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from PIL import Image, ImageOps

from services.pictures.judging import UNSOUND, in_thread, opened, sniff, unsound

QUALITY = 82


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as it was drawn: JPEG, or WebP where something is transparent."""

    content: bytes
    mime: str
    ending: str


Mode = Literal["crop", "resize"]


async def draw(content: bytes, name: str, width: int, height: int, mode: Mode = "resize") -> Drawn:
    """A judged picture within `width` and `height` (`resize`), or filling them (`crop`); never larger than it is.

    Raises `WrongFileType` where it can't be decoded. Of one that moves it is the first picture.
    """
    return await in_thread(lambda: _drawn(content, name, (width, height), mode))


def _drawn(content: bytes, name: str, size: tuple[int, int], mode: Mode) -> Drawn:
    try:
        with opened(content) as picture:
            # A JPEG is decoded smaller at once where that will do.
            picture.draft("RGB", (size[0] * 2, size[1] * 2))
            upright = ImageOps.exif_transpose(picture)
            clear = upright.has_transparency_data
            plain = upright.convert("RGBA" if clear else "RGB")
    except UNSOUND:
        raise unsound(name, sniff(content)) from None
    if mode == "crop":
        fitting = (min(size[0], plain.width), min(size[1], plain.height))
        plain = ImageOps.fit(plain, fitting, Image.Resampling.LANCZOS)
    else:
        plain.thumbnail(size, Image.Resampling.LANCZOS)
    plain.info = {}  # the place where it was taken, the camera, thumbnails and comments
    written = BytesIO()
    if clear:
        plain.save(written, "WEBP", quality=QUALITY, exif=b"", icc_profile=b"", xmp=b"")
        return Drawn(written.getvalue(), "image/webp", "webp")
    plain.save(written, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Drawn(written.getvalue(), "image/jpeg", "jpg")
