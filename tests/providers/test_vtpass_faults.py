"""Every failure on command at the VTpass twin, as the client and the receiver of notices see it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest
from bill_helpers import naira, settled
from twin_helpers import SETTINGS, TIMEOUT_S, Twins, eventually, served

from core import clock
from providers.errors import ProviderRefused, ProviderUnknown
from providers.twins.app import create_twins
from providers.vtpass import VTpass
from tests.ports import unused_port

POWER = {"kind": "electricity", "service": "jos-electric", "offer": "prepaid"}


@pytest.mark.parametrize(
    ("mode", "state"),
    [
        ("timeout_before", "absent"),
        ("error_500_before", "absent"),
        ("timeout_after", "delivered"),
        ("error_500_after", "delivered"),
        ("garbage", "delivered"),
    ],
)
async def test_no_usable_answer_is_unknown_and_a_requery_tells_what_happened(vtpass, twins, mode, state):
    await twins.fail(provider="vtpass", call="pay", mode=mode)
    request = naira(vtpass)
    with pytest.raises(ProviderUnknown):
        await vtpass.buy(request)
    assert (await vtpass.requery(request)).state == state
    assert await twins.delivered() == (1 if state == "delivered" else 0)


@pytest.mark.parametrize("mode", ["timeout_before", "error_500_before", "timeout_after", "garbage"])
async def test_a_requery_without_a_usable_answer_is_unknown(vtpass, twins, mode):
    request = naira(vtpass)
    await vtpass.buy(request)
    await twins.fail(provider="vtpass", call="requery", mode=mode)
    with pytest.raises(ProviderUnknown):
        await vtpass.requery(request)
    assert (await vtpass.requery(request)).state == "delivered"


async def test_what_is_absent_may_be_bought_again_under_its_reference(vtpass, twins):
    await twins.fail(provider="vtpass", call="pay", mode="timeout_before")
    request = naira(vtpass)
    with pytest.raises(ProviderUnknown):
        await vtpass.buy(request)
    assert (await vtpass.requery(request)).state == "absent"
    assert (await vtpass.buy(request)).state == "delivered"
    assert await twins.delivered() == 1


async def test_a_slow_answer_within_the_time_limit_is_an_answer(vtpass, twins):
    await twins.fail(provider="vtpass", call="pay", mode="slow", delay_s=0.2)
    assert (await vtpass.buy(naira(vtpass))).state == "delivered"


async def test_a_declined_purchase_fails_and_stays_failed(vtpass, twins):
    await twins.fail(provider="vtpass", call="pay", mode="decline")
    request = naira(vtpass)
    assert (await vtpass.buy(request)).state == "failed"
    assert (await vtpass.requery(request)).state == "failed"
    assert await twins.delivered() == 0


async def test_a_pending_purchase_is_delivered_later_and_tells_of_it(vtpass, twins, receiver):
    await twins.fail(provider="vtpass", call="pay", mode="pending")
    request = naira(vtpass, **POWER, account="12345678901")
    bought = await vtpass.buy(request)
    assert (bought.state, bought.token) == ("pending", "")
    [(_, body)] = await receiver.wait_for(1)
    assert vtpass.read_callback(body).reference == request.reference
    assert receiver.paths == ["/webhooks/vtpass/demo-secret"]
    done = await vtpass.requery(request)
    assert done.state == "delivered" and done.token and done.provider_id == bought.provider_id
    assert await twins.delivered() == 1


async def test_a_pending_purchase_is_taken_back(vtpass, twins, receiver):
    await twins.fail(provider="vtpass", call="pay", mode="reversed")
    request = naira(vtpass)
    assert (await vtpass.buy(request)).state == "pending"
    done = await settled(vtpass, request)
    assert (done.state, done.token) == ("reversed", "") and done.reason
    [(_, body)] = await receiver.wait_for(1)
    assert vtpass.read_callback(body).reference == request.reference
    assert await twins.delivered() == 0


async def test_a_purchase_that_looked_failed_is_delivered_after_all(vtpass, twins, receiver):
    await twins.fail(provider="vtpass", call="pay", mode="late_success", delay_s=600)
    request = naira(vtpass)
    assert (await vtpass.buy(request)).state == "failed"
    assert (await vtpass.requery(request)).state == "failed"
    clock.travel(timedelta(seconds=601))
    try:
        assert (await vtpass.requery(request)).state == "delivered"
    finally:
        clock.reset()
    [(_, body)] = await receiver.wait_for(1)
    assert vtpass.read_callback(body).reference == request.reference
    assert await twins.delivered() == 1


@pytest.mark.parametrize("number", ["+201000000000", "+2348012000001"])
async def test_the_waiting_number_is_delivered_after_some_questions(start_twins, number):
    twins = await start_twins(vtpass_settle_s=600)
    vtpass = VTpass(f"{twins.url}/vtpass", "vt_api_demo", "vt_public_demo", "vt_secret_demo", TIMEOUT_S)
    request = naira(vtpass, phone=number)
    assert (await vtpass.buy(request)).state == "pending"
    assert [(await vtpass.requery(request)).state for _ in range(3)] == ["pending", "pending", "delivered"]
    await vtpass.close()
    assert await twins.delivered() == 1


@pytest.mark.parametrize(
    ("number", "state", "deliveries"),
    [
        ("+500000000000", "failed", 0),
        ("+400000000000", "absent", 0),
        ("+300000000000", "delivered", 1),
        ("+2348012000005", "failed", 0),
        ("+2348012000004", "absent", 0),
        ("+2348012000003", "delivered", 1),
    ],
)
async def test_the_numbers_without_a_usable_answer_are_unknown_first(
    vtpass, twins, number, state, deliveries
):
    request = naira(vtpass, phone=number)
    with pytest.raises(ProviderUnknown):
        await vtpass.buy(request)
    assert (await settled(vtpass, request)).state == state
    assert await twins.delivered() == deliveries


@pytest.mark.parametrize(
    ("number", "state"),
    [("201000000000", "pending"), ("100000000000", "failed"), ("1111111111111", "delivered")],
)
async def test_a_meter_is_scripted_like_a_line(vtpass, number, state):
    assert (await vtpass.buy(naira(vtpass, **POWER, account=number))).state == state


@pytest.mark.parametrize("phone", ["+2348011111111", "+2348012345678", "+2347031234567"])
async def test_any_other_nigerian_line_is_served(vtpass, phone):
    assert (await vtpass.buy(naira(vtpass, phone=phone))).state == "delivered"


async def test_a_notice_is_repeated_five_times_until_it_is_answered_with_success(vtpass, twins, receiver):
    receiver.says = '{"response": "received"}'
    await twins.fail(provider="vtpass", call="pay", mode="pending")
    await vtpass.buy(naira(vtpass))
    got = await receiver.wait_for(2)
    receiver.says = '{"response": "success"}'
    assert len({vtpass.read_callback(body).event_id for _, body in got}) == 1

    async def taken() -> bool:
        return len(receiver.got) == 3

    await eventually(taken)


async def test_a_duplicate_notice_has_the_same_event_id(vtpass, twins, receiver):
    await twins.fail(provider="vtpass", call="transaction-update", mode="duplicate_webhook")
    await twins.fail(provider="vtpass", call="pay", mode="pending")
    await vtpass.buy(naira(vtpass))
    first, second = [vtpass.read_callback(body) for _, body in await receiver.wait_for(2)]
    assert first == second and first is not None


async def test_a_forged_notice_comes_first_without_the_secret(vtpass, twins, receiver):
    await twins.fail(provider="vtpass", call="transaction-update", mode="forged_webhook")
    await twins.fail(provider="vtpass", call="pay", mode="pending")
    await vtpass.buy(naira(vtpass))
    await receiver.wait_for(2)
    assert receiver.paths == ["/webhooks/vtpass/not-the-secret", "/webhooks/vtpass/demo-secret"]


async def test_a_late_notice_comes_after_its_delay(vtpass, twins, receiver):
    await twins.fail(provider="vtpass", call="transaction-update", mode="late_webhook", delay_s=0.3)
    await twins.fail(provider="vtpass", call="pay", mode="pending", delay_s=0)
    started = asyncio.get_running_loop().time()
    await vtpass.buy(naira(vtpass))
    await receiver.wait_for(1)
    assert asyncio.get_running_loop().time() - started >= 0.3


async def test_no_notice_comes_where_none_should_nor_for_what_was_clear_at_once(vtpass, twins, receiver):
    await twins.fail(provider="vtpass", call="transaction-update", mode="no_webhook")
    await vtpass.buy(naira(vtpass))
    await twins.fail(provider="vtpass", call="pay", mode="pending", times=2)
    silent, spoken = naira(vtpass), naira(vtpass)
    await vtpass.buy(silent)
    assert (await settled(vtpass, silent)).state == "delivered"
    await vtpass.buy(spoken)
    [(_, body)] = await receiver.wait_for(1)
    assert vtpass.read_callback(body).reference == spoken.reference


async def test_a_fraction_of_lost_answers_loses_and_doubles_nothing(patient, twins):
    await twins.fail(provider="vtpass", call="pay", mode="timeout_before", fraction=0.2, seed=1, delay_s=0)
    await twins.fail(provider="vtpass", call="pay", mode="timeout_after", fraction=0.2, seed=2, delay_s=0)
    await twins.fail(provider="vtpass", call="pay", mode="reversed", fraction=0.2, seed=3)

    async def bought() -> str:
        request = naira(patient)
        while True:
            try:
                state = (await patient.buy(request)).state
            except ProviderUnknown:
                state = "pending"
            if state == "pending":
                state = (await settled(patient, request)).state
            if state != "absent":
                return state

    states = await asyncio.gather(*(bought() for _ in range(60)))
    assert set(states) == {"delivered", "reversed"}
    assert await twins.delivered() == states.count("delivered")


async def test_where_nobody_listens_nothing_was_bought(vtpass):
    nowhere = VTpass(f"http://127.0.0.1:{unused_port()}", "a", "b", "c", TIMEOUT_S)
    with pytest.raises(ProviderRefused) as refusal:
        await nowhere.buy(naira(nowhere))
    assert (refusal.value.code, refusal.value.retryable) == ("unreachable", True)
    with pytest.raises(ProviderUnknown):
        await nowhere.requery(naira(nowhere))
    await nowhere.close()


async def test_a_restarted_twin_remembers_what_was_bought_and_what_waits(tmp_path, receiver):
    receiver.says = '{"response": "success"}'
    port = unused_port()
    settings = replace(SETTINGS, hooks_url=receiver.url, data_dir=tmp_path / "twins", vtpass_settle_s=0.5)
    vtpass = VTpass(f"http://127.0.0.1:{port}/vtpass", "vt_api_demo", "vt_public_demo", "vt_secret_demo", 2)
    done, waiting = naira(vtpass), naira(vtpass, phone="+2348012000001")
    async with served(create_twins(settings), port):
        assert (await vtpass.buy(done)).state == "delivered"
        assert (await vtpass.buy(waiting)).state == "pending"
    await vtpass.close()
    async with served(create_twins(settings), port) as url, aiohttp.ClientSession() as session:
        [(_, body)] = await receiver.wait_for(1)
        assert vtpass.read_callback(body).reference == waiting.reference
        for request in (done, waiting):
            assert (await vtpass.requery(request)).state == "delivered"
        assert await Twins(url, session).delivered() == 2
        await vtpass.close()


async def test_a_purchase_falls_due_when_the_clock_says_so(start_twins):
    twins = await start_twins(vtpass_settle_s=600)
    vtpass = VTpass(f"{twins.url}/vtpass", "vt_api_demo", "vt_public_demo", "vt_secret_demo", TIMEOUT_S)
    request = naira(vtpass, phone="+2348012000001")
    assert (await vtpass.buy(request)).state == "pending"
    clock.travel(timedelta(seconds=601))
    try:
        assert (await vtpass.requery(request)).state == "delivered"
    finally:
        clock.reset()
        await vtpass.close()
