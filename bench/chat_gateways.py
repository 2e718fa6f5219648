"""The providers' end of a chat, inside the load generator: each reply is told to whoever waits for it, the moment it comes.

It speaks as much of Africa's Talking's and Telegram's wire format as a turn needs, reports no deliveries and remembers
nothing. Gateways that hang take every request, of whatever provider, and answer none.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

from processes import listening
from providers.twins.telegram import wire

# Calls that show a screen; an answered button shows none.
SCREENS = {"sendMessage", "sendPhoto", "editMessageText", "editMessageMedia"}
BODY_LIMIT = 12 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person sees: the words; on Telegram also the buttons by their digits, and the message that they are under."""

    words: str
    buttons: dict[str, str] = field(default_factory=dict)
    message_id: int = 0
    pictured: bool = False


class Gateways:
    """Who waits for a reply, by number (E.164) or chat."""

    def __init__(self, hang: bool) -> None:
        self._hang = hang
        self._awaited: dict[str, asyncio.Future[Reply]] = {}
        self._message_ids = itertools.count(1)
        # How many calls came, by provider.
        self.calls: dict[str, int] = {}

    def expect(self, to: str) -> "asyncio.Future[Reply]":
        """The next reply to somebody."""
        self._awaited[to] = asyncio.get_running_loop().create_future()
        return self._awaited[to]

    @asynccontextmanager
    async def open(self, port: int) -> AsyncIterator[None]:
        """Serve where the twins would."""
        app = web.Application(client_max_size=BODY_LIMIT)
        if self._hang:
            app.add_routes([web.route("*", "/{provider}/{call:.*}", self._never)])
        else:
            app.add_routes(
                [
                    web.post("/africastalking/version1/messaging", self._text),
                    web.post("/telegram/bot{token}/{method}", self._bot),
                ]
            )
        async with listening(app, "127.0.0.1", port):
            yield

    async def _never(self, request: web.Request) -> web.Response:
        provider = request.match_info["provider"]
        self.calls[provider] = self.calls.get(provider, 0) + 1
        await asyncio.Event().wait()
        return web.Response()

    async def _text(self, request: web.Request) -> web.Response:
        form = await request.post()
        to = str(form["to"])
        self._arrived(to, Reply(str(form["message"])))
        recipient = {"statusCode": 101, "number": to, "status": "Success", "cost": "KES 0.8000"}
        sent = {
            "Message": "Sent to 1/1",
            "Recipients": [recipient | {"messageId": f"ATXid_{next(self._message_ids)}"}],
        }
        return web.json_response({"SMSMessageData": sent}, status=201)

    async def _bot(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if method not in SCREENS:
            return wire.answer({"ok": True, "result": True})
        given = await wire.parameters(request)
        media = orjson.loads(given["media"]) if "media" in given else given
        pictured = "Photo" in method or "Media" in method
        message_id = int(given.get("message_id") or next(self._message_ids))
        words = str(media.get("caption" if pictured else "text", ""))
        self._arrived(str(given["chat_id"]), Reply(words, _buttons(given), message_id, pictured))
        return wire.answer(
            {"ok": True, "result": _message(int(given["chat_id"]), message_id, words, pictured)}
        )

    def _arrived(self, to: str, reply: Reply) -> None:
        waits = self._awaited.pop(to, None)
        if waits is not None and not waits.done():
            waits.set_result(reply)


def _buttons(given: dict[str, Any]) -> dict[str, str]:
    """What each digit's button sends."""
    markup = orjson.loads(given["reply_markup"]) if given.get("reply_markup") else {}
    data = [button["callback_data"] for row in markup.get("inline_keyboard", []) for button in row]
    return {each.rpartition(":")[2]: each for each in data}


def _message(chat_id: int, message_id: int, words: str, pictured: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {"text": words}
    if pictured:
        size = {"file_id": "one", "file_unique_id": "one", "width": 1, "height": 1}
        shown = {"caption": words, "photo": [size]}
    return {"message_id": message_id, "date": 0, "chat": {"id": chat_id, "type": "private"}, **shown}
