"""One person's lines to the market over HTTP, as gateways and Telegram bring them: anything can be typed, sent twice, or forged.

Every line knows what it was answered last (`words`, `options`), holds each answer to what its channel can show, and
that there is a way on from it.
"""

import re
from dataclasses import dataclass, field
from itertools import count
from typing import Any, ClassVar

import aiohttp

from bot.channels.inbound import work_inbound
from core import gsm7
from core.ids import new_token
from core.settings import Settings
from models import ChannelIdentity, Conversation, InboundMessage, OutboundMessage
from services.codes import reveal
from workers.jobs import WORK, drain, look_at

SECRET = {"X-Telegram-Bot-Api-Secret-Token": "demo-secret"}
# Apart from those that the stand-in counts.
UPDATE_IDS = count(10**9)
NUMBERED = re.compile(r"^(\d) ", re.MULTILINE)
# A gateway repeats all inputs of a call with each: after so many characters one dials again.
LONGEST_CALL = 2000
BROKEN = "Something went wrong"
CHAT_WORK = [work for work in WORK if work.look is work_inbound or work.rows is OutboundMessage]


@dataclass
class Line:
    """One person on one channel."""

    settings: Settings
    http: aiohttp.ClientSession
    door: str
    number: str
    channel: ClassVar[str]
    words: str = ""
    options: tuple[str, ...] = ()
    open: bool = False

    @property
    def sender(self) -> str:
        return self.number

    async def type(self, text: str) -> None:
        raise NotImplementedError

    async def again(self) -> None:
        """What was sent last comes a second time."""
        raise NotImplementedError

    async def session(self) -> dict[str, Any]:
        """The dialogue as it is stored for this line."""
        known = await ChannelIdentity.get_or_none(channel=self.channel, external_id=self.sender)
        if known is None or known.conversation_id is None:  # type: ignore[attr-defined]
            return {}
        conversation = await Conversation.get(id=known.conversation_id)  # type: ignore[attr-defined]
        dialogue: dict[str, Any] = conversation.session.get("dialogue", {})
        return dialogue

    async def _worked(self) -> None:
        """Workers do what was said on the chat's lines."""
        while sum([await look_at(work, self.settings) for work in CHAT_WORK]):
            pass

    async def settle(self) -> None:
        """Workers do everything that is due."""
        await drain(self.settings)


@dataclass
class UssdLine(Line):
    """Calls by one of the gateways."""

    channel = "ussd"
    gateway: str = "africastalking"
    call: str = ""
    inputs: list[str] = field(default_factory=list)

    async def dial(self, *inputs: str) -> None:
        self.call, self.inputs, self.open = new_token(), list(inputs), True
        await self._asked()

    async def type(self, text: str) -> None:
        if not self.open or sum(map(len, self.inputs)) > LONGEST_CALL:
            await self.dial()
            if "1 Go on: " in self.words:
                self.inputs.append("1")
                await self._asked()
        self.inputs.append(text)
        await self._asked()

    async def again(self) -> None:
        if self.gateway == "arkesel" and len(self.inputs):
            return  # it numbers nothing: the same input after the answer is another one
        before = self.words
        await self._asked()
        assert self.words == before

    async def _asked(self) -> None:
        url = f"{self.door}/channels/ussd/{self.gateway}"
        sent = REQUESTS[self.gateway](self)
        async with self.http.post(url, **sent) as answer:
            assert answer.status == 200, (answer.status, sent)
            self.open, self.words = SCREENS[self.gateway](
                await answer.json() if "json" in sent else await answer.text()
            )
        assert gsm7.is_gsm7(self.words) and gsm7.length(self.words) <= 160, self.words
        assert self.words.strip() and BROKEN not in self.words, self.words
        self.options = tuple(NUMBERED.findall(self.words)) if self.open else ()
        assert not self.open or _leads_on(self.words), self.words


@dataclass
class SmsLine(Line):
    """Texts by Africa's Talking."""

    channel = "sms"
    sent: dict[str, str] = field(default_factory=dict)

    async def type(self, text: str) -> None:
        self.sent = {"id": new_token(), "from": self.number, "to": "44044", "text": text}
        assert await self._brought() is not None, f"no answer to {text[:40]!r}"

    async def again(self) -> None:
        assert not self.sent or await self._brought() is None

    async def _brought(self) -> str | None:
        """The text that answers, if one does."""
        before = await self._answered()
        url = f"{self.door}/channels/sms/africastalking"
        async with self.http.post(url, data=self.sent) as answer:
            assert answer.status == 200, answer.status
        await self._worked()
        new = await OutboundMessage.filter(to=self.number, template="said", id__gt=before)
        if not new:
            return None
        [said] = new
        assert said.state == "Sent", said.reason
        self.open, self.words = True, reveal(said.params["text"])
        assert gsm7.is_gsm7(self.words) and gsm7.segments(self.words) <= 3, self.words
        assert self.words.strip() and BROKEN not in self.words, self.words
        self.options = tuple(NUMBERED.findall(self.words))
        return self.words

    async def _answered(self) -> int:
        last = await OutboundMessage.filter(to=self.number, template="said").order_by("-id").first()
        return last.id if last else 0


@dataclass
class TelegramLine(Line):
    """A chat with the bot. What people really do goes by way of Telegram's stand-in, what is forged straight to the door."""

    channel = "telegram"
    chat_id: int = 0
    keyboard: dict[str, str] = field(default_factory=dict)
    stale: list[str] = field(default_factory=list)
    reply: dict[str, Any] = field(default_factory=dict)
    posted: dict[str, Any] = field(default_factory=dict)

    @property
    def sender(self) -> str:
        return str(self.chat_id)

    async def type(self, text: str) -> None:
        if 0 < len(text) <= 4096:
            await self.do(text=text)
        else:
            await self.forge(text=text)

    async def press(self, digits: str) -> None:
        """The button with these digits on the screen that is shown."""
        await self.do(press=self.keyboard[digits])

    async def do(self, **action: Any) -> None:
        """Something that a person does in Telegram."""
        url = f"{self.settings.twins_base_url}/telegram/control/user"
        before = await self._last_turn()
        async with self.http.post(url, json={"chat_id": self.chat_id, **action}) as answer:
            assert answer.status == 200, await answer.text()
        await self._look(before)

    async def forge(self, **message: Any) -> None:
        """A message with anything in it."""
        update_id = next(UPDATE_IDS)
        sender = {"id": self.chat_id, "is_bot": False, "first_name": "Ama"}
        chat = {"id": self.chat_id, "type": "private"}
        about = {"message_id": update_id, "date": 1, "from": sender, "chat": chat}
        self.posted = {"update_id": update_id, "message": {**about, **message}}
        before = await self._last_turn()
        await self._post()
        await self._look(before)

    async def forge_press(self, data: str) -> None:
        """A button that nobody showed, or that was shown before."""
        update_id = next(UPDATE_IDS)
        chat = {"id": self.chat_id, "type": "private"}
        query = {
            "id": str(update_id),
            "from": {"id": self.chat_id, "is_bot": False, "first_name": "Ama"},
            "chat_instance": "1",
            "data": data,
            "message": {"message_id": update_id, "date": 1, "chat": chat},
        }
        self.posted = {"update_id": update_id, "callback_query": query}
        before = await self._last_turn()
        await self._post()
        await self._look(before)

    async def again(self) -> None:
        if not self.posted:
            return
        before = await self._last_turn()
        await self._post()
        await self._worked()
        assert await self._last_turn() == before

    async def _post(self) -> None:
        url = f"{self.door}/channels/telegram"
        async with self.http.post(url, json=self.posted, headers=SECRET) as answer:
            assert answer.status == 200, answer.status

    async def _last_turn(self) -> int:
        turns = InboundMessage.filter(channel="telegram", gateway="turns", sender=self.sender)
        newest = await turns.order_by("-id").first()
        return newest.id if newest else 0

    async def _look(self, before: int) -> None:
        """What was answered: a screen, or only a line about an old button."""
        await self._worked()
        row = await InboundMessage.get_or_none(
            id__gt=before, channel="telegram", gateway="turns", sender=self.sender
        )
        assert row is not None and row.reply, "no answer"
        self.open = True
        if "text" not in row.reply:
            assert row.reply["toast"].strip()
            return
        self.reply, self.words = row.reply, reveal(row.reply["text"])
        assert self.words.strip() and len(self.words) <= 4096 and BROKEN not in self.words
        self.stale = [*self.stale, *self.keyboard.values()][-40:]
        rows = row.reply.get("keyboard", [])
        self.keyboard = {button["data"].rpartition(":")[2]: button["data"] for row in rows for button in row}
        assert all(len(data.encode()) <= 64 for data in self.keyboard.values())
        assert self.keyboard or row.reply.get("contact"), self.words
        self.options = tuple(digits for digits in self.keyboard if digits not in ("0", "00", "98"))


def _leads_on(words: str) -> bool:
    """Whether a telephone's screen says what may be typed: the ways out, or the choices of the menu."""
    last = words.rsplit("\n", 1)[-1]
    return (last.startswith("0 ") and " 00 " in last) or bool(NUMBERED.search(words))


def _africastalking(line: UssdLine) -> dict[str, Any]:
    form = {
        "sessionId": line.call,
        "phoneNumber": line.number,
        "networkCode": "62001",
        "serviceCode": "*920*44#",
        "text": "*".join(line.inputs),
    }
    return {"data": form}


def _arkesel(line: UssdLine) -> dict[str, Any]:
    begins = not line.inputs
    return {
        "json": {
            "sessionID": line.call,
            "userID": "MAKOLA",
            "newSession": begins,
            "msisdn": line.number[1:],
            "userData": "*920*44#" if begins else line.inputs[-1],
            "network": "MTN",
        }
    }


def _hubtel(line: UssdLine) -> dict[str, Any]:
    begins = not line.inputs
    return {
        "json": {
            "Mobile": line.number[1:],
            "SessionId": line.call,
            "ServiceCode": "920*44",
            "Type": "Initiation" if begins else "Response",
            "Message": "*920*44#" if begins else line.inputs[-1],
            "Operator": "mtn",
            "Sequence": len(line.inputs) + 1,
        }
    }


REQUESTS = {"africastalking": _africastalking, "arkesel": _arkesel, "hubtel": _hubtel}
SCREENS: dict[str, Any] = {
    "africastalking": lambda text: (text.startswith("CON "), text[4:]),
    "arkesel": lambda said: (said["continueSession"], said["message"]),
    "hubtel": lambda said: (said["type"] == "Response", said["message"]),
}
