"""Files that only staff may see: kept out of /assets, shown through a link that is good for ten minutes."""

from dataclasses import dataclass
from datetime import timedelta

import jwt

from core.clock import now
from core.errors import NotFound, WrongFileType
from core.ids import new_token
from services.files import read, store
from services.pictures import draw, judge, sniff
from services.sealing import read_signed, sign

LASTS = timedelta(minutes=10)
FOLDER = "private"
PICTURE_SIDE = 800  # pixels
PDF = "application/pdf"
TYPES = {
    "pdf": PDF,
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "zip": "application/zip",
}


@dataclass(frozen=True, slots=True)
class PrivateFile:
    """A file, and the name under which it is saved."""

    content: bytes
    mime: str
    name: str


async def keep_registration(name: str, content: bytes) -> str:
    """The key of a paper: a PDF or a picture, as it came. Raises `WrongFileType`, `Unavailable`."""
    field, mime = "businessRegistrationFile", sniff(content)
    if mime == PDF:
        # Nobody opens it here. What stands behind its end would be another file.
        if b"%%EOF" not in content[-2048:]:
            raise WrongFileType(name, PDF, "The file is not a sound PDF.", field=field)
        return await _keep(content, "pdf")
    if not mime.startswith("image/"):
        raise WrongFileType(name, mime, "A business registration is a PDF or a picture.", field=field)
    try:
        judged = await judge(content, name)
        await draw(content, name, 100, 100)  # that it can be
    except WrongFileType as error:
        raise WrongFileType(name, error.mime_type, error.message, field=field) from None
    return await _keep(content, judged.ending)


async def keep_picture(name: str, content: bytes) -> str:
    """The key of a picture, drawn anew at 800 pixels. Raises `WrongFileType`, `Unavailable`."""
    try:
        await judge(content, name)
        drawn = await draw(content, name, PICTURE_SIDE, PICTURE_SIDE)
    except WrongFileType as error:
        raise WrongFileType(name, error.mime_type, error.message, field="profilePicture") from None
    return await _keep(drawn.content, drawn.ending)


def type_of_key(key: str) -> str:
    """The type of a kept file."""
    return TYPES[key.rpartition(".")[2]]


def link_to(key: str, name: str) -> str:
    """What names a file in a link for the next ten minutes. Who has the link has the file."""
    claims = {"for": "file", "key": key, "nam": name, "exp": now() + LASTS}
    return sign(claims)


async def open_link(token: str) -> PrivateFile:
    """The file that a link names. Raises `NotFound` for one that is forged or has run out, `Unavailable`."""
    try:
        claims = read_signed(token, "exp", "key", "for")
    except (jwt.PyJWTError, ValueError, UnicodeError):
        raise NotFound("There is no such file.") from None
    if claims["for"] != "file" or claims["exp"] <= now().timestamp():
        raise NotFound("That link has run out.")
    key = claims["key"]
    content = await read(key)
    if content is None:
        raise NotFound("There is no such file.")
    return PrivateFile(content, type_of_key(key), f"{claims['nam']}.{key.rpartition('.')[2]}")


async def _keep(content: bytes, ending: str) -> str:
    key = f"{FOLDER}/{new_token()}.{ending}"
    await store(key, content, TYPES[ending])
    return key
