"""Telegram, against its stand-in over real HTTP: turns that are neither lost nor doubled, and screens that are edited."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from chat_helpers import AMA, CHAT, Person, Phone

from bot.channels.inbound import work_inbound
from bot.channels.telegram import inbound
from bot.channels.telegram.polling import poll
from bot.channels.telegram.sending import bot_of, show_commands
from bot.channels.telegram.updates import COMMANDS
from core import clock
from core.settings import Settings
from models import ChannelIdentity, Conversation, Customer, InboundMessage, OrderLine, Product
from services.accounts.contact import chat_of
from services.accounts.signup import create_customer
from services.tenants import Scope
from workers.jobs import drain

SECRET = {"X-Telegram-Bot-Api-Secret-Token": "demo-secret"}


@pytest_asyncio.fixture
async def person(market: Settings, doors: str) -> AsyncIterator[Person]:
    async with aiohttp.ClientSession() as http:
        yield Person(market, http, doors)


def update(update_id: int, text: str = "/start") -> dict[str, Any]:
    message = {
        "message_id": update_id,
        "date": 1,
        "from": {"id": CHAT, "is_bot": False, "first_name": "Ama"},
        "chat": {"id": CHAT, "type": "private"},
        "text": text,
    }
    return {"update_id": update_id, "message": message}


async def test_start_shows_the_menu_with_buttons(person: Person) -> None:
    shown = await person.do(text="/start")
    assert shown["text"] == "Welcome to Makola Demo"
    assert shown["buttons"] == [["Shop"], ["Cart"], ["My orders"], ["My card"], ["My account"]]


async def test_a_button_edits_its_message(person: Person) -> None:
    menu = await person.do(text="/start")
    shown = await person.do(press="Shop")
    assert (shown["message_id"], shown["edited"]) == (menu["message_id"], True)
    assert shown["buttons"] == [["Search by name"], ["Browse shelves"], ["Back", "Home"]]


async def test_what_is_typed_gets_a_new_message(person: Person) -> None:
    await person.do(text="/start")
    await person.do(press="Shop")
    asked = await person.do(press="Search by name")
    found = await person.do(text="corolla brake pads")
    assert found["message_id"] > asked["message_id"]
    assert found["text"] == "corolla brake pads: 3 found"
    assert found["buttons"][0] == ["Toyota Corolla Front Ceramic Brake Pads 410.00"]


async def test_a_double_tap_acts_once_and_an_earlier_button_explains_itself(person: Person) -> None:
    menu = await person.do(text="/start")
    await person.act(press="Shop")
    await person.act(press="Shop")
    await drain(person.settings)
    assert (await person.newest())["text"] == "What do you look for?"
    assert (await person.chat())["toast"] == "That button was of an earlier screen."
    again = await person.do(text="/menu")
    assert again["message_id"] != menu["message_id"]
    await person.do(press="Browse shelves", message_id=menu["message_id"])
    assert (await person.newest())["text"] == "Welcome to Makola Demo"


async def test_a_shared_number_opens_the_account_that_has_it(person: Person, demo: Scope) -> None:
    customer = await create_customer(demo, phone=AMA, full_name="Ama Mensah")
    await person.do(text="/start")
    asked = await person.do(press="My card")
    assert asked["text"] == "Please share your phone number with the button below."
    assert (await person.chat())["keyboard"] == [["Share my number"]]
    shown = await person.do(contact=AMA.removeprefix("+"))
    assert shown["text"].startswith("Welcome, Ama Mensah.\nCard MK")
    assert (await ChannelIdentity.get(channel="telegram")).customer_id == customer.id


async def test_somebody_elses_number_and_a_typed_one_prove_nothing(person: Person, demo: Scope) -> None:
    await create_customer(demo, phone=AMA, full_name="Ama Mensah")
    await person.do(text="/start")
    await person.do(press="My card")
    for action in ({"contact": AMA, "contact_user_id": 12345}, {"text": AMA}):
        shown = await person.do(**action)
        assert shown["text"].startswith("Please use the button")
    assert (await ChannelIdentity.get(channel="telegram")).customer_id is None


async def test_signing_up_by_telegram_and_going_on_where_one_was(person: Person) -> None:
    await person.do(text="/start")
    for label in ("Shop", "Search by name"):
        await person.do(press=label)
    await person.do(text="wiper")
    await person.do(text="1")
    await person.do(press="Add to cart")
    await person.do(text="2")
    assert (await person.do(contact=AMA))["text"].startswith("Let us open your account")
    await person.do(text="Ama Mensah")
    await person.do(text="4321")
    shown = await person.do(text="4321")
    assert shown["text"] == "Your PIN is set.\nIn your cart now: 2 pieces, GHS 140.00"
    assert [line.quantity for line in await OrderLine.all()] == [2]


async def test_a_typed_pin_stays_neither_in_the_chat_nor_in_the_database(person: Person, demo: Scope) -> None:
    await create_customer(demo, phone=AMA, full_name="Ama Mensah")
    await person.do(text="/start")
    await person.do(press="My card")
    await person.do(contact=AMA)
    await person.do(text="/menu")
    await person.do(press="My account")
    await person.do(press="My PIN")
    await person.do(text="7391")
    written = [message["text"] for message in (await person.chat())["messages"]]
    assert "7391" not in written
    kept = [str((row.body, row.reply)) for row in await InboundMessage.all()]
    kept += [str(row.session) for row in await Conversation.all()]
    assert not any("7391" in row for row in kept)


async def test_a_cart_is_gone_on_with_on_the_telephone(person: Person, phone: Phone) -> None:
    await phone.sign_up()
    await phone.dial("*920*44*1*1*wiper*1*1*2#")
    await person.do(text="/start")
    await person.do(press="Cart")
    shown = await person.do(contact=AMA)
    assert shown["text"].endswith("Cart: 2 pieces, GHS 140.00")
    await person.do(press="Change items")
    # One conversation: the call finds the screen that Telegram was left at.
    assert "Which item?" in await phone.dial()


async def test_without_the_secret_nothing_is_taken(person: Person) -> None:
    for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "wrong"}):
        assert await person.post(update(1), headers) == 401
    assert await InboundMessage.all().count() == 0


@pytest.mark.parametrize(
    "body",
    [
        [],
        "text",
        {"update_id": 1},
        {"update_id": "1", "message": update(1)["message"]},
        {"update_id": 1, "edited_message": update(1)["message"]},
        {"update_id": 1, "message": {**update(1)["message"], "chat": {"id": -5, "type": "group"}}},
        {"update_id": 1, "message": {**update(1)["message"], "from": {"id": 2**70}}},
    ],
)
async def test_what_is_no_message_to_us_is_acknowledged_and_dropped(person: Person, body: Any) -> None:
    assert await person.post(body, SECRET) == 200
    assert await InboundMessage.all().count() == 0


@pytest.mark.parametrize("content", [{"sticker": {}}, {"text": "\0"}, {"text": "/"}, {"contact": {"phone_number": "x"}},
                                     {"text": "x" * 5000}, {"contact": {"phone_number": "1", "user_id": CHAT}}])  # fmt: skip
async def test_whatever_a_person_sends_is_answered(person: Person, content: dict[str, Any]) -> None:
    sent = update(5)
    del sent["message"]["text"]
    sent["message"] |= content
    assert await person.post(sent, SECRET) == 200
    await drain(person.settings)
    assert (await person.newest())["text"]


async def test_an_update_delivered_twice_is_played_once(person: Person) -> None:
    for _ in range(3):
        assert await person.post(update(9), SECRET) == 200
    await drain(person.settings)
    assert len((await person.chat())["messages"]) == 1


async def test_a_worker_killed_before_sending_loses_nothing_and_plays_nothing_twice(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(*_: Any) -> Any:
        raise asyncio.CancelledError

    await person.do(text="/start")
    await person.act(press="Shop")
    monkeypatch.setattr(inbound, "send_reply", killed)
    row = (await InboundMessage.claim())[0]
    with pytest.raises(asyncio.CancelledError):
        await work_inbound(row, person.settings)
    turns = await InboundMessage.filter(gateway="turns").count()
    monkeypatch.undo()
    clock.travel(timedelta(seconds=10))
    await drain(person.settings)
    assert (await person.newest())["text"] == "What do you look for?"
    assert await InboundMessage.filter(gateway="turns").count() == turns


async def test_who_blocked_the_bot_is_left_in_peace_and_told_by_sms_until_they_write_again(
    person: Person, demo: Scope
) -> None:
    customer = await create_customer(demo, phone=AMA, full_name="Ama Mensah")
    await person.do(text="/start")
    await person.do(press="My card")
    await person.do(contact=AMA)
    assert await chat_of(customer.id) == str(CHAT)
    await person.act(turn="block")
    await person.post(update(99), SECRET)
    await drain(person.settings)
    assert await InboundMessage.filter(next_attempt_at__isnull=False).count() == 0
    assert (await ChannelIdentity.get(channel="telegram")).blocked_at is not None
    assert await chat_of(customer.id) is None
    await person.act(turn="unblock")
    await person.do(text="/start")
    assert await chat_of(customer.id) == str(CHAT)


async def test_a_product_is_shown_with_its_picture_and_words_take_its_place(person: Person) -> None:
    await person.do(text="/start")
    found = await person.do(text="/search corolla brake pads")
    assert found["text"] == "corolla brake pads: 3 found"
    shown = await person.do(press="Toyota Corolla Front Ceramic Brake Pads 410.00")
    assert (shown["message_id"], shown["has_photo"]) == (found["message_id"], True)
    assert shown["text"].startswith("Toyota Corolla Front Ceramic Brake Pads\nGHS 410.00")
    asked = await person.do(press="Add to cart")
    assert not asked["has_photo"] and asked["text"].endswith("How many?")
    # The picture went with its buttons.
    assert shown["message_id"] not in [m["message_id"] for m in (await person.chat())["messages"]]
    again = await person.do(press="Back")
    assert again["has_photo"] and again["message_id"] == asked["message_id"]


async def test_where_telegram_takes_no_picture_the_words_are_shown(person: Person) -> None:
    await person.do(text="/start")
    for call in ("editMessageMedia", "sendPhoto"):
        await person.fail(provider="telegram", call=call, mode="decline", code=400, times=1)
    shown = await person.do(text="/start p1")
    assert not shown["has_photo"] and shown["buttons"][0] in (["Add to cart"], ["Choose and add"])
    await person.do(text="/search corolla brake pads")
    shown = await person.do(press="Toyota Corolla Front Ceramic Brake Pads 410.00")
    assert not shown["has_photo"] and "GHS 410.00" in shown["text"]


async def test_a_link_leads_to_its_product_from_wherever_one_stands(person: Person) -> None:
    product = await Product.get(name="Toyota Corolla Front Ceramic Brake Pads")
    for _ in range(2):
        shown = await person.do(text=f"/start p{product.id}")
        assert shown["has_photo"] and shown["text"].startswith(product.name)
        await person.do(text="/menu")
        await person.do(press="My account")
        await person.do(press="Sign up")
    assert (await person.do(text="/start p999999999"))["text"].startswith("That is not here any more.")
    assert (await person.do(text="/start nonsense"))["text"] == "Welcome to Makola Demo"


async def test_commands_are_heard_on_every_screen_and_listed(person: Person) -> None:
    await show_commands(bot_of("test"))
    listed = [command.command for command in await bot_of("test").get_my_commands()]
    assert listed == list(COMMANDS)
    await person.do(text="/search")
    for command in listed:
        shown = await person.do(text=f"/{command}@makola_1_bot")
        assert shown["text"] and "only read words" not in shown["text"], command
        await person.do(text="/menu")
        assert (await person.do(text="/search"))["text"].startswith("Type what you look for")
    assert (await person.do(text="/nonsense"))["text"].startswith("We can only read words and numbers")


async def test_what_holds_no_words_gets_one_screen_and_the_journey_stands(person: Person) -> None:
    await person.do(text="/start")
    await person.do(press="My account")
    await person.do(contact=AMA)  # not asked for
    assert (await person.newest())["text"].startswith("We can only read words and numbers here.\n")
    asked = await person.do(press="Sign up")
    await person.do(contact=AMA)
    for action in (*({"attach": kind} for kind in ("photo", "voice", "document", "sticker", "location")),
                   {"contact": "+233209999999", "contact_user_id": 12345}):  # fmt: skip
        shown = await person.do(**action)
        assert shown["text"] == (
            "We can only read words and numbers here.\nLet us open your account. What is your full name?"
        )
    assert asked["text"].startswith("Please share")
    assert (await person.do(text="Ama Mensah"))["text"].startswith("Choose a PIN of 4 digits")


async def test_a_screen_that_was_shown_elsewhere_is_answered_by_nothing_here(
    person: Person, phone: Phone, demo: Scope
) -> None:
    await create_customer(demo, phone=AMA, full_name="Ama Mensah")
    await person.do(text="/start")
    await person.do(press="My card")
    await person.do(contact=AMA)
    menu = await person.do(text="/menu")
    await phone.dial("*920*44*1#")
    # Neither an old button nor a number answers what only the telephone showed.
    shown = await person.do(press="My account", message_id=menu["message_id"])
    assert shown["text"] == "Welcome back.\nWhat do you look for?"
    await person.do(press="Browse shelves")
    assert (await phone.type("1")).startswith("CON Welcome back.\nShelves")
    assert (await phone.type("1")).startswith("CON Brakes")
    # A PIN that comes too late for the screen that asked is kept nowhere either.
    await person.do(text="7391")
    await person.do(text="/menu")
    await phone.type("7391")
    kept = [str((row.body, row.reply)) for row in await InboundMessage.all()]
    assert not any("7391" in row for row in kept)


async def test_telegrams_waiting_time_is_kept(person: Person) -> None:
    await person.fail(provider="telegram", call="sendMessage", mode="decline", code=429, delay_s=30, times=1)
    await person.act(text="/start")
    await drain(person.settings)
    assert await person.newest() == {}
    row = await InboundMessage.get(gateway="updates")
    assert row.next_attempt_at is not None
    assert timedelta(seconds=25) < row.next_attempt_at - clock.now() <= timedelta(seconds=31)
    clock.travel(timedelta(seconds=31))
    await drain(person.settings)
    assert (await person.newest())["text"] == "Welcome to Makola Demo"


async def test_two_messages_at_once_are_played_in_order(person: Person) -> None:
    await person.do(text="/start")
    for text in ("1", "1", "corolla brake pads"):
        await person.act(text=text)
    await drain(person.settings)
    assert (await person.newest())["text"] == "corolla brake pads: 3 found"


async def test_polling_stores_updates_and_confirms_them_after(market: Settings, twins: str) -> None:
    task = asyncio.create_task(poll(market))
    async with aiohttp.ClientSession() as http:
        person = Person(market, http, "")
        try:
            end = asyncio.get_running_loop().time() + 60
            await person.act(text="/start")
            while not await InboundMessage.filter(gateway="updates").exists():
                assert asyncio.get_running_loop().time() < end
                await asyncio.sleep(0.05)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await drain(market)
        assert (await person.newest())["text"] == "Welcome to Makola Demo"


async def test_a_code_on_the_telephone_joins_telegram_to_the_same_account(
    person: Person, phone: Phone
) -> None:
    await phone.sign_up()
    await phone.dial("*920*44*1*1*wiper*1*1*2#")
    shown = await phone.dial("*920*44*5*5*3*1#")
    code = next(word for word in shown.replace(",", " ").split() if len(word) == 8 and word.isdigit())
    await person.do(text="/start")
    for label in ("My account", "More", "Link Telegram or a phone", "I have a code"):
        await person.do(press=label)
    assert (await person.do(text="12345678"))["text"].startswith("That code is not right.")
    assert (await person.do(text=code))["text"].startswith("Your account is here too now.")
    assert (await person.do(press="Cart"))["text"] == "Cart: 2 pieces, GHS 140.00"
    assert {each.customer_id for each in await ChannelIdentity.all()} == {(await Customer.get()).id}
    assert len({each.conversation_id for each in await ChannelIdentity.all()}) == 1
    kept = [str((row.body, row.reply)) for row in await InboundMessage.all()]
    kept += [str(row.session) for row in await Conversation.all()]
    kept += [message["text"] for message in (await person.chat())["messages"]]
    assert not any(code in each for each in kept)
    # It is good once.
    other = Phone(person.settings, "+233551234987")
    await other.dial("*920*44*5*5*3*2#")
    assert (await other.type(code)).startswith("CON That code is not right.")


async def test_a_code_that_telegram_shows_is_kept_nowhere(person: Person, demo: Scope) -> None:
    await create_customer(demo, phone=AMA, full_name="Ama Mensah")
    await person.do(text="/start")
    await person.do(press="My card")
    await person.do(contact=AMA)
    await person.do(text="/menu")
    for label in ("My account", "More", "Link Telegram or a phone"):
        await person.do(press=label)
    shown = await person.do(press="Show me a code")
    code = next(word for word in shown["text"].replace(",", " ").split() if len(word) == 8 and word.isdigit())
    kept = [str((row.body, row.reply)) for row in await InboundMessage.all()]
    assert not any(code in each for each in kept)


async def test_a_shared_number_that_may_have_changed_hands_opens_nothing_without_the_pin(
    person: Person, phone: Phone
) -> None:
    await phone.sign_up()
    clock.travel(timedelta(days=181))
    await person.do(text="/start")
    await person.do(press="My card")
    assert (await person.do(contact=AMA))["text"].startswith("This number has an account. Type its PIN")
    assert (await ChannelIdentity.get(channel="telegram")).customer_id is None
    assert (await person.do(text="1"))["text"].startswith("There is nowhere to send a code to.")
    assert (await person.do(text="1234"))["text"].startswith("Welcome back. Your account is here too now.")
