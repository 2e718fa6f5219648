"""One HTTP connection, kept open: a request's bytes go out, an answer comes back, with nothing in between."""

import asyncio
import re
from dataclasses import dataclass
from typing import cast

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_TOKEN = re.compile(rb"\r\nvendure-auth-token: *([^\r]+)", re.IGNORECASE)
# A request starts with this line ending; what names the session is put behind it.
_FIRST_LINE = b" HTTP/1.1\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `token` is that of a session that was begun, else empty."""

    status: int
    token: bytes
    body: bytes


class Wire(asyncio.Protocol):
    """A connection on which one request at a time is under way. Answers must say their length."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._head = self._end = 0
        self._answered: asyncio.Future[Answer] | None = None

    @classmethod
    async def open(cls, port: int) -> "Wire":
        """Connect to a server on this machine."""
        _, wire = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return wire

    async def ask(self, request: bytes, token: bytes = b"") -> Answer:
        """Send a request, in the session of `token` where there is one. Raises `ConnectionError`."""
        if token:
            request = request.replace(_FIRST_LINE, _FIRST_LINE + b"vendure-auth-token: " + token + b"\r\n", 1)
        if self._transport.is_closing():
            raise ConnectionError("the server hung up before")
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answered

    def close(self) -> None:
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._end and not self._read_head():
            return
        if len(self._buffer) >= self._end and self._answered is not None:
            head, body = bytes(self._buffer[: self._head]), bytes(self._buffer[self._head : self._end])
            self._buffer.clear()
            self._end = 0
            token = _TOKEN.search(head)
            self._answered.set_result(Answer(int(head[9:12]), token.group(1) if token else b"", body))

    def connection_lost(self, error: Exception | None) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(ConnectionError(f"the server hung up: {error or 'without a word'}"))

    def _read_head(self) -> bool:
        at = self._buffer.find(b"\r\n\r\n")
        if at < 0:
            return False
        length = _LENGTH.search(self._buffer, 0, at)
        self._head = at + 4
        self._end = self._head + (int(length.group(1)) if length else 0)
        return True
