"""The admin API finds customers, reads what was said, locks them, and lets them go with what is held of them."""

import io
import zipfile

from bot.channels.telegram.updates import read_update
from models import AccountClosing, ChannelIdentity
from services.conversations.opening import open_turn
from services.customers.finding import find_customers
from services.tenants import Scope
from tests.admin.conftest import DeskHands
from tests.conftest import World
from tests.customers.hands import somebody
from tests.sellers.hands import a_desk
from tests.services.helpers import a_customer
from tests.stories.hands import Chat

STANDING = """lockedAt lockReason closedAt obstaclesToClosing closing { state reason fileSize keptUntil }
  customer { id firstName phoneNumber }"""
FIND = "query($w: String!) { findCustomers(words: $w) { hasMore items { id firstName } } }"
SHOW = f"query($id: ID!) {{ customerStanding(id: $id) {{ {STANDING} }} }}"
SAID = "query($id: ID!, $b: DateTime) { customerTranscript(id: $id, before: $b, take: 20) { at by author channel text } }"
LOCK = f"mutation($id: ID!, $r: String!) {{ lockCustomer(id: $id, reason: $r) {{ {STANDING} }} }}"
UNLOCK = f"mutation($id: ID!) {{ unlockCustomer(id: $id) {{ {STANDING} }} }}"
CLOSE = f"mutation($id: ID!, $r: String!) {{ closeCustomer(id: $id, reason: $r) {{ {STANDING} }} }}"
EXPORT = "mutation($id: ID!) { openCustomerExport(id: $id) { url mimeType } }"


async def test_a_customer_is_found_locked_unlocked_closed_and_given_what_was_held(
    world: World, desk: DeskHands, demo: Scope
) -> None:
    customer, order = await somebody(demo)
    own = str(customer.id)
    await desk.log_in()
    found = (await desk.ask(FIND, w=order.code))["findCustomers"]
    assert found == {"hasMore": False, "items": [{"id": own, "firstName": "Zuleikha"}]}
    said = (await desk.ask(SAID, id=own))["customerTranscript"]
    assert ("CUSTOMER", "sms", "Zuleikha here") in [
        (each["by"], each["channel"], each["text"]) for each in said
    ]
    earlier = (await desk.ask(SAID, id=own, b=said[0]["at"]))["customerTranscript"]
    assert earlier and all(each["at"] < said[0]["at"] for each in earlier)

    assert await desk.refused(LOCK, id=own, r="") == "INVALID_INPUT"
    locked = (await desk.ask(LOCK, id=own, r="The telephone was stolen"))["lockCustomer"]
    assert locked["lockedAt"] and locked["lockReason"] == "The telephone was stolen"
    assert (await desk.ask(UNLOCK, id=own))["unlockCustomer"]["lockedAt"] is None

    assert await desk.refused(EXPORT, id=own) == "NOT_FOUND"
    closed = (await desk.ask(CLOSE, id=own, r="They asked for it"))["closeCustomer"]
    assert (closed["closing"]["state"], closed["obstaclesToClosing"]) == ("Requested", [])

    async def erased() -> bool:
        return (await AccountClosing.get(customer_id=customer.id)).state == "Erased"

    await world.until(erased)
    shown = (await desk.ask(SHOW, id=own))["customerStanding"]
    assert (shown["customer"]["firstName"], shown["customer"]["phoneNumber"]) == ("", None)
    assert shown["closing"]["state"] == "Erased" and shown["closing"]["fileSize"] > 0
    assert await desk.refused(UNLOCK, id=own) == "ILLEGAL_TRANSITION"
    file = (await desk.ask(EXPORT, id=own))["openCustomerExport"]
    assert file["mimeType"] == "application/zip"
    async with desk.session.get(file["url"]) as answer:
        assert answer.status == 200
        assert "customer.json" in zipfile.ZipFile(io.BytesIO(await answer.read())).namelist()


async def test_a_closing_that_is_refused_says_what_to_do(desk: DeskHands, demo: Scope) -> None:
    customer = await a_customer(demo, balance_minor=1500)
    await desk.log_in()
    body = await desk.send(CLOSE, id=str(customer.id), r="They asked for it")
    assert body["errors"][0]["extensions"]["code"] == "ILLEGAL_TRANSITION"
    assert "There is GHS 15.00 on the card" in body["errors"][0]["message"]
    (obstacle,) = (await desk.ask(SHOW, id=str(customer.id)))["customerStanding"]["obstaclesToClosing"]
    assert obstacle in body["errors"][0]["message"]


def test_a_user_name_is_read_of_what_telegram_sends_and_nothing_else() -> None:
    def said_by(**person: object) -> str:
        chat = {"id": 7, "type": "private"}
        message = {"message_id": 1, "from": {"id": 7, **person}, "chat": chat, "text": "hi"}
        update = read_update({"update_id": 1, "message": message})
        assert update is not None
        return update.name

    assert said_by(username="efua_s") == "efua_s"
    for nonsense in ("", "x" * 33, "a b", "<b>", 7, None):
        assert said_by(username=nonsense) == ""
    assert said_by() == ""


async def test_who_writes_on_telegram_is_found_by_the_name_they_have_there(
    world: World, desk: DeskHands, demo: Scope
) -> None:
    chat, customer = Chat(world, 77), await a_customer(demo)
    await chat.do(text="/start")
    identity = await ChannelIdentity.get(channel="telegram", external_id="77")
    await ChannelIdentity.filter(id=identity.id).update(customer_id=customer.id)
    staff = await a_desk(demo)
    for name in ("efua_s", "efua_the_second"):
        async with open_turn(
            demo, channel="telegram", gateway="turns", external_id=name, sender="77", name=name
        ):
            pass
        found, _ = await find_customers(staff, f"@{name.upper()}")
        assert [each.id for each in found] == [customer.id]
    assert (await find_customers(staff, "@efua_s"))[0] == []
