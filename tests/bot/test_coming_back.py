"""Who was cut off before paying goes on within a day, in one screen, on any channel, and pays what they were shown or nothing."""

from datetime import timedelta

import pytest
from chat_helpers import Phone

from core import clock
from models import Payment, Variant

OFFER = "Welcome back.\n1 Go on: pay\n2 Start again\n0 Back 00 Home"
TOTAL = "Total GHS 145.00, delivery GHS 5.00 in it\n1 Pay"


async def at_the_last_look(phone: Phone, way: str = "1") -> str:
    """Two wiper blades in the cart, delivery and address chosen, and how it is paid."""
    await phone.sign_up()
    await phone.dial("*920*44*1*1*wiper*1*1*2#")
    await phone.type("1", "1", "Accra", "Oxford Street 12")
    return await phone.type(way)


async def test_a_dropped_payment_is_gone_on_with_within_a_day_in_one_screen(phone: Phone) -> None:
    shown = await at_the_last_look(phone)
    assert shown.endswith(f"{TOTAL}\n0 Back 00 Home")
    for away in (timedelta(minutes=1), timedelta(hours=23)):
        clock.travel(away)
        assert await phone.dial() == f"CON {OFFER}"
        # Dropped again, it is offered again, and once.
        assert await phone.dial() == f"CON {OFFER}"
        assert await phone.type("1") == shown
    await phone.dial()
    assert (await phone.type("2")).startswith("CON Welcome to Makola Demo")


async def test_back_at_the_offer_goes_on_too_and_home_forgets_it(phone: Phone) -> None:
    shown = await at_the_last_look(phone)
    await phone.dial()
    assert await phone.type("0") == shown
    await phone.dial()
    await phone.type("00")
    assert (await phone.dial()).startswith("CON Welcome to Makola Demo")


async def test_after_a_day_there_is_the_menu(phone: Phone) -> None:
    await at_the_last_look(phone)
    clock.travel(timedelta(hours=25))
    assert (await phone.dial()).startswith("CON Welcome to Makola Demo")


async def test_what_does_not_matter_is_left_for_the_menu_after_a_quarter_of_an_hour(phone: Phone) -> None:
    await phone.dial("*920*44*1*1*wiper#")
    clock.travel(timedelta(minutes=16))
    assert (await phone.dial()).startswith("CON Welcome to Makola Demo")


async def test_a_top_up_is_gone_on_with_too(phone: Phone) -> None:
    await phone.sign_up()
    shown = await phone.dial("*920*44*4*1*50#")
    assert await phone.dial() == f"CON {OFFER}"
    assert await phone.type("1") == shown


async def test_a_dropped_payment_is_gone_on_with_by_text_with_the_same_total(
    phone: Phone, twins: str
) -> None:
    await at_the_last_look(phone)
    clock.travel(timedelta(hours=5))
    assert (await phone.text("1")).startswith("Welcome back.\n1 Go on: pay\n2 Start again")
    assert TOTAL in await phone.text("1")
    assert (await phone.text("1")).startswith("Your PIN, to pay GHS 145.00")


@pytest.mark.parametrize("way", ["1", "2*1"], ids=["card", "mobile money"])
async def test_a_total_that_changed_is_said_and_shown_before_anything_is_charged(
    phone: Phone, way: str
) -> None:
    for one in way.split("*"):
        shown = await (at_the_last_look(phone, one) if one == way[0] else phone.type(one))
    assert TOTAL in shown
    clock.travel(timedelta(hours=20))
    await Variant.all().update(price_minor=300)
    await phone.dial()
    changed = await phone.type("1")
    assert changed.startswith("CON The price has changed. Please look again.\nPay")
    assert "Total GHS 11.00, delivery GHS 5.00 in it\n1 Pay" in changed
    await Variant.all().update(price_minor=100)
    changed = await phone.type("1")
    assert changed.startswith("CON The price has changed. Please look again.\nPay")
    assert "Total GHS 7.00, delivery GHS 5.00 in it\n1 Pay" in changed
    assert await Payment.all().count() == 0
    assert not (await phone.type("1"))[4:].startswith("The price")


async def test_a_total_that_changes_while_the_pin_is_typed_is_shown_again(phone: Phone) -> None:
    await at_the_last_look(phone)
    assert (await phone.type("1")).startswith("CON Your PIN, to pay GHS 145.00")
    await Variant.all().update(price_minor=100)
    changed = await phone.type("1234")
    assert changed.startswith("CON The price has changed. Please look again.\nPay with Shopping card?")
    await phone.type("1")
    await Variant.all().update(price_minor=200)
    await phone.dial()
    assert "The price has changed" in await phone.type("1")
    assert await Payment.all().count() == 0
