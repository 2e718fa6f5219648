"""How a person's turn goes over the wire, by channel: what is posted to Makola, and where its reply comes."""

import asyncio
from typing import Any, Protocol
from urllib.parse import urlencode

import orjson

from bench.chat_gateways import Gateways, Reply
from bench.wire import Wire
from bot.channels.telegram.routes import SECRET_HEADER
from providers.registry import TELEGRAM_SANDBOX_SECRET

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
# A reply that takes longer is none.
PATIENCE_S = 60.0


class Line(Protocol):
    """One person on one channel."""

    async def begin(self, wire: Wire) -> None:
        """Open the connection on which the gateway posts for this person."""

    async def turn(self, typed: str, id: str) -> str:
        """Say something under an id of its own; all that is shown in return. `typed` is empty where a call begins.

        Raises `ConnectionError`, and `TimeoutError` where no reply comes.
        """


class Telephone:
    """USSD: a form with everything that was typed in the call; the answer to it is the screen."""

    def __init__(self, path: str, phone: str, code: str) -> None:
        self._path, self._phone, self._code = path, phone, code
        self._call, self._inputs = "", list[str]()

    async def begin(self, wire: Wire) -> None:
        self._wire = wire

    async def turn(self, typed: str, id: str) -> str:
        if typed:
            self._inputs.append(typed)
        else:
            self._call, self._inputs = id, []
        form = {
            "sessionId": f"ATUid_{self._call}",
            "serviceCode": self._code,
            "phoneNumber": self._phone,
            "networkCode": "62001",
            "text": "*".join(self._inputs),
        }
        return await posted(self._wire, self._path, FORM, urlencode(form))


class Texts:
    """SMS: the form of a text; the reply comes to the gateway that sends texts."""

    def __init__(self, path: str, phone: str, gateways: Gateways) -> None:
        self._path, self._phone, self._gateways = path, phone, gateways

    async def begin(self, wire: Wire) -> None:
        self._wire = wire

    async def turn(self, typed: str, id: str) -> str:
        form = {"id": id, "from": self._phone, "to": "44044", "text": typed or "menu"}
        reply = self._gateways.expect(self._phone)
        await posted(self._wire, self._path, FORM, urlencode(form))
        return (await asyncio.wait_for(reply, PATIENCE_S)).words


class Chat:
    """Telegram: an update for what is written, or for the button with that digit; the reply comes to the Bot API."""

    def __init__(self, path: str, chat_id: int, gateways: Gateways) -> None:
        self._path, self._chat_id, self._gateways = path, chat_id, gateways
        self._shown = Reply("")

    async def begin(self, wire: Wire) -> None:
        self._wire = wire

    async def turn(self, typed: str, id: str) -> str:
        pressed = self._shown.buttons.get(typed)
        update = self._pressed(pressed, id) if pressed else self._written(typed or "/start")
        reply = self._gateways.expect(str(self._chat_id))
        head = f"{SECRET_HEADER}: {TELEGRAM_SANDBOX_SECRET}\r\n"
        body = orjson.dumps({"update_id": int(id), **update}).decode()
        await posted(self._wire, self._path, JSON, body, head)
        self._shown = await asyncio.wait_for(reply, PATIENCE_S)
        return self._shown.words

    def _written(self, text: str) -> dict[str, Any]:
        return {"message": {"message_id": 1, "date": 0, "text": text, **self._here()}}

    def _pressed(self, data: str, id: str) -> dict[str, Any]:
        message = {"message_id": self._shown.message_id, "date": 0, "chat": self._here()["chat"]}
        if self._shown.pictured:
            message["photo"] = []
        return {"callback_query": {"id": id, "from": self._here()["from"], "data": data, "message": message}}

    def _here(self) -> dict[str, Any]:
        person = {"id": self._chat_id, "is_bot": False, "first_name": "Ama"}
        return {"from": person, "chat": {"id": self._chat_id, "type": "private"}}


async def posted(wire: Wire, path: str, kind: str, body: str, head: str = "") -> str:
    """Post a body; what is answered. Raises `ConnectionError`, also for another status than 200."""
    length = len(body.encode())
    request = f"POST {path} HTTP/1.1\r\nHost: bench\r\n{head}Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}"
    answer = await wire.ask(request.encode())
    if answer.status != 200:
        raise ConnectionError(f"{answer.status} {answer.body[:200]!r}")
    return answer.body.decode()
