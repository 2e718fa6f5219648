"""A customer writes, a person of staff answers into the same thread, and it goes on wherever the customer writes next."""

from typing import Any

from core.clock import now
from models import ChannelIdentity, InboundMessage, OutboundMessage, SupportMessage, SupportThread
from services.conversations.opening import open_turn
from services.support.threads import tell_staff
from services.tenants import scope_by_code
from tests.admin.conftest import DeskHands
from tests.conftest import World
from tests.stories.hands import Call, Chat, Texts
from tests.stories.test_one_cart import sign_up

AMA = "+233241234567"
ONE = """query($id: ID!) { conversation(id: $id) { id about state channel address customer { fullName phoneNumber }
  channels { id channel doubt } messages { fromStaff author channel text } cart { totalQuantity totalWithTax }
  lastError { screen message } } }"""
LIST = "{ conversations(options: {state: Waiting}) { totalItems items { id about } } }"
REPLY = "mutation($id: ID!, $t: String!) { replyToConversation(id: $id, text: $t) { state } }"
CLOSE = "mutation($id: ID!) { closeConversation(id: $id) { state } }"
FLAG = "mutation($id: ID!, $f: Boolean!) { flagChannel(id: $id, flagged: $f) { success } }"


async def the_one(desk: DeskHands) -> dict[str, Any]:
    found = (await desk.ask("{ conversations { items { id } } }"))["conversations"]["items"]
    assert len(found) == 1
    shown: dict[str, Any] = (await desk.ask(ONE, id=found[0]["id"]))["conversation"]
    return shown


def said(conversation: dict[str, Any]) -> list[tuple[bool, str, str]]:
    return [(each["fromStaff"], each["channel"], each["text"]) for each in conversation["messages"]]


async def test_a_complaint_by_call_is_answered_by_text_and_goes_on_there(
    world: World, desk: DeskHands
) -> None:
    call, texts = Call(world, AMA), Texts(world, AMA)
    await sign_up(world, call)
    await call.dial("1", "1", "wiper", "1", "1", "2")
    await call.dial("3", "2")
    assert "You have no order MK1." in await call.type("MK1")
    shown = await call.dial("5", "5", "4")
    assert shown.startswith("CON What is it about?\n1 An order\n2 A payment")
    assert "Never write your PIN." in await call.type("3")
    shown = await call.type("It never came. My PIN is 1234, order MK123456789, I paid 2500")
    assert shown.startswith("CON A person will answer you by SMS; 00 goes back to the menu.")

    assert not [
        row for row in await InboundMessage.all() if "1234 " in str(row.body) or "1234," in str(row.body)
    ]

    await desk.log_in()
    assert (await desk.ask(LIST))["conversations"]["totalItems"] == 1
    one = await the_one(desk)
    assert one["customer"] == {"fullName": "Ama Mensah", "phoneNumber": AMA}
    assert (one["about"], one["state"], one["channel"], one["address"]) == (
        "delivery",
        "Waiting",
        "ussd",
        AMA,
    )
    assert said(one) == [(False, "ussd", "It never came. My PIN is ***, order MK123456789, I paid 2500")]
    assert one["cart"] == {"totalQuantity": 2, "totalWithTax": 14000}
    assert one["lastError"] == {"screen": "orders.code", "message": "You have no order MK1."}

    told = await desk.ask(REPLY, id=one["id"], t="Sorry! Is it 12 Ring Road?")
    assert told["replyToConversation"] == {"state": "Answered"}
    await world.drain()
    assert (await world.outbox(AMA))[0]["text"] == "Makola Demo: Sorry! Is it 12 Ring Road?"
    # The call still stands where it stood; the text goes to who wrote.
    shown = await texts.text("yes it is")
    assert shown.startswith("A person will answer you here; 00 goes back to the menu.")
    shown = await texts.text("the blue gate")
    assert shown.startswith("A person will answer you here")
    assert said(await the_one(desk))[1:] == [
        (True, "sms", "Sorry! Is it 12 Ring Road?"),
        (False, "sms", "yes it is"),
        (False, "sms", "the blue gate"),
    ]
    assert (await texts.text("00")).startswith("Welcome to Makola Demo")
    # Whoever calls again reads the answer there, too.
    assert "The shop: Sorry! Is it 12 Ring Road?" in await call.dial("5", "5", "4")


async def test_an_answer_is_no_answer_to_a_question_for_a_pin(world: World, desk: DeskHands) -> None:
    texts = Texts(world, AMA)
    await sign_up(world, Call(world, AMA))
    for text in ("agent", "4", "hello"):
        await texts.text(text)
    for text in ("00", "5", "2", "1"):
        shown = await texts.text(text)
    assert shown.startswith("Type your old PIN")
    await desk.log_in()
    await desk.ask(REPLY, id=(await the_one(desk))["id"], t="Yes?")
    await world.drain()
    assert (await texts.text("1234")).startswith("Type a new PIN of 4 digits")
    assert said(await the_one(desk)) == [(False, "sms", "hello"), (True, "sms", "Yes?")]


async def test_a_guest_on_telegram_is_answered_in_the_chat(world: World, desk: DeskHands) -> None:
    chat = Chat(world, 77)
    for action in (
        {"text": "/start"},
        {"text": "human"},
        {"press": "A payment"},
        {"text": "It was taken twice"},
    ):
        shown = await chat.do(**action)
    assert shown.startswith("A person will answer you here; 00 goes back to the menu.")
    await chat.do(press="Home")
    await chat.do(press="Shop")
    await desk.log_in()
    one = await the_one(desk)
    assert (one["customer"], one["cart"], one["lastError"]) == (None, None, None)
    await desk.ask(REPLY, id=one["id"], t="Which number?")
    await world.drain()
    assert await chat.newest() == "Makola Demo: Which number?"
    # A button belongs to its screen; what is written is for who asked.
    await chat.do(press="Search by name")
    assert await SupportMessage.all().count() == 2
    assert (await chat.do(text="0244 123 123")).startswith("A person will answer you here")
    assert said(await the_one(desk))[-1] == (False, "telegram", "0244 123 123")


async def test_a_guest_who_called_is_the_one_who_texts_back(world: World, desk: DeskHands) -> None:
    call, texts = Call(world, AMA), Texts(world, AMA)
    await call.dial("5", "5", "4", "4", "Do you have tyres?")
    await desk.log_in()
    one = await the_one(desk)
    await desk.ask(REPLY, id=one["id"], t="We do.")
    await world.drain()
    await texts.text("How much?")
    assert said(await the_one(desk))[-1] == (False, "sms", "How much?")
    # Who becomes a customer stays in the same thread.
    await sign_up(world, call)
    assert (await the_one(desk))["customer"] == {"fullName": "Ama Mensah", "phoneNumber": AMA}


async def test_a_closed_conversation_takes_no_answer_and_the_next_word_begins_another(
    world: World, desk: DeskHands
) -> None:
    call = Call(world, AMA)
    await call.dial("5", "5", "4", "1", "Hello")
    await desk.log_in()
    first = await the_one(desk)
    for _ in range(2):
        assert (await desk.ask(CLOSE, id=first["id"]))["closeConversation"] == {"state": "Closed"}
    assert await desk.refused(REPLY, id=first["id"], t="x") == "ILLEGAL_TRANSITION"
    assert await desk.refused(REPLY, id=first["id"], t=" ") == "INVALID_INPUT"
    assert (await call.dial("5", "5", "4")).startswith("CON What is it about?")
    await call.type("2", "Again")
    assert await SupportThread.all().count() == 2
    assert [each["about"] for each in (await desk.ask(LIST))["conversations"]["items"]] == ["payment"]


async def test_another_shops_conversations_are_as_unknown_as_none(world: World, desk: DeskHands) -> None:
    kasuwa = await scope_by_code("kasuwa", "test")
    async with open_turn(
        kasuwa, channel="ussd", gateway="x", external_id="1", sender="+2348031234567"
    ) as turn:
        await tell_staff(
            kasuwa, turn.conversation_id, about="other", channel="ussd", address=turn.sender, text="Hello"
        )
    theirs, identity = str((await SupportThread.get()).id), str((await ChannelIdentity.get()).id)
    await desk.log_in()
    assert (await desk.ask("{ conversations { totalItems } }"))["conversations"] == {"totalItems": 0}
    for id in (theirs, "999", "x", "-1"):
        assert await desk.ask(ONE, id=id) == {"conversation": None}
        assert await desk.refused(REPLY, id=id, t="Hi") == "NOT_FOUND"
        assert await desk.refused(CLOSE, id=id) == "NOT_FOUND"
    assert await desk.refused(FLAG, id=identity, f=True) == "NOT_FOUND"
    assert await SupportMessage.all().count() == 1 and not await OutboundMessage.exists()


async def test_staff_flag_a_number_and_take_it_as_proven(world: World, desk: DeskHands) -> None:
    call = Call(world, AMA)
    await sign_up(world, call)
    await call.dial("5", "5", "4", "4", "My phone was stolen")
    await desk.log_in()
    channel = (await the_one(desk))["channels"][0]
    await desk.ask(FLAG, id=channel["id"], f=True)
    assert (await the_one(desk))["channels"][0]["doubt"] == "flagged"
    assert "Is it still you?" in await call.dial("4")
    await desk.ask(FLAG, id=channel["id"], f=False)
    assert "Balance GHS 0.00" in await call.dial("4")


async def test_the_list_is_paged_with_who_waited_longest_first(world: World, desk: DeskHands) -> None:
    demo = await scope_by_code("demo", "test")
    for number in range(5):
        sender = f"+23324000000{number}"
        async with open_turn(demo, channel="ussd", gateway="x", external_id=sender, sender=sender) as turn:
            await tell_staff(
                demo, turn.conversation_id, about="other", channel="ussd", address=sender, text="Hello"
            )
    await SupportThread.filter(address="+233240000000").update(state="Answered", updated_at=now())
    await desk.log_in()
    page = "query($s: Int, $t: Int) { conversations(options: {skip: $s, take: $t}) { totalItems items { address } } }"
    found = [(await desk.ask(page, s=skip, t=2))["conversations"] for skip in (0, 2, 4)]
    assert [each["totalItems"] for each in found] == [5, 5, 5]
    addresses = [item["address"][-1] for each in found for item in each["items"]]
    assert addresses == ["1", "2", "3", "4", "0"]
    assert (await desk.ask(page, s=-5, t=-1))["conversations"]["items"] == []
