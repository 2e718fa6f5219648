"""Files that come with an operation (the GraphQL multipart request specification): read within bounds, put where they belong.

Source: https://github.com/jaydenseric/graphql-multipart-request-spec, version 3: the fields `operations` and `map` come
first, in this order, and then the files that `map` names. So an operation is judged before a file is read.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from aiohttp import BodyPartReader, MultipartReader, web

from api.graphql.refusals import MAX_BODY, Refused, read_json

MAX_FILE, MAX_FILES, MAX_TOTAL = 10 * 1024 * 1024, 10, 40 * 1024 * 1024  # bytes, but for the number
MAX_MAP, MAX_PATHS, MAX_DEPTH = 10_000, 20, 12
IN_MEMORY = 256 * 1024  # bytes of a file; what is more goes to the disk
CHUNK = 64 * 1024
WITHIN_S = 120  # for all of a request's files: a slow one must not hold its place for ever

# A form of another site can send multipart with a person's cookies, but none of these headers: a browser asks first
# whether it may, and nobody here says yes (https://www.apollographql.com/docs/apollo-server/security/cors).
PREFLIGHTED = (
    "apollo-require-preflight",
    "x-apollo-operation-name",
    "graphql-require-preflight",
    "x-requested-with",
    "authorization",
    "vendure-token",
    "vendure-auth-token",
    "x-api-key",
)

TOO_LARGE = "TOO_LARGE"


@dataclass(slots=True)
class Upload:
    """A file as it came: what the client says of it is hearsay, its content alone counts. Open until the operation ends."""

    name: str
    claimed_mime: str
    size: int  # bytes
    file: BinaryIO

    async def content(self) -> bytes:
        """All of it: at most `MAX_FILE` bytes."""
        self.file.seek(0)
        return await asyncio.to_thread(self.file.read)

    def __repr__(self) -> str:
        return f"Upload({self.size} bytes)"


def check_preflight(request: web.Request) -> None:
    """Raises `Refused` for a multipart request that a form of another site could have sent."""
    if not any(name in request.headers for name in PREFLIGHTED):
        raise Refused(
            "Files come with a header that no form of another site can send: add apollo-require-preflight: true.",
            415,
            "PREFLIGHT_NEEDED",
        )


@asynccontextmanager
async def operation_with_files(
    request: web.Request, accept: Callable[[Any], Awaitable[None]]
) -> AsyncIterator[dict[str, Any]]:
    """The envelope of a multipart request, its files in the places that `map` names, closed at the end.

    `accept` is given the envelope before any file is read, and may refuse it. Raises `Refused` and what `accept` does.
    """
    check_preflight(request)
    if (request.content_length or 0) > MAX_TOTAL + MAX_BODY:
        raise Refused(f"All files of a request have at most {MAX_TOTAL} bytes.", 413, TOO_LARGE)
    opened: list[BinaryIO] = []
    try:
        with _told_as_refusals():
            async with asyncio.timeout(WITHIN_S):
                envelope = await _read(await request.multipart(), accept, opened)
        yield envelope
    finally:
        for file in opened:
            file.close()


@contextmanager
def _told_as_refusals() -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise Refused(f"All files must have come within {WITHIN_S} seconds.", 408, "TIMEOUT") from None
    except web.HTTPRequestEntityTooLarge:
        raise Refused("A part of the request has too long a head.", 413, TOO_LARGE) from None
    # What the reader makes of a body that is no multipart, by its own words and by its parts'.
    except (
        ValueError,
        AssertionError,
        RuntimeError,
        LookupError,
        EOFError,
        web.RequestPayloadError,
    ) as error:
        if isinstance(error, Refused):
            raise
        raise Refused("The request is not valid multipart/form-data.") from None


async def _read(
    reader: MultipartReader, accept: Callable[[Any], Awaitable[None]], opened: list[BinaryIO]
) -> dict[str, Any]:
    envelope = read_json(await _field(reader, "operations", MAX_BODY))
    if isinstance(envelope, list):
        raise Refused("Batches are not supported: send one operation a request.")
    if not isinstance(envelope, dict):
        raise Refused('"operations" is a JSON object.')
    places = _places(read_json(await _field(reader, "map", MAX_MAP)), envelope)
    await accept(envelope)
    left = MAX_TOTAL
    while places:
        part = await reader.next()
        if part is None:
            raise Refused(f'The file "{next(iter(places))[:40]}" of "map" is missing.')
        where = places.pop(_name(part), None)
        if where is None or not isinstance(part, BodyPartReader):
            raise Refused(f'"{_name(part)[:40]}" is not a file that "map" names.')
        upload = await _spooled(part, min(MAX_FILE, left), opened)
        left -= upload.size
        for path in where:
            _put(envelope, path, upload)
    if await reader.next() is not None:
        raise Refused('There are more files than "map" names.')
    return envelope


async def _field(reader: MultipartReader, wanted: str, most: int) -> bytes:
    part = await reader.next()
    if not isinstance(part, BodyPartReader) or part.name != wanted:
        raise Refused(f'The fields "operations" and "map" come first, in this order: "{wanted}" is missing.')
    raw = bytearray()
    while chunk := await part.read_chunk(CHUNK):
        raw += chunk
        if len(raw) > most:
            raise Refused(f'"{wanted}" has at most {most} bytes.', 413, TOO_LARGE)
    return bytes(raw)


def _name(part: Any) -> str:
    return (isinstance(part, BodyPartReader) and part.name) or ""


def _places(given: Any, envelope: dict[str, Any]) -> dict[str, list[list[str]]]:
    """Where each file goes: places in the envelope that exist and are null, each of them once."""
    shape = '"map" is an object of lists of paths: {"0": ["variables.file"]}.'
    if not isinstance(given, dict) or not all(isinstance(paths, list) and paths for paths in given.values()):
        raise Refused(shape)
    if len(given) > MAX_FILES or sum(map(len, given.values())) > MAX_PATHS:
        raise Refused(f"A request has at most {MAX_FILES} files.", 413, TOO_LARGE)
    taken: set[str] = set()
    found: dict[str, list[list[str]]] = {}
    for name, paths in given.items():
        for path in paths:
            if not isinstance(path, str):
                raise Refused(shape)
            if path in taken or not _is_free(envelope, path.split(".")):
                raise Refused(f'"{path[:80]}" of "map" is no place in "operations" that is null.')
            taken.add(path)
        found[name] = [path.split(".") for path in paths]
    return found


def _is_free(envelope: dict[str, Any], path: list[str]) -> bool:
    if path[0] != "variables" or not 2 <= len(path) <= MAX_DEPTH:
        return False
    try:
        holder = _holder(envelope, path)
        return bool(holder[_key(holder, path[-1])] is None)
    except (KeyError, IndexError, TypeError, ValueError):
        return False


def _put(envelope: dict[str, Any], path: list[str], upload: Upload) -> None:
    holder = _holder(envelope, path)
    holder[_key(holder, path[-1])] = upload


def _holder(envelope: dict[str, Any], path: list[str]) -> Any:
    found: Any = envelope
    for step in path[:-1]:
        found = found[_key(found, step)]
    return found


def _key(holder: Any, step: str) -> str | int:
    if isinstance(holder, Mapping):
        return step
    # int() takes signs, spaces and digits of other scripts, too.
    if isinstance(holder, list) and step.isascii() and step.isdigit() and len(step) < 4:
        return int(step)
    raise KeyError(step)


async def _spooled(part: BodyPartReader, most: int, opened: list[BinaryIO]) -> Upload:
    """A file read up to `most` bytes and no further."""
    file = cast(BinaryIO, SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115 - closed by the caller
    opened.append(file)
    size = 0
    while chunk := await part.read_chunk(CHUNK):
        size += len(chunk)
        if size > most:
            raise Refused(
                f"A file has at most {MAX_FILE} bytes, and all of a request {MAX_TOTAL}.", 413, TOO_LARGE
            )
        if size > IN_MEMORY:
            await asyncio.to_thread(file.write, chunk)
        else:
            file.write(chunk)
    file.seek(0)
    mime = part.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return Upload((part.filename or "")[:200], mime[:80], size, file)
