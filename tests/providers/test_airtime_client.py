"""Africa's Talking's airtime against the twin: sent once under its key, asked for by id, and told of by notices."""

import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

import pytest
from bill_helpers import cedis, naira, settled
from twin_helpers import TIMEOUT_S

from core import clock
from providers.africastalking import delivery_report
from providers.africastalking_airtime import AfricasTalkingAirtime
from providers.errors import ProviderRefused, ProviderUnknown

STATUS = {
    "requestId": "ATQid_1",
    "status": "Success",
    "phoneNumber": "+233246215478",
    "value": "GHS 5.0000",
    "discount": "GHS 0.2000",
    "description": "Airtime Delivered Successfully",
}


async def test_it_sells_airtime_for_the_networks_of_ghana_and_nothing_else(airtime):
    found = [(each.code, each.name) for each in await airtime.services("airtime")]
    assert found == [("mtn", "MTN"), ("telecel", "Telecel"), ("at", "AT")]
    for kind in ("data", "cable", "electricity"):
        assert await airtime.services(kind) == []
    assert await airtime.offers("mtn") == []
    with pytest.raises(ProviderRefused):
        await airtime.buy(cedis(airtime, kind="data"))


@pytest.mark.parametrize(("number", "valid"), [("+233246215478", True), ("0246215478", False), ("", False)])
async def test_a_line_is_judged_by_its_form(airtime, number, valid):
    assert (await airtime.validate(kind="airtime", service="mtn", number=number)).valid is valid


@pytest.mark.parametrize("amount_minor", [50, 500, 12_345])
async def test_airtime_is_taken_then_delivered_once(airtime, twins, amount_minor):
    request = cedis(airtime, amount_minor=amount_minor)
    taken = await airtime.buy(request)
    assert (taken.state, taken.reference) == ("pending", request.reference)
    assert taken.provider_id.startswith("ATQid_")
    done = await settled(airtime, replace(request, provider_id=taken.provider_id))
    assert (done.state, done.provider_id) == ("delivered", taken.provider_id)
    state = await twins.get("/control/state", reference=request.reference)
    assert state["known"] and state["bills"]["delivered"] == await twins.delivered() == 1
    assert state["bills"]["purchases"][0]["amount"] == amount_minor


async def test_the_same_key_again_sends_nothing(airtime, twins):
    request = cedis(airtime)
    taken = await airtime.buy(request)
    for again in (await airtime.buy(request), await airtime.requery(request)):
        assert (again.state, again.provider_id) == ("pending", "")
    await settled(airtime, replace(request, provider_id=taken.provider_id))
    assert await twins.delivered() == 1


@pytest.mark.parametrize(
    ("mode", "arrived"),
    [
        ("timeout_before", False),
        ("error_500_before", False),
        ("timeout_after", True),
        ("error_500_after", True),
        ("garbage", True),
    ],
)
async def test_a_lost_answer_is_unknown_and_asking_again_sends_once(airtime, twins, receiver, mode, arrived):
    await twins.fail(provider="africastalking", call="airtime", mode=mode)
    request = cedis(airtime)
    with pytest.raises(ProviderUnknown):
        await airtime.buy(request)
    again = await airtime.requery(request)
    assert again.state == "pending" and bool(again.provider_id) is not arrived
    # The notice brings the id that the lost answer had.
    [(_, body)] = await receiver.wait_for(1)
    notice = airtime.read_callback(body)
    assert (notice.phone, notice.amount_minor) == (request.phone, request.amount_minor)
    assert (await airtime.requery(replace(request, provider_id=notice.provider_id))).state == "delivered"
    assert await twins.delivered() == 1


async def test_after_the_key_may_be_forgotten_nothing_is_sent_again(airtime, twins):
    await twins.fail(provider="africastalking", call="airtime", mode="timeout_after")
    request = cedis(airtime)
    with pytest.raises(ProviderUnknown):
        await airtime.buy(request)
    clock.travel(timedelta(minutes=6))
    try:
        found = await airtime.requery(request)
        assert found.state == "pending" and found.reason
        assert (await airtime.requery(replace(request, reference="not-one-of-ours"))).state == "pending"
    finally:
        clock.reset()
    assert await twins.delivered() <= 1
    assert len((await twins.get("/control/state"))["bills"]["purchases"]) == 1


@pytest.mark.parametrize("mode", ["timeout_before", "error_500_before", "garbage", "decline"])
async def test_a_question_without_a_usable_answer_is_unknown(airtime, twins, mode):
    taken = await airtime.buy(request := cedis(airtime))
    # A question is asked twice where the first try gives no answer.
    await twins.fail(provider="africastalking", call="find_airtime", mode=mode, times=2)
    with pytest.raises(ProviderUnknown):
        await airtime.requery(replace(request, provider_id=taken.provider_id))


@pytest.mark.parametrize("change", [{"phone": "+233246215479"}, {"amount_minor": 501}])
async def test_an_id_of_another_purchase_settles_nothing(airtime, change):
    taken = await airtime.buy(request := cedis(airtime))
    with pytest.raises(ProviderUnknown):
        await airtime.requery(replace(request, provider_id=taken.provider_id, **change))


async def test_an_id_nobody_knows_is_unknown(airtime):
    with pytest.raises(ProviderUnknown):
        await airtime.requery(cedis(airtime, provider_id="ATQid_none"))


@pytest.mark.parametrize("mode", ["reversed", "line"])
async def test_airtime_that_is_not_delivered_fails(airtime, twins, mode):
    phone = "+233551230001" if mode == "line" else "+233246215478"
    if mode != "line":
        await twins.fail(provider="africastalking", call="airtime", mode=mode)
    taken = await airtime.buy(request := cedis(airtime, phone=phone))
    done = await settled(airtime, replace(request, provider_id=taken.provider_id))
    assert done.state == "failed" and done.reason
    assert await twins.delivered() == 0


@pytest.mark.parametrize("line", ["+233551230002", "+233246215478"])
async def test_a_definite_no_fails_at_once(airtime, twins, line):
    if line == "+233246215478":
        await twins.fail(provider="africastalking", call="airtime", mode="decline")
    found = await airtime.buy(cedis(airtime, phone=line))
    assert (found.state, found.provider_id) == ("failed", "") and found.reason
    assert (await twins.get("/control/state"))["bills"]["purchases"] == []


async def test_airtime_that_looked_failed_is_delivered_after_all(airtime, twins, receiver):
    await twins.fail(provider="africastalking", call="airtime", mode="late_success", delay_s=600)
    found = await airtime.buy(request := cedis(airtime))
    assert found.state == "failed" and found.provider_id
    clock.travel(timedelta(seconds=601))
    try:
        assert (await airtime.requery(replace(request, provider_id=found.provider_id))).state == "delivered"
    finally:
        clock.reset()
    await receiver.wait_for(1)
    assert await twins.delivered() == 1


async def test_the_line_whose_answer_is_lost_is_filled_once(airtime, twins, receiver):
    with pytest.raises(ProviderUnknown):
        await airtime.buy(cedis(airtime, phone="+233551230003"))
    await receiver.wait_for(1)
    assert await twins.delivered() == 1


async def test_a_slow_answer_within_the_time_limit_is_an_answer(airtime, twins):
    await twins.fail(provider="africastalking", call="airtime", mode="slow", delay_s=0.2)
    assert (await airtime.buy(cedis(airtime))).state == "pending"


async def test_a_notice_goes_to_the_secret_path_and_is_no_report_of_a_message(airtime, receiver):
    taken = await airtime.buy(cedis(airtime))
    [(_, body)] = await receiver.wait_for(1)
    assert receiver.paths == ["/webhooks/africastalking/demo-secret"]
    notice = airtime.read_callback(body)
    assert (notice.kind, notice.reference, notice.provider_id) == ("purchase", None, taken.provider_id)
    assert delivery_report(dict(parse_qsl(body.decode()))) is None


@pytest.mark.parametrize("form", [True, False])
def test_a_notice_is_read_as_a_form_and_as_json(airtime, form):
    body = urlencode(STATUS).encode() if form else json.dumps(STATUS).encode()
    notice = airtime.read_callback(body)
    assert (notice.provider_id, notice.phone, notice.amount_minor) == ("ATQid_1", "+233246215478", 500)
    failed = urlencode(STATUS | {"status": "Failed"}).encode()
    assert airtime.read_callback(failed).event_id != notice.event_id


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"id=ATXid_1&status=Success",
        b"requestId=ATQid_1",
        b'{"requestId": 7, "status": 1}',
    ],
)
def test_a_body_that_is_no_notice_is_none(airtime, body):
    assert airtime.read_callback(body) is None


async def test_a_wrong_key_is_refused_and_a_requery_then_says_nothing(twins):
    client = AfricasTalkingAirtime(f"{twins.url}/africastalking", "sandbox", "wrong", TIMEOUT_S)
    with pytest.raises(ProviderRefused) as refusal:
        await client.buy(cedis(client))
    assert refusal.value.code == "http_401"
    for id in ("", "ATQid_1"):
        with pytest.raises(ProviderUnknown):
            await client.requery(cedis(client, provider_id=id))
    await client.close()


async def test_naira_are_sent_as_naira(airtime, twins):
    await airtime.buy(request := naira(airtime))
    state = await twins.get("/control/state", reference=request.reference)
    assert state["bills"]["purchases"][0]["currency"] == "NGN"
