"""The person at the other end of the stand-in: writes, presses, shares a contact, and looks at the chat."""

from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from providers.twins.store import Document
from providers.twins.telegram.bots import Bots, message_as_sent, said
from providers.twins.telegram.keyboards import button_of, is_inline, labels
from providers.twins.telegram.wire import LARGEST_ID, BotError, answer, number


class Action(BaseModel):
    """One thing that a person does; exactly one of `text`, `press`, `contact`, `attach` and `turn`.

    `press` names a button by its words or its callback data, on `message_id` or the newest message that has
    it. `contact` is a phone number; `contact_user_id` makes it somebody else's. `attach` sends
    what is no text. `turn` blocks or unblocks the bot.
    """

    model_config = ConfigDict(extra="forbid")

    chat_id: int = Field(gt=-LARGEST_ID, lt=LARGEST_ID)
    token: str | None = None
    first_name: str | None = Field(None, max_length=64)
    text: str | None = Field(None, min_length=1, max_length=4096)
    press: str | None = None
    message_id: int | None = None
    contact: str | None = Field(None, max_length=32)
    contact_user_id: int | None = None
    attach: Literal["photo", "voice", "document", "sticker", "location"] | None = None
    turn: Literal["block", "unblock"] | None = None


FILE: Document = {"file_id": "file-1", "file_unique_id": "file-1", "file_size": 1000}
ATTACHED: dict[str, Document] = {
    "photo": {"photo": [{**FILE, "width": 800, "height": 600}]},
    "voice": {"voice": {**FILE, "duration": 3, "mime_type": "audio/ogg"}},
    "document": {"document": {**FILE, "file_name": "list.pdf", "mime_type": "application/pdf"}},
    "sticker": {
        "sticker": {
            **FILE,
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
        }
    },
    "location": {"location": {"latitude": 5.56, "longitude": -0.2}},
}


class Refused(Exception):
    """The person can't do that."""


class Control:
    """Two addresses: `POST /control/user` acts as a person, `GET /control/chat` shows what the person sees."""

    def __init__(self, bots: Bots, tokens: tuple[str, ...]) -> None:
        self._bots, self._tokens = bots, tokens

    async def act(self, request: web.Request) -> web.Response:
        try:
            action = Action.model_validate_json(await request.read())
            return answer(await self._done(action))
        except ValidationError as error:
            return answer({"error": error.errors(include_url=False, include_context=False)}, 400)
        except Refused as refused:
            return answer({"error": str(refused)}, 409)

    async def show(self, request: web.Request) -> web.Response:
        try:
            chat_id = number(dict(request.query), "chat_id")
        except BotError as error:
            return answer({"error": str(error)}, 400)
        token = request.query.get("token", self._tokens[0])
        chat = self._bots.chat(token, chat_id)
        messages = [_shown(kept) for kept in reversed(self._bots.messages(token, chat_id))]
        return answer(
            {
                "chat_id": chat_id,
                "first_name": chat["first_name"],
                "messages": messages,
                "keyboard": labels(chat["keyboard"]),
                "toast": chat["toast"],
                "blocked": chat["blocked"],
            }
        )

    async def _done(self, action: Action) -> Document:
        token = action.token or self._tokens[0]
        if not self._bots.knows(token):
            raise Refused("there is no bot with that token")
        chat = self._bots.chat(token, action.chat_id)
        if action.first_name:
            chat["first_name"] = action.first_name
            self._bots.save_chat(chat)
        if action.turn:
            chat["blocked"] = action.turn == "block"
            self._bots.save_chat(chat)
            return {"blocked": chat["blocked"]}
        if action.press is not None:
            return await self._press(token, chat, action.press, action.message_id)
        if action.contact is not None:
            return await self._write(token, chat, _contact(action, chat))
        if action.attach is not None:
            return await self._write(token, chat, ATTACHED[action.attach])
        if action.text is not None:
            return await self._write(token, chat, _text(action.text))
        raise Refused("say text, press, contact, attach or turn")

    async def _write(self, token: str, chat: Document, content: Document) -> Document:
        kept = self._bots.add_message(token, chat, content, by_bot=False)
        sent = message_as_sent(self._bots.me(token), chat, kept)
        return await self._bots.add_update(token, "message", sent)

    async def _press(self, token: str, chat: Document, wanted: str, message_id: int | None) -> Document:
        for kept in self._bots.messages(token, chat["chat_id"]):
            markup = kept["content"].get("reply_markup")
            button = button_of(markup, wanted) if is_inline(markup) else None
            if button and message_id in (None, kept["id"]):
                return await self._press_inline(token, chat, kept, button)
        button = button_of(chat["keyboard"], wanted)
        if button is None:
            raise Refused(f"there is no button {wanted!r}")
        if button.get("request_contact"):
            raise Refused("that button shares a contact: say contact with the phone number")
        return await self._write(token, chat, _text(button["text"]))

    async def _press_inline(self, token: str, chat: Document, kept: Document, button: Document) -> Document:
        if "callback_data" not in button:
            return {"url": button.get("url")}
        message = message_as_sent(self._bots.me(token), chat, kept)
        person = {
            "id": chat["chat_id"],
            "is_bot": False,
            "first_name": chat["first_name"],
            "language_code": "en",
        }
        query = {
            "id": self._bots.ask(token, chat["chat_id"]),
            "from": person,
            "message": message,
            "chat_instance": str(chat["chat_id"]),
            "data": button["callback_data"],
        }
        return await self._bots.add_update(token, "callback_query", query)


def _text(words: str) -> Document:
    content: Document = {"text": words}
    if words.startswith("/"):
        command = words.split()[0]
        content["entities"] = [{"type": "bot_command", "offset": 0, "length": len(command)}]
    return content


def _contact(action: Action, chat: Document) -> Document:
    # Telegram gives the number of a shared contact with or without its plus sign.
    return {
        "contact": {
            "phone_number": action.contact,
            "first_name": chat["first_name"],
            "user_id": action.contact_user_id or chat["chat_id"],
        }
    }


def _shown(kept: Document) -> dict[str, Any]:
    content = kept["content"]
    return {
        "message_id": kept["id"],
        "from": "bot" if kept["by_bot"] else "user",
        "text": said(content),
        "buttons": labels(content.get("reply_markup")) if is_inline(content.get("reply_markup")) else [],
        "has_photo": "photo" in content,
        "edited": "edit_date" in kept,
    }
