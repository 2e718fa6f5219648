"""The chat in a terminal: a telephone that dials over HTTP as a gateway would, or texts and chats by way of the twins."""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from aiohttp import ClientError, ClientSession
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from bot.channels.repro import Repro
from bot.channels.ussd.africastalking import PATH
from core.ids import new_token

SERVICE_CODE = "*920*44#"
WIDTH = 40
# How long an answer by way of a worker is waited for, and how often it is looked for.
PATIENCE_S, LOOK_S = 10.0, 0.1


class Line(Protocol):
    """A telephone on one channel. A screen is None where nothing was answered; a call that is over `ended`."""

    ended: bool

    async def open(self) -> str | None:
        """Begin; the first screen, if there is one before something is said."""

    async def say(self, typed: str) -> str | None:
        """Type something; the screen that answers."""


class Ussd:
    """A call through Africa's Talking."""

    def __init__(self, http: ClientSession, url: str, twins: str, phone: str) -> None:
        self._http, self._url, self._phone = http, url, phone
        self._call, self._inputs = new_token(), list[str]()
        self.ended = False

    async def open(self) -> str | None:
        return await self._ask()

    async def say(self, typed: str) -> str | None:
        self._inputs.append(typed)
        return await self._ask()

    async def _ask(self) -> str:
        form = {
            "sessionId": self._call,
            "phoneNumber": self._phone,
            "serviceCode": SERVICE_CODE,
            "text": "*".join(self._inputs),
        }
        async with self._http.post(f"{self._url}{PATH}", data=form) as answer:
            shown = await answer.text()
        self.ended = not shown.startswith("CON ")
        return shown


class Sms:
    """Texts through the twin of Africa's Talking; what answers is in its outbox."""

    def __init__(self, http: ClientSession, url: str, twins: str, phone: str) -> None:
        self._http, self._twins, self._phone = http, twins, phone
        self.ended = False

    async def open(self) -> str | None:
        return None

    async def say(self, typed: str) -> str | None:
        before = len(await self._came())
        body = {"from": self._phone, "text": typed}
        async with self._http.post(f"{self._twins}/africastalking/control/sms", json=body) as answer:
            answer.raise_for_status()
        return await _awaited(lambda: self._answer(before))

    async def _answer(self, before: int) -> str | None:
        came = await self._came()
        return came[0] if len(came) > before else None

    async def _came(self) -> list[str]:
        async with self._http.get(f"{self._twins}/outbox", params={"to": self._phone}) as answer:
            return [each["text"] for each in await answer.json() if each["channel"] == "sms"]


class Telegram:
    """A chat at the stand-in of the Bot API: `[Shop]` presses a button, `!contact` shares the number."""

    def __init__(self, http: ClientSession, url: str, twins: str, phone: str) -> None:
        self._http, self._twins, self._phone = http, twins, phone
        self._chat = int("".join(c for c in phone if c.isdigit())[:15] or "1")
        self.ended = False

    async def open(self) -> str | None:
        return await self.say("/start")

    async def say(self, typed: str) -> str | None:
        before = await self._newest()
        body = {"chat_id": self._chat, **action_of(typed, self._phone)}
        async with self._http.post(f"{self._twins}/telegram/control/user", json=body) as answer:
            if answer.status == 409:
                return str((await answer.json())["error"])
            answer.raise_for_status()
        return await _awaited(lambda: self._answer(before))

    async def _answer(self, before: Any) -> str | None:
        now = await self._newest()
        return chat_screen(now) if now is not None and now != before else None

    async def _newest(self) -> dict[str, Any] | None:
        url = f"{self._twins}/telegram/control/chat"
        async with self._http.get(url, params={"chat_id": str(self._chat)}) as answer:
            said = [each for each in (await answer.json())["messages"] if each["from"] == "bot"]
        return said[-1] if said else None


LINES: dict[str, Callable[[ClientSession, str, str, str], Line]] = {
    "ussd": Ussd,
    "sms": Sms,
    "telegram": Telegram,
}


def action_of(typed: str, phone: str) -> dict[str, str]:
    """What a person does who types this in a chat."""
    if typed == "!contact":
        return {"contact": phone}
    pressed = typed.startswith("[") and typed.endswith("]")
    return {"press": typed[1:-1]} if pressed else {"text": typed}


def chat_screen(message: dict[str, Any]) -> str:
    """A chat's message as lines, its buttons in brackets below the words."""
    rows = [" ".join(f"[{label}]" for label in row) for row in message["buttons"]]
    picture = ["(picture)"] if message["has_photo"] else []
    return "\n".join([*picture, message["text"], *rows])


async def chat_in_terminal(
    url: str,
    twins: str,
    phone: str,
    console: Console,
    *,
    channel: str = "ussd",
    repro: bool = False,
    typed: Callable[[], str] | None = None,
) -> None:
    """Talk with the market at `url` as `phone` until it ends the call, or the input ends. A `repro` is printed as a
    transcript that can be played as a test.
    """
    written = Repro(channel, phone)
    show = written.screen if repro else _panel(console, phone)
    ask = typed or (lambda: console.input("" if repro else "> "))
    if repro:
        console.print(written.beginning(), markup=False, highlight=False, soft_wrap=True)
    async with ClientSession() as http:
        line = LINES[channel](http, url, twins, phone)
        try:
            shown = await line.open()
            while True:
                if shown is not None:
                    console.print(show(shown), markup=False, highlight=False, soft_wrap=repro)
                if line.ended:
                    return
                said = await asyncio.to_thread(ask)
                if repro:
                    console.print(written.typed(said), markup=False, highlight=False, soft_wrap=True)
                shown = await line.say(said) or "(nothing)"
        except EOFError:
            return
        except ClientError as error:
            console.print(f"Nobody answers at {url}: {error}", style="red", markup=False)


def _panel(console: Console, phone: str) -> Callable[[str], Any]:
    return lambda shown: Panel(
        Text(shown.removeprefix("CON ").removeprefix("END ")), width=WIDTH, subtitle=phone
    )


async def _awaited(look: Callable[[], Any]) -> str | None:
    """What a look finds within some seconds."""
    end = asyncio.get_running_loop().time() + PATIENCE_S
    while asyncio.get_running_loop().time() < end:
        await asyncio.sleep(LOOK_S)
        if (found := await look()) is not None:
            return str(found)
    return None
