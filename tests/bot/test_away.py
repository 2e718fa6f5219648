"""What a chat says while a biller or the carriers don't answer: nobody waits in a turn, and nothing is lost."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from chat_helpers import Phone, put_on_card

from core import clock
from core.settings import Settings
from models import Biller, BillInquiry, DeliveryQuote
from services.bills import network_of
from workers.jobs import drain

CHIDI = "+2348031234567"


@pytest.fixture
async def chidi(market: Settings, twins: str) -> Phone:
    """A customer of Kasuwa with money on the card, and a list of what EKEDC sells."""
    phone = Phone(market, CHIDI)
    await phone.dial("*347*44*5*1#")
    await phone.type("Chidi")
    await phone.type("1234", "1234")
    await put_on_card(CHIDI, 5_000_000)
    await phone.dial("*347*44*4*4*3*1*12345678901#")
    await drain(market)
    return phone


async def away(settings: Settings, provider: str, call: str, mode: str, **more: Any) -> None:
    """Let a provider's twin misbehave."""
    body = {"provider": provider, "call": call, "mode": mode, "delay_s": 0, **more}
    url = f"{settings.twins_base_url}/control/fail"
    async with aiohttp.ClientSession() as http, http.post(url, json=body) as answer:
        assert answer.ok


async def test_a_meter_that_nobody_vouches_for_is_checked_when_it_is_bought_for(
    chidi: Phone, market: Settings
) -> None:
    await away(market, "vtpass", "verify", "error_500_before", times=100)
    shown = await chidi.dial("*347*44*4*4*3*1*98765432109*1*5000#")
    assert "It is checked when we buy." in shown
    await drain(market)
    assert await BillInquiry.filter(number="98765432109", state="Stored").exists()
    assert (await chidi.type("1", "1234")).startswith("END EKEDC Prepaid for 98765432109 is on its way")
    assert any("Token" in text for text in await chidi.messages())
    clock.travel(timedelta(hours=1))
    await drain(market)
    assert (await BillInquiry.get(number="98765432109")).state == "GivenUp"


async def test_one_meter_is_asked_for_once_however_often_it_is_typed(chidi: Phone) -> None:
    for _ in range(3):
        await chidi.dial("*347*44*4*4*3*1*12345678901*1*5000#")
    assert await BillInquiry.filter(number="12345678901").count() == 1


async def test_an_old_list_is_shown_while_a_new_one_is_asked_for(chidi: Phone, market: Settings) -> None:
    clock.travel(timedelta(days=2))
    assert "1 EKEDC Prepaid" in await chidi.dial("*347*44*4*4*3*1*12345678901#")
    asked = await BillInquiry.filter(number="").order_by("-id").first()
    assert asked is not None and asked.state == "Stored"
    await drain(market)
    await asked.refresh_from_db()
    assert asked.state == "Listed"


@pytest.mark.parametrize(
    ("number", "network"), [("+233241234567", "mtn"), ("+233501234567", "telecel"), ("+233990000000", None)]
)
async def test_a_network_is_guessed_where_the_number_tells(
    market: Settings, number: str, network: str | None
) -> None:
    found = network_of(number, await Biller.filter(kind="airtime", provider="africastalking"))
    assert (found.slug if found else None) == network


async def _at_carriers(phone: Phone) -> str:
    await phone.sign_up()
    await phone.dial("*920*44*1*1*wiper*1*1*2*1*4#")
    return await phone.type("Accra", "12 Ring Road")


async def test_carriers_that_go_nowhere_are_told_of_and_another_way_is_chosen(
    phone: Phone, market: Settings, twins: str
) -> None:
    await away(market, "terminal", "quotes", "decline")
    assert "We are asking the carriers" in await _at_carriers(phone)
    assert any("no carrier brings your cart there" in text for text in await phone.messages())
    assert "No carrier brings it there." in await phone.type("1")


async def test_slow_carriers_hold_up_nobody_and_their_old_prices_are_no_prices(
    phone: Phone, market: Settings, twins: str
) -> None:
    await away(market, "terminal", "quotes", "error_500_before", times=1)
    assert "We are asking the carriers" in await _at_carriers(phone)
    assert "We are asking the carriers" in await phone.type("1")
    assert sum("delivery of your cart costs" in text for text in await phone.messages()) == 1
    assert "Which carrier?" in await phone.type("1")
    clock.travel(timedelta(minutes=31))
    assert "Those prices are too old" in await phone.type("1")
    assert await DeliveryQuote.filter(tell_on="ussd").count() == 1
