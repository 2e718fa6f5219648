"""Reading a form: only its files may be large, and they lie on disk while they are looked at."""

import tempfile
from typing import Any

from aiohttp import BodyPartReader, web
from multidict import CIMultiDict, CIMultiDictProxy, MultiDict, MultiDictProxy

from api.desk.pages import MOST_BYTES

# Inputs of one form; far more than any page has.
MOST_PARTS = 2_000


async def read_form(request: web.Request, most: int) -> MultiDictProxy[Any]:
    """What a browser sent: texts, and a `FileField` for each file. Its files are `most` bytes together at the most, everything
    else `MOST_BYTES`, as is a form without files.

    Raises `HTTPRequestEntityTooLarge`, and `HTTPBadRequest` for what is no form.
    """
    if request.content_type != "multipart/form-data":
        return await request.clone(client_max_size=MOST_BYTES).post()
    form: MultiDict[Any] = MultiDict()
    texts, files = Room(MOST_BYTES), Room(most)
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or not part.name or len(form) >= MOST_PARTS:
                raise web.HTTPBadRequest
            form.add(part.name, await (_file(part, files) if part.filename else _text(part, texts)))
    except ValueError as error:
        raise web.HTTPBadRequest from error
    return MultiDictProxy(form)


class Room:
    """Bytes that may still come."""

    def __init__(self, most: int) -> None:
        self.most = self.left = most

    def take(self, size: int) -> None:
        """Raises `HTTPRequestEntityTooLarge`."""
        self.left -= size
        if self.left < 0:
            raise web.HTTPRequestEntityTooLarge(self.most, self.most - self.left)


async def _text(part: BodyPartReader, room: Room) -> str:
    got = bytearray()
    while chunk := await part.read_chunk():
        room.take(len(chunk))
        got += chunk
    return got.decode(errors="replace")


async def _file(part: BodyPartReader, room: Room) -> web.FileField:
    kept = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the request, as aiohttp's own are
    while chunk := await part.read_chunk():
        room.take(len(chunk))
        kept.write(chunk)
    kept.seek(0)
    kind = part.headers.get("Content-Type", "application/octet-stream")
    headers = CIMultiDictProxy(CIMultiDict(part.headers))
    return web.FileField(part.name or "", part.filename or "", kept, kind, headers)
