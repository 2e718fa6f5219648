"""Anything at all is typed at every screen on every channel: it gets one helpful screen, and the journey stands where it stood.

`ANYTHING=2000 pytest tests/bot/test_anything.py` wanders longer, and types everything everywhere.
"""

import os
import random
from collections.abc import AsyncIterator
from itertools import count

import aiohttp
import pytest
import pytest_asyncio
from chat_helpers import put_on_card, sell_bills
from hypothesis import HealthCheck, event, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from junk import ANSWERS, NOTHINGS, WORDS
from lines import Line, TelegramLine, UssdLine
from wandering import PIN, Wanderer, customer_with_a_past, frames_of, nothing_goes_wrong, wanderer
from ways import (
    NEVER_SHOWN,
    NOT_ON,
    OF_A_CUSTOMER,
    OF_A_GUEST,
    OF_ONE_CLAIMED,
    OF_ONE_FLAGGED,
    OF_ONE_IN_DOUBT,
    OF_ONE_SIGNED_OUT,
    OF_ONE_WHO_OWES,
    PROOFS,
    steps,
)

from bot.channels.sms.opting import opting
from bot.states import STATES
from core.clock import now
from core.db import fetch_one
from core.settings import Settings
from models import ChannelIdentity, Customer, OtpChallenge, ScheduledCharge
from providers import telegram_pace
from services.accounts.pins import set_first_pin
from services.accounts.signup import create_customer
from services.accounts.trust import mark_identity
from services.codes import code_of
from services.tenants import Scope

LONG = int(os.environ.get("ANYTHING", "0"))
# Where words lead on, the way here is gone again in a test: not where an account is opened meanwhile.
ONCE = {"signup.name", "pin.again"}
# How often it is looked at is counted, right or wrong, so that nobody guesses.
COUNTED = {"receipts.checked"}
CHANNELS = ("ussd", "sms", "telegram")


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Telegram takes as much as one writes."""
    for limit in ("OVERALL", "BURST"):
        monkeypatch.setattr(telegram_pace, limit, 10**6)


@pytest_asyncio.fixture
async def goods(unhurried: None, market: Settings, demo: Scope) -> dict[str, str]:
    """A market that sells every kind of bill, and which of its goods come in several kinds, and on terms."""
    other = await create_customer(demo, phone="+233209999999", full_name="Kofi Boateng")
    await sell_bills(demo, other.id)
    several = await fetch_one(
        "SELECT product_id AS id FROM variant WHERE platform_id = $1 AND enabled GROUP BY product_id "
        "HAVING count(*) > 1 ORDER BY product_id LIMIT 1",
        demo.platform_id,
    )
    on_terms = await fetch_one(
        "SELECT MIN(product_id) AS id FROM purchase_option_member WHERE product_id IS NOT NULL"
    )
    assert several is not None and on_terms is not None
    return {"several": several["id"], "on_terms": on_terms["id"], "pin": PIN}


@pytest_asyncio.fixture
async def http(doors: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def code_for(contact: str) -> str:
    """The one-time code that was last sent there."""
    sent = await OtpChallenge.filter(contact=contact).order_by("-id").first()
    assert sent is not None
    return code_of(str(sent.uid))


class Tour:
    """Goes every way, and types anything on the way: at each screen the first time it is seen."""

    def __init__(self, who: Wanderer, line: Line, dice: random.Random) -> None:
        self.who, self.line, self.dice = who, line, dice
        self.tried: set[str] = set()

    async def go(self, way: str) -> None:
        self.who.story.append(way)
        await self._walk("00")
        walked = ["00"]
        for step in steps(way, **self.who.known):
            await self._walk(step)
            walked.append(step)
            at = frames_of(await self.line.session())[-1][0]
            if at not in self.tried:
                self.tried.add(at)
                await self._try_anything(at, walked)

    async def _walk(self, step: str) -> None:
        match step, self.line:
            case "!contact", TelegramLine():
                await self.who.does(self.line, step, self.line.do(contact=self.line.number))
            case "!leave", UssdLine():
                await self.who.does(self.line, step, self.line.dial())
            case "!leave", _:
                await self.who.ussd.dial()
                await self.who.does(self.line, step, self.line.type("hello"))
            case "!code", _:
                code = await code_for(self.line.number)
                await self.who.type(self.line, code)
            case _, TelegramLine() if step in self.line.keyboard and self.dice.random() < 0.5:
                await self.who.does(self.line, step, self.line.press(step), answer=step)
            case _:
                await self.who.type(self.line, step)

    async def _try_anything(self, at: str, walked: list[str]) -> None:
        nothings, words = list(NOTHINGS[self.line.channel].items()), [*WORDS]
        if not LONG or at in COUNTED:
            nothings, words = self.dice.sample(nothings, 1), self.dice.sample(words, 1)
        for told, act in nothings:
            await self.who.nothing(self.line, told, act(self.line))
        for text in words:
            await self._try_words(at, text, walked)

    async def _try_words(self, at: str, text: str, walked: list[str]) -> None:
        """Words are an answer where words are wanted: then there is a screen, and a way back."""
        session = await self.line.session()
        if not session["stack"][-1].get("typed") and at != "home.menu":
            await self.who.nothing(self.line, text, self.line.type(text))
            return
        if at in ONCE:
            return
        before, mine = frames_of(session), Customer.filter(phone=self.line.number)
        profile = await mine.first().values("full_name", "city", "street", "pin_tries")
        await self.who.type(self.line, text)
        if profile:
            await mine.update(**profile)
        if frames_of(await self.line.session()) != before:
            for step in walked:
                await self._walk(step)
            assert frames_of(await self.line.session())[-1][0] == at


async def _nobody(scope: Scope, who: Wanderer, line: Line, number: int) -> None:
    if isinstance(line, TelegramLine):
        await line.do(text="/start")


async def _customer(scope: Scope, who: Wanderer, line: Line, number: int) -> None:
    await customer_with_a_past(scope, who, number)
    if isinstance(line, TelegramLine):
        await line.do(text="/start")
        await line.type("4")
        await line.do(contact=line.number)


async def _doubted(scope: Scope, who: Wanderer, line: Line, number: int) -> None:
    """The number was flagged: on Telegram before it is shared, so that it proves itself there."""
    await customer_with_a_past(scope, who, number)
    await who.ussd.dial()
    await mark_identity(scope, (await ChannelIdentity.get(external_id=line.number)).id, "flagged")
    if isinstance(line, TelegramLine):
        await line.do(text="/start")


async def _flagged(scope: Scope, who: Wanderer, line: Line, number: int) -> None:
    await _customer(scope, who, line, number)
    await line.type("menu")
    await mark_identity(scope, (await ChannelIdentity.get(external_id=line.sender)).id, "flagged")


async def _owing(scope: Scope, who: Wanderer, line: Line, number: int) -> None:
    """Enough on the card for a deposit, and nothing owed so far."""
    await _customer(scope, who, line, number)
    await ScheduledCharge.filter(customer__phone=line.number).delete()
    await put_on_card(line.number, 20_000_00)


async def _claimed(scope: Scope, who: Wanderer, line: Line, number: int) -> None:
    """Somebody else states that number as theirs, with a proven e-mail address and a PIN."""
    theirs = await create_customer(scope, phone=f"+23320{number:07d}", full_name="Kofi Boateng")
    await set_first_pin(scope, theirs.id, PIN)
    await Customer.filter(id=theirs.id).update(
        phone=None, stated_phone=line.number, email=f"kofi{number}@makola.test", email_verified_at=now()
    )
    await _nobody(scope, who, line, number)


PEOPLE = [
    (OF_A_CUSTOMER, _customer),
    (OF_ONE_WHO_OWES, _owing),
    (OF_A_GUEST, _nobody),
    (OF_ONE_SIGNED_OUT, _customer),
    (OF_ONE_CLAIMED, _claimed),
    (OF_ONE_IN_DOUBT, _doubted),
    (OF_ONE_FLAGGED, _flagged),
]


@pytest.mark.parametrize("channel", CHANNELS)
async def test_whatever_is_typed_at_any_screen_the_journey_stands_where_it_stood(
    market: Settings,
    demo: Scope,
    http: aiohttp.ClientSession,
    doors: str,
    goods: dict[str, str],
    channel: str,
) -> None:
    dice = random.Random(channel)
    reached: set[str] = set()
    async with nothing_goes_wrong():
        for number, (ways, prepare) in enumerate(PEOPLE, 100 * CHANNELS.index(channel) + 1):
            who = wanderer(market, http, doors, number)
            who.known |= {**goods, **dict(zip(("before", "after"), PROOFS[channel], strict=True))}
            line = who.line(channel)
            await prepare(demo, who, line, number)
            tour = Tour(who, line, dice)
            try:
                for way in ways:
                    await tour.go(way)
            except Exception as error:
                error.add_note("\n".join(who.story[-12:]))
                raise
            reached |= who.reached
    assert set(STATES) - reached - NEVER_SHOWN.keys() - NOT_ON[channel].keys() == set()


NUMBERS = count(500)
EVERYBODY = [(way, prepare) for ways, prepare in PEOPLE for way in ways]


@hypothesis_settings(
    max_examples=LONG or 6,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
async def test_who_wanders_about_on_three_channels_moves_no_money_unseen_and_meets_no_dead_end(
    market: Settings,
    demo: Scope,
    http: aiohttp.ClientSession,
    doors: str,
    goods: dict[str, str],
    data: st.DataObject,
) -> None:
    way, prepare = data.draw(st.sampled_from(EVERYBODY))
    channel = data.draw(st.sampled_from(CHANNELS))
    number = next(NUMBERS)
    who = wanderer(market, http, doors, number)
    who.known |= {**goods, **dict(zip(("before", "after"), PROOFS[channel], strict=True))}
    async with nothing_goes_wrong():
        await prepare(demo, who, who.line(channel), number)
        try:
            await _wander(who, who.line(channel), data, ["00", *steps(way, **who.known)])
            for line in (who.ussd, who.sms, who.telegram):
                await who.type(line, "menu" if line is who.sms else "00")
                await who.type(line, "00")
                assert frames_of(await line.session()) == [("home.menu", {}, 0)]
            await who.sms.settle()
        except Exception as error:
            error.add_note("\n".join(who.story[-40:]))
            raise
    for at in sorted(who.reached):
        event(f"reached {at}")


async def _wander(who: Wanderer, line: Line, data: st.DataObject, way: list[str]) -> None:
    """Along a way, and then anywhere; now and then on another channel, now and then astray."""
    for number in range(len(way) + data.draw(st.integers(0, 30 if LONG else 12), "steps")):
        ahead = way[number : number + 1]
        match data.draw(
            st.sampled_from(
                ["on", "on", "on", "on", "choose", "choose", "answer", "nothing", "words", "text", "switch"]
            )
        ):
            case "switch":
                line = who.line(data.draw(st.sampled_from(CHANNELS)))
                await who.type(line, "hello")
            case "nothing":
                told, act = data.draw(st.sampled_from(list(NOTHINGS[line.channel].items())))
                await who.nothing(line, told, act(line))
            case "words":
                await who.type(line, data.draw(st.sampled_from(WORDS)))
            case "text":
                text = data.draw(st.text(max_size=60))
                if opting(text) is None:
                    await who.type(line, text)
            case "choose" if line.options:
                chosen = data.draw(st.sampled_from(line.options))
                pressed = isinstance(line, TelegramLine) and data.draw(st.booleans())
                act = line.press(chosen) if pressed else line.type(chosen)  # type: ignore[attr-defined]
                await who.does(line, chosen, act, answer=chosen)
            case "on" if ahead and not ahead[0].startswith("!"):
                await who.type(line, ahead[0])
            case "on" if ahead == ["!code"]:
                await who.type(line, await code_for(line.number))
            case "on" if isinstance(line, TelegramLine) and line.reply.get("contact"):
                await who.does(line, "!contact", line.do(contact=line.number))
            case _:
                await who.type(line, data.draw(st.sampled_from([*ANSWERS, PIN, PIN])))
