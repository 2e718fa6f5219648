"""While every provider takes calls and answers none: each step of a call on USSD is answered, and nobody waits for one.

How long a step takes is not timed here: a call to a provider inside a turn raises at once (`providers/http.py`).
"""

import asyncio

import pytest
from aiohttp import ClientSession
from chat_helpers import AMA, WITHIN_S, Phone, at_work, put_on_card

from core.clock import now
from core.db import transaction
from models import Biller, BillPlan, BillPurchase, Payment, PaymentAttempt
from providers.registry import registry
from services.ledger import TrialBalance, check_book
from workers.jobs import drain

CHIDI = "+2348031234567"
METER = "12345678901"
# Each step's input, and what its screen must say.
CHECKOUT = [
    ("*920*44*1*1*wiper*1*1*2#", "In your cart now: 2 pieces"),
    ("1", "How shall we deliver?"),
    ("4", "Which town"),
    ("Kumasi", "Street and house"),
    ("14 Market Road", "We are asking the carriers"),
    ("1", "We are asking the carriers"),
    ("0", "Street and house"),
    ("0", "Which town"),
    ("0", "How shall we deliver?"),
    ("3", "Where do you pick it up?"),
    ("1", "to pay. How?"),
    ("2", "Which network?"),
    ("1", "Pay from"),
    ("1", "END Approve"),
    ("*920*44*2#", "A payment is under way"),
    ("1", "Not paid yet"),
    ("2", "CON"),
    ("1", "CON"),
    ("*920*44*2*3#", "Nothing is paid twice"),
]
AIRTIME = [
    ("*920*44*4*4*1*5#", "For whom?"),
    ("1", "Airtime for"),
    ("1", "Your PIN"),
    ("1234", "END Airtime for 0241234567 is on its way"),
    ("*920*44*4*4*5*1#", "You have bought nothing yet"),
    ("*920*44*4*4*1*5*1#", "Airtime for"),
    ("1", "Your PIN"),
    ("1234", "END Airtime for 0241234567 is on its way"),
]
TOP_UP = [
    ("*920*44*4*1*50#", "Which network?"),
    ("1", "Pay from"),
    ("1", "END Approve"),
    ("*920*44*4*1*50*1*1#", "Pay from"),
    ("1", "END Approve"),
]
POWER = [
    (f"*347*44*4*4*3*1*{METER}#", f"EKEDC for {METER}"),
    ("1", "how much"),
    ("5000", "It is checked when we buy"),
    ("1", "Your PIN"),
    ("1234", "is on its way"),
]
PLANS = [
    ("*347*44*4*4*2*1#", "We are asking MTNData"),
    ("1", "We are asking MTNData"),
    ("*347*44*4*4*4*1*1234567890#", "We are asking DSTV"),
    ("1", "We are asking DSTV"),
]


@pytest.fixture
async def silence(market, twins):
    """Every twin takes what comes and says nothing, until that is ended."""
    async with ClientSession(twins) as http:
        rule = {"mode": "timeout_before", "fraction": 1.0, "delay_s": 600}
        async with http.post("/control/fail", json=rule) as answer:
            assert answer.status == 201
        yield http


async def test_every_step_is_answered_and_nothing_is_charged_twice(market, silence):
    ama = await a_customer(market, AMA, "*920*44")
    chidi = await a_customer(market, CHIDI, "*347*44")
    await has_listed_meters()
    async with at_work(market):
        for phone, steps in ((ama, CHECKOUT), (ama, AIRTIME), (ama, TOP_UP), (chidi, POWER), (chidi, PLANS)):
            await played(phone, steps)
        # Workers wait for the providers meanwhile, and know of nothing yet.
        await until(lambda: asked_and_unknown(silence))
    assert not await Payment.filter(state="Settled").exists()
    await silence.post("/control/reset")
    await until(lambda: all_is_done(market))
    found = await state_of(silence, "/control/totals", prefix="mk-")
    assert (found["charged_once"], found["charged_more"]) == (3, 0)
    sold = (await state_of(silence, "/control/state"))["bills"]
    assert sold["delivered"] == await BillPurchase.filter(state="Delivered").count() == 3
    assert await check_book() == TrialBalance(0, [], [])


async def test_a_turn_that_would_wait_for_a_provider_fails_at_once(market, twins):
    async with transaction():
        with pytest.raises(RuntimeError, match="inside a transaction"):
            await registry().payments("paystack", "test").verify("mk-1")
        with pytest.raises(RuntimeError, match="inside a transaction"):
            await registry().telegram_bot("test").send(to="7", text="Hello")


async def played(phone: Phone, steps) -> None:
    for typed, words in steps:
        shown = await (phone.dial(typed) if typed.startswith("*") else phone.type(typed))
        assert words in shown, f"after {typed!r}:\n{shown}"


async def a_customer(settings, number: str, code: str) -> Phone:
    phone = Phone(settings, number)
    await phone.dial(f"{code}*5*1#")
    await phone.type("Ama Mensah")
    assert (await phone.type("1234", "1234")).startswith("CON Your PIN is set.")
    await put_on_card(number, 1_000_000)
    return phone


async def has_listed_meters() -> None:
    """Somebody bought power before the providers fell silent."""
    eko = await Biller.get(service="eko-electric")
    await BillPlan.create(biller=eko, code="prepaid", slug="prepaid", name="EKEDC Prepaid")
    await Biller.filter(id=eko.id).update(plans_read_at=now())


async def until(holds) -> None:
    end = asyncio.get_running_loop().time() + WITHIN_S
    while not await holds():
        assert asyncio.get_running_loop().time() < end, f"{holds} never came to pass"
        await asyncio.sleep(0.05)


async def asked_and_unknown(http) -> bool:
    most = (await state_of(http, "/control/state"))["most_in_flight"]
    return {"paystack", "africastalking", "vtpass", "terminal"} <= most.keys()


async def all_is_done(settings) -> bool:
    """Whatever waits for its time has come to it; whether nothing waits any more."""
    for rows in (PaymentAttempt, BillPurchase):
        await rows.filter(next_attempt_at__isnull=False).update(next_attempt_at=now())
    await drain(settings)
    open_ones = PaymentAttempt.filter(state__not="Succeeded"), BillPurchase.filter(state__not="Delivered")
    return not any([await each.exists() for each in open_ones])


async def state_of(http, path: str, **params):
    async with http.get(path, params=params) as answer:
        return await answer.json()
