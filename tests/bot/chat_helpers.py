"""A telephone for tests: it dials, types, gets messages, and can be played from a transcript.

A transcript is a conversation as it was: `! dial *920*44#` calls, `> 1` types, `! sms …` waits for a message that
begins so, `! work` lets the workers catch up, `! card 500` puts so much on the card, `! later 20` lets minutes pass,
`! from +233…` is another telephone, `! speaks fr` wants another language; every other line is the screen. After
`! by sms` what is typed is texted, and the screen is the text that answers it; a line `(nothing)` is no answer. After
`! by telegram` it is written in a chat: `> [Shop]` presses a button, `> !contact` shares the number, and buttons are
shown in brackets. `! by ussd` is the telephone again. `makola chat --repro` prints such a transcript.
`{code}` is the last one-time code; `{order}` and other names in braces match a word, and the same word ever after.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot.channels.gateway import market_of
from bot.channels.playing import world_of
from bot.channels.sms.routes import store_text
from bot.channels.terminal import action_of, chat_screen
from bot.channels.ussd import africastalking, arkesel, hubtel
from bot.channels.ussd.calls import Call, reply_to
from core import clock, gsm7
from core.db import transaction
from core.ids import new_token
from core.settings import Settings
from models import (
    Beneficiary,
    Biller,
    BillPlan,
    BillPurchase,
    Customer,
    Order,
    OtpChallenge,
    OutboundMessage,
    ScheduledCharge,
)
from services.cards import card_of
from services.codes import code_of, reveal
from services.conversations.opening import open_turn
from services.ledger import post, shared_account
from services.tenants import Scope, scope_by_id
from workers.jobs import drain

AMA = "+233241234567"
SERVICE_CODE = "*920*44#"
SHORT_CODE = "44044"
WITHIN_S = 60.0
CHAT = 77


@asynccontextmanager
async def at_work(settings: Settings) -> AsyncIterator[None]:
    """Somebody does what is due, all the time."""

    async def work() -> None:
        while True:
            await drain(settings)
            await asyncio.sleep(0.05)

    working = asyncio.create_task(work())
    try:
        yield
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


@dataclass
class Phone:
    """One number, and the call it is in. Every screen it is shown must fit."""

    settings: Settings
    number: str = AMA
    service_code: str = SERVICE_CODE
    call: str = ""
    inputs: list[str] = field(default_factory=list)
    gateway: str = "africastalking"
    dialled: str = ""
    steps: int = 0

    async def dial(self, dialled: str = SERVICE_CODE) -> str:
        """Begin a call: the plain code of a market, or with inputs, as `*920*44*2*1#`."""
        first, second, *inputs = dialled.strip("*#").split("*")
        self.service_code = f"*{first}*{second}#"
        self.call, self.inputs = new_token(), inputs
        self.dialled, self.steps = dialled, 0
        return await self.ask()

    async def type(self, *typed: str) -> str:
        """Answer screens one after another; the last screen."""
        shown = ""
        for one in typed:
            self.inputs.append(one)
            self.steps += 1
            shown = await self.ask()
        return shown

    async def ask(self) -> str:
        """Send the request that the call stands at (again)."""
        shown = await reply_to(REQUESTS[self.gateway](self), self.settings)
        kind, _, words = shown.partition(" ")
        assert kind in ("CON", "END"), shown
        assert gsm7.is_gsm7(words) and gsm7.length(words) <= 160, shown
        return shown

    async def text(self, words: str, **form: str) -> str:
        """Text the market; the text that answers, or "" for none. It must fit in three parts."""
        last = await self._answered()
        sent = {"id": new_token(), "from": self.number, "to": SHORT_CODE, "text": words} | form
        await store_text(sent, self.settings)
        await drain(self.settings)
        answer = await self._answered()
        if answer is None or (last is not None and last.id == answer.id):
            return ""
        shown = reveal(answer.params["text"])
        assert answer.state == "Sent", answer.reason
        assert gsm7.is_gsm7(shown) and gsm7.segments(shown) <= 3, shown
        assert shown in await self.messages()
        return shown

    async def _answered(self) -> OutboundMessage | None:
        return await OutboundMessage.filter(to=self.number, template="said").order_by("-id").first()

    async def code(self) -> str:
        """The one-time code that was last sent here."""
        sent = await OtpChallenge.filter(contact=self.number).order_by("-id").first()
        assert sent is not None
        return code_of(str(sent.uid))

    async def sign_up(self, name: str = "Ama Mensah", pin: str = "1234") -> None:
        """Become a customer with a PIN, by the account menu."""
        await self.dial("*920*44*5*1#")
        await self.type(name)
        assert (await self.type(pin, pin)).startswith("CON Your PIN is set.")

    async def speaks(self, language: str) -> None:
        """Be spoken to in a language from now on, as who chose it before."""
        scope = await market_of(self.number, self.settings)
        async with open_turn(
            scope, channel="ussd", gateway="test", external_id=new_token(), sender=self.number
        ) as turn:
            world = world_of(turn, key="", rows=1, long_rows=1)
            await world.choose_language(language)
            turn.language = world.language

    async def messages(self) -> list[str]:
        """The texts sent to this number, newest first, once everything that is due was done."""
        await drain(self.settings)
        url = f"{self.settings.twins_base_url}/outbox"
        async with aiohttp.ClientSession() as http, http.get(url, params={"to": self.number}) as answer:
            return [message["text"] for message in await answer.json()]


def _by_africastalking(phone: Phone) -> Call:
    return africastalking.call_of(
        {
            "sessionId": phone.call,
            "phoneNumber": phone.number,
            "serviceCode": phone.service_code,
            "text": "*".join(phone.inputs),
        }
    )


def _by_arkesel(phone: Phone) -> Call:
    return arkesel.call_of(
        {
            "sessionID": phone.call,
            "userID": "MAKOLA",
            "newSession": phone.steps == 0,
            "msisdn": phone.number.removeprefix("+"),
            "userData": phone.inputs[-1] if phone.steps else phone.dialled,
            "network": "MTN",
        }
    )


def _by_hubtel(phone: Phone) -> Call:
    return hubtel.call_of(
        {
            "Mobile": phone.number.removeprefix("+"),
            "SessionId": phone.call,
            "ServiceCode": phone.service_code.strip("*#"),
            "Type": "Response" if phone.steps else "Initiation",
            "Message": phone.inputs[-1] if phone.steps else phone.dialled,
            "Operator": "mtn",
            "Sequence": phone.steps + 1,
        }
    )


# What each gateway sends for the same call.
REQUESTS = {"africastalking": _by_africastalking, "arkesel": _by_arkesel, "hubtel": _by_hubtel}


@dataclass
class Person:
    """Somebody with Telegram: writes, presses, looks."""

    settings: Settings
    http: aiohttp.ClientSession
    api: str = ""
    chat_id: int = CHAT

    async def do(self, **action: Any) -> dict[str, Any]:
        """Do something, and let the workers answer; the newest message of the bot."""
        await self.act(**action)
        await drain(self.settings)
        return await self.newest()

    async def act(self, **action: Any) -> Any:
        url = f"{self.settings.twins_base_url}/telegram/control/user"
        async with self.http.post(url, json={"chat_id": self.chat_id, **action}) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def chat(self) -> dict[str, Any]:
        url = f"{self.settings.twins_base_url}/telegram/control/chat"
        async with self.http.get(url, params={"chat_id": self.chat_id}) as answer:
            shown: dict[str, Any] = await answer.json()
            return shown

    async def newest(self) -> dict[str, Any]:
        said = [message for message in (await self.chat())["messages"] if message["from"] == "bot"]
        return said[-1] if said else {}

    async def fail(self, **rule: Any) -> None:
        async with self.http.post(f"{self.settings.twins_base_url}/control/fail", json=rule) as answer:
            assert answer.status == 201, await answer.text()

    async def post(self, update: Any, headers: dict[str, str]) -> int:
        async with self.http.post(f"{self.api}/channels/telegram", json=update, headers=headers) as answer:
            return answer.status


def says(digits: str, text: str) -> bool:
    """Whether a text says these digits, and not a longer number or a hash in which they happen to stand."""
    return re.search(rf"(?<![0-9A-Za-z]){digits}(?![0-9A-Za-z])", text) is not None


async def give_history(scope: Scope, customer_id: int) -> None:
    """A placed order, one with a balance, and money on the card, as if they had been there for long."""
    for code, state in (("MK123456789", "Shipped"), ("MK123456788", "PaymentAuthorized")):
        owing = await Order.create(
            platform_id=scope.platform_id,
            environment=scope.environment,
            code=code,
            state=state,
            active=False,
            customer_id=customer_id,
            currency=scope.currency,
            channel="ussd",
            quantity=1,
            total_minor=100,
            placed_at=clock.now(),
        )
    await ScheduledCharge.create(
        platform_id=scope.platform_id,
        environment=scope.environment,
        order=owing,
        customer_id=customer_id,
        currency=scope.currency,
        amount_minor=70,
        due_at=clock.now() + timedelta(days=30),
    )
    await _fund(scope, customer_id, 5000)


async def sell_bills(scope: Scope, customer_id: int) -> None:
    """Let a market sell data, power and TV too, and the customer have bought power with a token."""
    for number, kind in enumerate(("data", "electricity", "cable"), 101):
        biller = await Biller.create(
            platform_id=scope.platform_id,
            environment=scope.environment,
            kind=kind,
            number=number,
            name="MTN",
            slug="mtn",
            provider="africastalking",
            service="mtn",
            least_minor=100,
            most_minor=100_000,
            plans_read_at=clock.now(),
        )
        plan = await BillPlan.create(biller=biller, code="one", slug="mtn-one", name="One", amount_minor=500)
        if kind != "electricity":
            continue
        bought = await BillPurchase.create(
            platform_id=scope.platform_id,
            environment=scope.environment,
            customer_id=customer_id,
            biller=biller,
            plan=plan,
            reference="power-1",
            state="Delivered",
            amount_minor=500,
            currency=scope.currency,
            phone=AMA,
            account="12345678901",
            token="1234-5678",
            expires_at=clock.now(),
        )
        # Of another biller, so that `power` still asks for the number.
        airtime = (
            await Biller.filter(platform_id=scope.platform_id, kind="airtime").order_by("number").first()
        )
        await Beneficiary.create(
            platform_id=scope.platform_id,
            environment=scope.environment,
            customer_id=customer_id,
            biller=airtime,
            number=AMA,
            last_purchase=bought,
        )


async def put_on_card(number: str, minor: int) -> None:
    """Money on the card of whoever has that number, as if it had come from a gateway."""
    customer = await Customer.get(phone=number)
    scope = await scope_by_id(customer.platform_id, customer.environment)  # type: ignore[arg-type]
    await _fund(scope, customer.id, minor)


async def _fund(scope: Scope, customer_id: int, minor: int) -> None:
    source = await shared_account(scope, "gateway:test", "gateway")
    card = await card_of(scope, customer_id)
    async with transaction():
        sides = [(source, -minor), (card.account, minor)]
        words = "Money added to the card"
        await post(scope, key=new_token(), kind="card_funding", narrative=words, sides=sides)


class Transcript:
    """A conversation in a file, played line by line."""

    def __init__(self, path: Path, settings: Settings) -> None:
        self.path, self.phone = path, Phone(settings)
        self.by = "ussd"
        self.known: dict[str, str] = {}

    async def play(self) -> None:
        for number, did, expected in self._exchanges():
            shown = await self._done(did)
            if shown is None:
                continue
            pattern = self._pattern("\n".join(expected))
            found = re.fullmatch(pattern, shown)
            assert found, (
                f"{self.path.name}:{number} after {did!r}\n--- shown\n{shown}\n--- expected\n"
                + "\n".join(expected)
            )
            self.known |= found.groupdict()

    def _exchanges(self) -> Iterator[tuple[int, str, list[str]]]:
        """(line number, what was done, the screen expected)."""
        did, at, expected = "", 0, list[str]()
        for number, line in enumerate(self.path.read_text().splitlines(), 1):
            if line.startswith("#") or (not line and not expected):
                continue
            if line.startswith(("> ", "! ")) or line == ">":
                if did:
                    yield at, did, _stripped(expected)
                did, at, expected = line, number, []
            else:
                expected.append(line)
        yield at, did, _stripped(expected)

    async def _done(self, did: str) -> str | None:
        """Do a line; the screen it led to, if it leads to one."""
        kind, _, rest = did.partition(" ")
        for name, value in self.known.items():
            rest = rest.replace(f"{{{name}}}", value)
        if kind == ">":
            typed = rest.replace("{code}", await self.phone.code()) if "{code}" in rest else rest
            if self.by == "telegram":
                return await self._chatted(typed)
            if self.by == "sms":
                return await self.phone.text(typed) or "(nothing)"
            return await self.phone.type(typed)
        what, _, rest = rest.partition(" ")
        match what:
            case "dial":
                return await self.phone.dial(rest)
            case "by":
                self.by = rest
            case "from":
                self.phone.number = rest
            case "later":
                clock.travel(timedelta(minutes=int(rest)))
            case "speaks":
                await self.phone.speaks(rest)
            case "sms":
                await self._message(rest)
            case "card":
                await put_on_card(self.phone.number, int(rest) * 100)
            case "work":
                await drain(self.phone.settings)
            case _:
                raise AssertionError(f"{self.path.name}: what is {did!r}?")
        return None

    async def _chatted(self, typed: str) -> str:
        async with aiohttp.ClientSession() as http:
            number = self.phone.number
            person = Person(self.phone.settings, http, chat_id=int(number.removeprefix("+")))
            return chat_screen(await person.do(**action_of(typed, number)))

    async def _message(self, beginning: str) -> None:
        pattern = self._pattern(beginning)
        end = asyncio.get_running_loop().time() + WITHIN_S
        while True:
            texts = await self.phone.messages()
            found: Any = next((m for text in texts if (m := re.match(pattern, text))), None)
            if found:
                self.known |= found.groupdict()
                return
            assert asyncio.get_running_loop().time() < end, f"no message {beginning!r} among {texts}"
            await asyncio.sleep(0.05)

    def _pattern(self, expected: str) -> str:
        """A pattern for what is expected: a name in braces is a word, the same one each time."""
        met: set[str] = set()
        pattern = ""
        for piece in re.split(r"(\{\w+\})", expected):
            name = piece[1:-1] if piece.startswith("{") else ""
            if not name:
                pattern += re.escape(piece)
            elif name in self.known:
                pattern += re.escape(self.known[name])
            else:
                pattern += f"(?P={name})" if name in met else f"(?P<{name}>[\\w-]+)"
                met.add(name)
        return pattern


def _stripped(lines: list[str]) -> list[str]:
    while lines and not lines[-1]:
        lines.pop()
    return lines
