"""The Africa's Talking client against the twin, its forms, and the outbox in which messages are read."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest
from twin_helpers import TIMEOUT_S

from providers.africastalking import REFUSED, AfricasTalking, delivery_report, incoming_sms
from providers.errors import ProviderRefused, ProviderUnknown
from providers.twins.store import Shelf, open_store

NUMBER = "+233551234987"


async def test_a_message_is_taken_and_can_be_read_in_the_outbox(sms, twins):
    sent = await sms.send(to=NUMBER, text="Your code is 471100 & more", sender="Makola")
    assert sent.provider_message_id.startswith("ATXid_") and sent.cost == "KES 0.8000"
    [message] = await twins.get("/outbox", to=NUMBER)
    assert message["to"] == NUMBER and message["channel"] == "sms"
    assert message["text"] == "Your code is 471100 & more"
    assert datetime.fromisoformat(message["at"]).tzinfo is not None


@pytest.mark.parametrize(
    "spelling",
    [
        "%2B233551234987",
        "+233551234987",
        "233551234987",
        "0551234987",
        "00233551234987",
        "%2B233%2055%20123-4987",
    ],
)
async def test_the_outbox_reads_a_number_in_any_spelling(sms, twins, spelling):
    await sms.send(to=NUMBER, text="one", sender="")
    await sms.send(to="+233551234988", text="other", sender="")
    await sms.send(to=NUMBER, text="two", sender="")
    answer = await twins.session.get(f"{twins.url}/outbox?to={spelling}")
    assert [message["text"] for message in await answer.json()] == ["two", "one"]


async def test_delivery_is_reported(sms, receiver):
    sent = await sms.send(to=NUMBER, text="x", sender="")
    [(_, body)] = await receiver.wait_for(1)
    report = delivery_report(dict(parse_qsl(body.decode())))
    assert (report.provider_message_id, report.state) == (sent.provider_message_id, "delivered")


@pytest.mark.parametrize("code", sorted(REFUSED))
async def test_each_documented_refusal_is_a_definite_no(sms, twins, code):
    await twins.fail(provider="africastalking", call="messaging", mode="decline", code=code)
    with pytest.raises(ProviderRefused) as refusal:
        await sms.send(to=NUMBER, text="x", sender="")
    assert (refusal.value.code, refusal.value.retryable) == REFUSED[code]
    assert await twins.get("/outbox", to=NUMBER) == []


@pytest.mark.parametrize("code", [100, 102])
async def test_processed_and_queued_are_taken(sms, twins, code):
    await twins.fail(provider="africastalking", mode="decline", code=code)
    assert await sms.send(to=NUMBER, text="x", sender="")


async def test_a_status_that_is_not_documented_is_unknown(sms, twins):
    await twins.fail(provider="africastalking", mode="decline", code=777)
    with pytest.raises(ProviderUnknown):
        await sms.send(to=NUMBER, text="x", sender="")


@pytest.mark.parametrize(
    ("mode", "arrived"),
    [
        ("timeout_before", 0),
        ("error_500_before", 0),
        ("timeout_after", 1),
        ("error_500_after", 1),
        ("garbage", 1),
    ],
)
async def test_no_usable_answer_is_unknown(sms, twins, mode, arrived):
    await twins.fail(provider="africastalking", call="messaging", mode=mode)
    with pytest.raises(ProviderUnknown):
        await sms.send(to=NUMBER, text="x", sender="")
    assert len(await twins.get("/outbox", to=NUMBER)) == arrived


@pytest.mark.parametrize("to", ["0551234987", "hello", "+1", ""])
async def test_a_number_that_is_none_is_refused(sms, to):
    with pytest.raises(ProviderRefused):
        await sms.send(to=to, text="x", sender="")


async def test_a_wrong_key_is_refused(twins):
    client = AfricasTalking(f"{twins.url}/africastalking", "sandbox", "wrong", TIMEOUT_S)
    with pytest.raises(ProviderRefused) as refusal:
        await client.send(to=NUMBER, text="x", sender="")
    assert refusal.value.code == "http_401"
    await client.close()


def test_an_incoming_message_is_read_from_its_form():
    form = {"id": "a", "from": NUMBER, "to": "1234", "text": "BAL", "date": "2026-02-01T10:00:00+01:00"}
    message = incoming_sms(form | {"networkCode": "62001"})
    assert (message.sender, message.text, message.network_code) == (NUMBER, "BAL", "62001")
    assert message.sent_at == datetime(2026, 2, 1, 9, tzinfo=UTC)
    assert incoming_sms(form | {"date": "yesterday"}).sent_at is None
    assert incoming_sms({"text": "from nobody"}) is None


def test_a_delivery_report_is_read_from_its_form():
    failed = delivery_report({"id": "a", "status": "Failed", "failureReason": "UserInBlackList"})
    assert (failed.state, failed.reason) == ("failed", "UserInBlackList")
    assert delivery_report({"id": "a", "status": "Buffered"}).state == "underway"
    assert delivery_report({"id": "a", "status": "Dancing"}) is None
    assert delivery_report({"status": "Success"}) is None


def test_a_shelf_forgets_the_oldest_and_never_gives_an_id_twice(tmp_path):
    shelf = Shelf(open_store(tmp_path), "things", ("colour",), limit=3)
    ids = [shelf.add({"colour": "red"})["id"] for _ in range(5)]
    assert ids == sorted(set(ids))
    assert [each["id"] for each in shelf.find(colour="red")] == ids[:1:-1]
    shelf.clear()
    again = Shelf(open_store(tmp_path), "things", ("colour",), limit=3)
    assert again.add({"colour": "red"})["id"] > ids[-1]
