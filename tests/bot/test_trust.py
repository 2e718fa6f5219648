"""A number that may be somebody else's by now shows no money and spends none until it has proven itself."""

from datetime import timedelta

import pytest
from chat_helpers import AMA, Phone, give_history

from bot.channels.ussd.calls import Call, reply_to
from core import clock
from core.clock import now
from core.ids import new_token
from models import ChannelIdentity, Customer, OtpChallenge, OutboundMessage, Payment
from services.accounts.signup import create_customer
from services.accounts.trust import mark_identity
from services.codes import code_of
from services.tenants import Scope

STILL_YOU = "Is it still you? Type your PIN to go on, or 1 if you forgot it."
MONEY = ("*920*44*4#", "*920*44*4*2#", "*920*44*4*1*50#", "*920*44*3*1#", "*920*44*5*5*1#")


async def known(phone: Phone, demo: Scope) -> Customer:
    """Ama, who has money on her card, and has just called."""
    await phone.sign_up()
    customer = await Customer.get()
    await give_history(demo, customer.id)
    return customer


async def test_a_number_that_was_silent_for_long_proves_itself_by_its_pin(phone: Phone, demo: Scope) -> None:
    await known(phone, demo)
    clock.travel(timedelta(days=179))
    assert "Balance GHS 50.00" in await phone.dial("*920*44*4#")
    clock.travel(timedelta(days=181))
    for dialled in MONEY:
        shown = await phone.dial(dialled)
        assert STILL_YOU in shown and "50.00" not in shown, dialled
    assert STILL_YOU in await phone.type("9999")
    assert (await phone.type("1234")).startswith("CON Thank you.\nAma Mensah")
    assert "Balance GHS 50.00" in await phone.dial("*920*44*4#")


async def test_it_is_the_number_that_was_silent_and_not_one_of_its_channels(
    phone: Phone, demo: Scope, twins: str
) -> None:
    await known(phone, demo)
    clock.travel(timedelta(days=170))
    await phone.text("menu")
    clock.travel(timedelta(days=20))
    assert "Balance GHS 50.00" in await phone.text("bal")
    clock.travel(timedelta(days=181))
    assert STILL_YOU in await phone.text("bal")
    # A text sees no more than a call, and proving it once is enough for both.
    assert STILL_YOU in await phone.dial("*920*44*4#")
    assert (await phone.type("1234")).startswith("CON Thank you.\nCard")
    assert "Balance GHS 50.00" in await phone.text("bal")


async def test_an_account_that_never_called_is_as_silent_as_it_was_in_the_app(
    phone: Phone, demo: Scope
) -> None:
    customer = await create_customer(demo, phone=AMA, full_name="Ama Mensah")
    clock.travel(timedelta(days=200))
    assert "Type 1 and we send a code" in await phone.dial("*920*44*4#")
    # No PIN can be set by whoever has the number now, and no code goes to it.
    await phone.dial("*920*44*5*2#")
    assert "Type 1 and we send a code" in await phone.type("4321", "4321")
    assert (await Customer.get()).pin_hash is None
    await phone.dial("*920*44*4#")
    assert "Please talk to a person" in await phone.type("1")
    assert not await OtpChallenge.exists()
    await Customer.filter(id=customer.id).update(last_login_at=now())
    await ChannelIdentity.all().delete()
    assert "Balance GHS 0.00" in await Phone(phone.settings).dial("*920*44*4#")


@pytest.mark.parametrize("second", ["62002", "62001", "99999", ""])
async def test_a_call_from_another_network_is_a_number_that_was_ported_or_swapped(
    phone: Phone, demo: Scope, second: str
) -> None:
    await known(phone, demo)
    shown = {}
    for network in ("62001", second):
        call = Call("africastalking", new_token(), AMA, "*920*44#", "4", whole=True, network_code=network)
        shown[network] = await reply_to(call, phone.settings)
    assert ("Balance GHS 50.00" in shown[second]) == (second != "62002")


async def test_a_flag_holds_on_every_channel_of_the_number_until_it_is_proven(
    phone: Phone, demo: Scope, twins: str
) -> None:
    await known(phone, demo)
    identity = await ChannelIdentity.get()
    assert await mark_identity(demo, identity.id, "flagged")
    assert STILL_YOU in await phone.text("bal")
    assert STILL_YOU in await phone.dial("*920*44*5*5*3*1#"), "no code to link another channel with"
    assert await mark_identity(demo, identity.id, None)
    assert "Balance GHS 50.00" in await phone.text("bal")


async def test_nothing_is_spent_by_whoever_has_the_number_now(phone: Phone, demo: Scope) -> None:
    await known(phone, demo)
    await phone.dial("*920*44*1*1*wiper*1*1*1#")
    await mark_identity(demo, (await ChannelIdentity.get()).id, "flagged")
    await phone.dial("*920*44*2*1#")
    await phone.type("1", "Accra", "12 Ring Road")
    assert STILL_YOU in await phone.type("2", "1", "1")
    assert STILL_YOU in await phone.type("0000")
    assert not await Payment.exists()
    # Who is still the same goes on where they were.
    assert (await phone.type("1234")).startswith("END Thank you.\nApprove GHS 75.00")


async def test_the_pin_of_a_payment_proves_it_too(phone: Phone, demo: Scope) -> None:
    await known(phone, demo)
    await phone.dial("*920*44*1*1*wiper*3*1*1*1#")
    await mark_identity(demo, (await ChannelIdentity.get()).id, "flagged")
    await phone.dial("*920*44*2*1#")
    await phone.type("1", "Accra", "12 Ring Road", "1", "1")
    assert "That PIN is not right." in await phone.type("0000")
    assert (await phone.type("1234")).startswith("END Paid GHS 43.00.")
    assert "Balance GHS 7.00" in await phone.dial("*920*44*4#")


async def test_a_locked_pin_is_opened_by_e_mail_and_never_by_a_code_to_that_number(
    phone: Phone, demo: Scope
) -> None:
    customer = await known(phone, demo)
    await mark_identity(demo, (await ChannelIdentity.get()).id, "flagged")
    await phone.dial("*920*44*4#")
    await phone.type(*["0000"] * 5)
    assert "Your PIN is locked" in await phone.type("1234")
    assert "Please talk to a person" in await phone.type("1")
    assert not await OutboundMessage.exists(channel="sms", template="pin_code")
    await Customer.filter(id=customer.id).update(email="ama@makola.test", email_verified_at=now())
    assert "Type the code that we sent by e-mail." in await phone.type("1")
    sent = await OtpChallenge.get(contact="ama@makola.test")
    shown = await phone.type(code_of(str(sent.uid)), "2468", "2468")
    assert shown.startswith("CON Your new PIN is set.\nCard")
    assert "Balance GHS 50.00" in shown


async def test_it_is_opened_by_a_chat_on_telegram_that_was_linked_before(phone: Phone, demo: Scope) -> None:
    customer = await known(phone, demo)
    mine = {"platform_id": demo.platform_id, "environment": "test", "created_at": now()}
    await ChannelIdentity.create(channel="telegram", external_id="77", customer_id=customer.id, **mine)
    await mark_identity(demo, (await ChannelIdentity.get(channel="ussd")).id, "flagged")
    await phone.dial("*920*44*4#")
    assert "Type the code that we sent on Telegram." in await phone.type("1")
    message = await OutboundMessage.get(template="pin_code")
    assert (message.channel, message.to) == ("telegram", "77")
