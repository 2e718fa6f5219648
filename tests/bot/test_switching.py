"""One person on many channels: a journey goes on wherever they switch, and two messages at once are worked on one after another."""

import asyncio
import os
import random
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from chat_helpers import Person, Phone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.channels.sms.routes import store_text
from core import clock
from core.db import transaction
from core.ids import new_token
from core.settings import Settings
from models import BillPurchase, Customer, Order, OrderLine, Payment, ScheduledCharge, WishlistItem
from services.cards import card_of
from services.ledger import post, shared_account
from services.tenants import Scope
from workers.jobs import drain

PIN = "1234"
# What is chosen by its label, and what is typed.
JOURNEY = [
    ("choose", "Shop"),
    ("choose", "Search by name"),
    ("type", "corolla brake pads"),
    ("choose", "Toyo"),
    ("choose", "Add to cart"),
    ("type", "2"),
    ("choose", "Check out"),
    ("choose", "Standard"),
    ("type", "Accra"),
    ("type", "Oxford Street 12"),
    ("choose", "Shopping card"),
    ("choose", "Pay"),
    ("type", PIN),
]
# What else can be begun on one channel and ended on another; each ends with these words.
OTHERS = {
    "airtime": (
        [("choose", "My card"), ("choose", "Bills"), ("choose", "Airtime"), ("type", "5"), ("choose", "Me, "),
         ("choose", "Pay"), ("type", PIN)],
        "Airtime",
    ),
    "top up": (
        [("choose", "My card"), ("choose", "Top up"), ("type", "50"), ("choose", "MTN"), ("choose", "Pay")],
        "GHS 50.00",
    ),
    "balance": (
        [("choose", "My card"), ("choose", "What I owe"), ("choose", "Pay a part"), ("type", "30"),
         ("choose", "Shopping card"), ("choose", "Pay"), ("type", PIN)],
        "GHS 30.00",
    ),
    "wishlist": (
        [("choose", "Shop"), ("choose", "Search by name"), ("type", "corolla brake pads"), ("choose", "Toyo"),
         ("choose", "Save it"), ("choose", "Home"), ("choose", "Cart"), ("choose", "Saved items"), ("choose", "Toyo"),
         ("choose", "Into the cart")],
        "In your cart now: 1 piece, GHS 410.00",
    ),
    "account": (
        [("choose", "My account"), ("choose", "More"), ("choose", "My profile"), ("choose", "Change t"),
         ("type", "Kumasi")],
        "Kumasi",
    ),
}  # fmt: skip
CHANNELS = ("africastalking", "arkesel", "hubtel", "sms", "telegram")
MESSAGES = ("sms", "telegram")
NUMBERS = count(3000001)
SEEDS = range(int(os.environ.get("SWITCHING_SEEDS", "3")))


@dataclass
class Somebody:
    """A person with a telephone and Telegram on the same number, and the screen they look at."""

    phone: Phone
    person: Person
    channel: str = ""
    shown: str = ""
    buttons: tuple[str, ...] = ()

    async def switch(self, channel: str) -> None:
        """Take up another channel: it shows where they stand."""
        self.channel = channel
        if channel in MESSAGES:
            await self.send("hello")
        else:
            self.phone.gateway = channel
            self._look(await self.phone.dial())
        if "Go on: " in self.shown or any(label.startswith("Go on: ") for label in self.buttons):
            await self.choose("Go on: ")

    async def choose(self, label: str) -> None:
        if self.channel == "telegram":
            found = next(button for button in self.buttons if button.startswith(label))
            self._look(await self.person.do(press=found))
            return
        digits = re.search(rf"^(\d) {re.escape(label)}", self.shown, re.MULTILINE)
        assert digits, f"{label!r} is not on {self.channel}:\n{self.shown}"
        await self.send(digits[1])

    async def send(self, typed: str) -> None:
        if self.channel == "telegram":
            self._look(await self.person.do(text=typed))
        elif self.channel == "sms":
            self._look(await self.phone.text(typed))
        else:
            self._look(await self.phone.type(typed))

    def _look(self, shown: str | dict[str, Any]) -> None:
        self.shown = shown if isinstance(shown, str) else shown["text"]
        rows = [] if isinstance(shown, str) else shown["buttons"]
        self.buttons = tuple(label for row in rows for label in row)


@pytest_asyncio.fixture
async def http(doors: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def somebody(market: Settings, demo: Scope, http: aiohttp.ClientSession, number: int) -> Somebody:
    """A customer with GHS 2,000.00 on their card, known on every channel."""
    one = Somebody(Phone(market, f"+23324{number:07d}"), Person(market, http, chat_id=number))
    await one.phone.sign_up()
    customer = await Customer.get(phone=one.phone.number)
    source, card = await shared_account(demo, "gateway:test", "gateway"), await card_of(demo, customer.id)
    async with transaction():
        sides = [(source, -200_000), (card.account, 200_000)]
        await post(demo, key=f"given:{number}", kind="card_funding", narrative="Given", sides=sides)
    await one.person.do(text="/start")
    await one.person.do(press="My card")
    await one.person.do(contact=one.phone.number)
    await one.person.do(text="/menu")
    return one


async def outcome(demo: Scope, number: str) -> dict[str, Any]:
    """What came of a journey, without what is different each time."""
    customer = await Customer.get(phone=number)
    order = await Order.get(customer_id=customer.id)
    address = order.shipping_address or {}
    return {
        "order": (
            order.state,
            order.total_minor,
            order.shipping_minor,
            address.get("street"),
            address.get("city"),
        ),
        "lines": await OrderLine.filter(order_id=order.id).values_list("variant_id", "quantity"),
        "payments": await Payment.filter(order_id=order.id).values_list("state", "amount_minor"),
        "card": (await card_of(demo, customer.id)).balance_minor,
    }


async def test_a_journey_that_switches_channel_at_any_step_ends_as_one_that_does_not(
    market: Settings, demo: Scope, http: aiohttp.ClientSession
) -> None:
    ended = {}
    for number, run in enumerate([*CHANNELS, *SEEDS], 1000001):
        one, dice = await somebody(market, demo, http, number), random.Random(str(run))
        for how, what in JOURNEY:
            channel = run if isinstance(run, str) else dice.choice(CHANNELS)
            # Who switches may also be cut off in a call, and dial again.
            cut_off = channel not in MESSAGES and not isinstance(run, str) and dice.random() < 0.2
            if channel != one.channel or cut_off:
                await one.switch(channel)
            await (one.choose(what) if how == "choose" else one.send(what))
        assert "Paid GHS 825.00." in one.shown, (run, one.shown)
        ended[run] = await outcome(demo, one.phone.number)
    first = ended["africastalking"]
    assert first["order"][:3] == ("PaymentSettled", 82_500, 500)
    assert {run: each for run, each in ended.items() if each != first} == {}


@pytest.mark.parametrize("journey", OTHERS)
@hypothesis_settings(
    max_examples=len(SEEDS), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
async def test_any_other_journey_ends_as_on_one_channel_wherever_it_is_switched(
    market: Settings, demo: Scope, http: aiohttp.ClientSession, journey: str, data: st.DataObject
) -> None:
    steps, last = OTHERS[journey]
    channels = data.draw(st.lists(st.sampled_from(CHANNELS), min_size=len(steps), max_size=len(steps)))
    ended = []
    for run in ([channels[0]] * len(steps), channels):
        number = next(NUMBERS)
        one = await somebody(market, demo, http, number)
        if journey == "balance":
            await owe(demo, one.phone.number)
        for channel, (how, what) in zip(run, steps, strict=True):
            if channel != one.channel:
                await one.switch(channel)
            if what == "Home":
                await one.send("00")
            else:
                await (one.choose(what) if how == "choose" else one.send(what))
        assert last in one.shown, (run, one.shown)
        await drain(market)
        ended.append(await left_behind(demo, one.phone.number))
    assert ended[0] == ended[1]


async def owe(demo: Scope, number: str) -> None:
    """An order of which GHS 70.00 is still to be paid."""
    customer = await Customer.get(phone=number)
    mine = {"platform_id": demo.platform_id, "environment": demo.environment, "customer_id": customer.id}
    order = await Order.create(
        **mine, code=f"MK{number[-9:]}", state="PaymentAuthorized", active=False, currency="GHS", channel="ussd",
        quantity=1, total_minor=100_00, placed_at=clock.now(),
    )  # fmt: skip
    await ScheduledCharge.create(
        **mine, order=order, currency="GHS", amount_minor=70_00, due_at=clock.now() + timedelta(days=30)
    )


async def left_behind(demo: Scope, number: str) -> dict[str, Any]:
    """What came of any journey, without what is different each time."""
    customer = await Customer.get(phone=number)
    mine = {"customer_id": customer.id}
    return {
        "payments": await Payment.filter(**mine).values_list("purpose", "state", "amount_minor"),
        "bills": await BillPurchase.filter(**mine).values_list("amount_minor", "state"),
        "charges": await ScheduledCharge.filter(**mine).values_list("amount_minor", "state"),
        "wishes": await WishlistItem.filter(**mine).values_list("product_id", flat=True),
        "card": (await card_of(demo, customer.id)).balance_minor,
        "profile": (customer.full_name, customer.city, customer.street),
    }


async def test_messages_at_once_on_several_channels_are_worked_on_one_after_another(
    market: Settings, demo: Scope, http: aiohttp.ClientSession
) -> None:
    """A digit that was meant for the screen its sender saw is not taken for an answer to another one."""
    one = await somebody(market, demo, http, 2000001)
    await one.switch("hubtel")
    for _ in range(4):
        await one.phone.dial("*920*44*1*1*corolla brake pads*1*1#")
        text = {"id": new_token(), "from": one.phone.number, "to": "44044", "text": "2"}
        await asyncio.gather(
            one.phone.type("1"), store_text(text, market), one.person.act(text="3"), return_exceptions=True
        )
        await drain(market)
    order = await Order.get(customer_id=(await Customer.get(phone=one.phone.number)).id)
    # Only the telephone showed how many was asked, and only it was answered: once each time.
    assert [line.quantity for line in await OrderLine.filter(order_id=order.id)] == [4]
