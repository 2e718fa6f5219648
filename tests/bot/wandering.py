"""Somebody who types anything: held after each step to what the chat promises, whatever was typed, and wherever.

Their money stands still unless a last look was answered that had shown the amount, with the PIN where it is their card's;
what is no answer leaves the journey where it stood.
"""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from chat_helpers import put_on_card
from lines import Line, SmsLine, TelegramLine, UssdLine

from bot.stack import Session
from core.clock import now
from core.db import fetch, fetch_one
from core.money import format_money
from core.settings import Settings
from models import (
    Beneficiary,
    Biller,
    BillPlan,
    BillPurchase,
    Customer,
    Order,
    ScheduledCharge,
)
from services.accounts.pins import set_first_pin
from services.accounts.signup import create_customer
from services.receipts import receipt_of
from services.tenants import Scope
from tests.logged import all_logs

PIN = "7391"
# Where the PIN of a last look is asked for, and last looks that need none: a wallet asks for its own, and what was
# paid comes back.
PINS = {"paying.pin", "balance.pin", "buying.pin"}
LOOKS = {"wallet.confirm", "balance.cancel"}
# Rows that are written when money begins to move, and those that follow once somebody else has answered.
BEGUN, FOLLOW = ("payment", "bill_purchase"), ("journal_entry", "posting", "refund")
MONEY = (
    "SELECT (SELECT count(*) FROM payment WHERE state IN ('Created', 'Pending')) "
    "+ (SELECT count(*) FROM bill_purchase WHERE next_attempt_at IS NOT NULL) "
    "+ (SELECT count(*) FROM refund WHERE next_attempt_at IS NOT NULL) AS undecided, "
    + ", ".join(f"(SELECT coalesce(max(id), 0) FROM {table}) AS {table}" for table in (*BEGUN, *FOLLOW))
)

Frames = list[tuple[str, dict[str, Any], int]]


def frames_of(session: Session) -> Frames:
    """Where a dialogue stands."""
    return [
        (frame["at"], frame.get("args", {}), frame.get("skip", 0))
        for frame in session.get("stack", [{"at": "home.menu"}])
    ]


def standing(session: Session) -> Frames:
    """The same without the offer to go on from there."""
    frames = frames_of(session)
    return frames[:-1] if frames[-1][0] == "resuming.offer" else frames


@dataclass
class Wanderer:
    """A person with a telephone and Telegram, and whatever they did so far."""

    ussd: UssdLine
    sms: SmsLine
    telegram: TelegramLine
    known: dict[str, object] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)
    story: list[str] = field(default_factory=list)
    looks: dict[str, str] = field(default_factory=dict)

    def line(self, channel: str) -> Line:
        lines: dict[str, Line] = {"ussd": self.ussd, "sms": self.sms, "telegram": self.telegram}
        return lines[channel]

    async def does(self, line: Line, told: str, act: Awaitable[None], *, answer: str | None = None) -> None:
        """One step, `answer` being what it says to the screen that is shown; what it may move is checked."""
        before, money = await line.session(), await _money()
        self.story.append(f"{line.channel}: {told[:60]!r}")
        await act
        after = await line.session()
        self._note(line, after)
        moved = await _money()
        if moved != money:
            await self._check_moved(before, answer, money, moved)

    async def type(self, line: Line, text: str) -> None:
        await self.does(line, text, line.type(text), answer=text.strip())

    async def nothing(self, line: Line, told: str, act: Awaitable[None]) -> None:
        """A step that is no answer to anything: the journey stands where it stood."""
        before = standing(await line.session())
        await self.does(line, told, act)
        after = standing(await line.session())
        assert after == before, f"{before} became {after}"

    def _note(self, line: Line, session: Session) -> None:
        at = frames_of(session)[-1][0]
        self.reached.add(at)
        if at.endswith(".confirm") or at in LOOKS:
            self.looks[at] = line.words
        assert len(session.get("stack", [])) <= 16

    async def _check_moved(
        self, before: Session, answer: str | None, money: dict[str, int], moved: dict[str, int]
    ) -> None:
        at, *below = [frame[0] for frame in reversed(frames_of(before))]
        begun = any(moved[table] != money[table] for table in BEGUN)
        if not begun and money["undecided"]:
            return  # what had begun before went on
        if at in PINS:
            assert answer == PIN, f"money moved by {answer!r} as PIN"
            look = below[0]
            assert look == f"{at.partition('.')[0]}.confirm", f"money moved without a last look: {below}"
        else:
            assert at in LOOKS and answer == "1", f"money moved at {at} by {answer!r}"
            look = at
        for amount in await _amounts(money, moved):
            assert amount in self.looks[look], f"{amount} was not in {self.looks[look]!r}"


async def _money() -> dict[str, int]:
    """How far each table of money has grown, and how much is undecided."""
    row = await fetch_one(MONEY)
    assert row is not None
    return {name: int(row[name]) for name in ("undecided", *BEGUN, *FOLLOW)}


async def _amounts(money: dict[str, int], moved: dict[str, int]) -> list[str]:
    """What the last look must have shown of the money that has moved: each amount, and what of it is for delivery."""
    shown = []
    for table in BEGUN:
        for row in await fetch(
            f"SELECT * FROM {table} WHERE id > $1 AND id <= $2", money[table], moved[table]
        ):
            shown.append(format_money(row["amount_minor"], row["currency"]).partition(" ")[2])
            if row.get("order_id") and row.get("purpose") == "order":
                order = await Order.get(id=row["order_id"])
                if order.shipping_minor:
                    shown.append(format_money(order.shipping_minor, order.currency).partition(" ")[2])
    return shown


@asynccontextmanager
async def nothing_goes_wrong() -> AsyncIterator[None]:
    """Nothing that is done meanwhile logs an error, and Telegram refuses none of the bot's calls."""
    with all_logs() as events:
        yield
    wrong = [
        event
        for event in events
        if event["log_level"] in ("error", "critical") or event["event"] == "telegram refused a reply"
    ]
    assert not wrong, wrong[:3]


def wanderer(settings: Settings, http: aiohttp.ClientSession, door: str, number: int) -> Wanderer:
    """Somebody whom nobody knows yet."""
    phone = f"+23324{number:07d}"
    gateway = ("africastalking", "arkesel", "hubtel")[number % 3]
    # One number writes more in a test than it is answered in a day.
    patient = settings.model_copy(update={"sms_most_a_day": 10**6, "sms_most_an_hour": 10**6})
    return Wanderer(
        UssdLine(patient, http, door, phone, gateway=gateway),
        SmsLine(patient, http, door, phone),
        TelegramLine(patient, http, door, phone, chat_id=10**7 + number),
    )


async def customer_with_a_past(scope: Scope, who: Wanderer, number: int) -> Customer:
    """Make them a customer with a PIN, two orders on which something is owed, money on the card, and bills paid."""
    customer = await create_customer(scope, phone=who.ussd.number, full_name="Ama Mensah")
    await set_first_pin(scope, customer.id, PIN)
    mine = {"platform_id": scope.platform_id, "environment": scope.environment}
    codes = [f"MK{number:07d}{digit}0" for digit in (1, 2)]
    for code, state in zip(codes, ("PaymentAuthorized", "PaymentAuthorized"), strict=True):
        order = await Order.create(
            **mine,
            code=code,
            state=state,
            active=False,
            customer_id=customer.id,
            currency=scope.currency,
            channel="ussd",
            quantity=1,
            total_minor=100_00,
            placed_at=now(),
        )
        await ScheduledCharge.create(
            **mine,
            order=order,
            customer_id=customer.id,
            currency=scope.currency,
            amount_minor=70_00,
            due_at=now().replace(year=now().year + 1),
        )
    await put_on_card(who.ussd.number, 2_000_00)
    await _bills_of(scope, customer.id, who.ussd.number)
    who.known |= {"order": codes[0], "receipt": (await receipt_of(scope, customer.id, codes[0])).code}
    return customer


async def _bills_of(scope: Scope, customer_id: int, phone: str) -> None:
    """Power and airtime that the customer paid for, where the market sells everything."""
    power = await Biller.filter(platform_id=scope.platform_id, kind="electricity").first()
    airtime = await Biller.filter(platform_id=scope.platform_id, kind="airtime").order_by("number").first()
    assert power is not None and airtime is not None
    bought = await BillPurchase.create(
        platform_id=scope.platform_id,
        environment=scope.environment,
        customer_id=customer_id,
        biller=power,
        plan=await BillPlan.filter(biller=power).first(),
        reference=f"power-{customer_id}",
        state="Delivered",
        amount_minor=500,
        currency=scope.currency,
        phone=phone,
        account="12345678901",
        token="1234-5678",
        expires_at=now(),
    )
    for biller, number in ((airtime, phone), (power, "12345678901")):
        await Beneficiary.create(
            platform_id=scope.platform_id,
            environment=scope.environment,
            customer_id=customer_id,
            biller=biller,
            number=number,
            last_purchase=bought,
        )
