"""Every failure on command at the Monnify twin, as the client and the webhook receiver see it."""

import asyncio
import hashlib
import hmac
import json
from dataclasses import replace

import aiohttp
import pytest
from monnify_helpers import KEYS, TIMEOUT_S, page, paid, refunded, transfer
from twin_helpers import SETTINGS, Twins, eventually, served

from providers.errors import ProviderRefused, ProviderUnknown
from providers.monnify import Monnify
from providers.twins.app import create_twins
from tests.ports import unused_port

REFUND = {"reference": "sale", "amount_minor": 20_000, "currency": "NGN", "reason": "late payment"}


@pytest.mark.parametrize(
    ("mode", "state"),
    [
        ("timeout_before", "absent"),
        ("error_500_before", "absent"),
        ("timeout_after", "pending"),
        ("error_500_after", "pending"),
        ("garbage", "pending"),
    ],
)
async def test_no_usable_answer_is_unknown_and_verify_tells_what_happened(monnify, twins, mode, state):
    await twins.fail(provider="monnify", call="initialize", mode=mode)
    with pytest.raises(ProviderUnknown):
        await page(monnify, "maybe")
    assert (await monnify.verify("maybe")).state == state


@pytest.mark.parametrize(
    "mode",
    ["timeout_before", "timeout_after", "error_500_before", "error_500_after", "garbage", "decline"],
)
async def test_without_a_login_nothing_is_asked_and_the_next_call_logs_in(monnify, twins, mode):
    await twins.fail(provider="monnify", call="login", mode=mode)
    with pytest.raises(ProviderRefused) as refusal:
        await page(monnify, "later")
    assert refusal.value.retryable == (mode != "decline")
    assert not (await twins.get("/control/state", reference="later"))["known"]
    assert await page(monnify, "later")


async def test_a_question_is_asked_once_more_where_the_first_got_no_answer(monnify, twins):
    await paid(monnify, twins, "sale")
    for mode in ("error_500_before", "error_500_after", "garbage"):
        await twins.fail(provider="monnify", call="verify", mode=mode)
        assert (await monnify.verify("sale")).state == "succeeded"
    await twins.fail(provider="monnify", call="verify", mode="error_500_before", times=2)
    with pytest.raises(ProviderUnknown):
        await monnify.verify("sale")


async def test_a_slow_answer_within_the_time_limit_is_an_answer(monnify, twins):
    await twins.fail(provider="monnify", call="verify", mode="slow", delay_s=0.2)
    assert (await monnify.verify("slow")).state == "absent"


async def test_a_declined_initialize_is_refused_and_leaves_nothing(monnify, twins):
    await twins.fail(provider="monnify", call="initialize", mode="decline")
    with pytest.raises(ProviderRefused):
        await page(monnify, "refused")
    assert (await monnify.verify("refused")).state == "absent"


async def test_a_declined_question_is_refused_and_does_not_mean_absent(monnify, twins):
    await paid(monnify, twins, "sale")
    await twins.fail(provider="monnify", call="verify", mode="decline")
    with pytest.raises(ProviderRefused):
        await monnify.verify("sale")


async def test_a_payment_that_is_declined_on_its_page_fails(monnify, twins):
    await twins.fail(provider="monnify", call="pay", mode="decline")
    assert (await paid(monnify, twins, "declined")).state == "failed"


@pytest.mark.parametrize("mode", ["timeout_after", "error_500_after", "garbage"])
async def test_a_refund_whose_answer_is_lost_is_found_again(monnify, twins, mode):
    charge = await paid(monnify, twins, "sale")
    await twins.fail(provider="monnify", call="refund", mode=mode)
    with pytest.raises(ProviderUnknown):
        await monnify.refund(refund_reference="rf-1", **REFUND)
    found = await monnify.find_refund(charge_provider_id=charge.provider_id, refund_reference="rf-1")
    assert found.amount_minor == 20_000
    with pytest.raises(ProviderRefused) as refusal:
        await monnify.refund(refund_reference="rf-1", **REFUND)
    assert refusal.value.code == "duplicate_reference"


@pytest.mark.parametrize("mode", ["timeout_before", "error_500_before"])
async def test_a_refund_that_never_began_is_absent_and_may_be_asked_for_again(monnify, twins, mode):
    charge = await paid(monnify, twins, "sale")
    await twins.fail(provider="monnify", call="refund", mode=mode)
    with pytest.raises(ProviderUnknown):
        await monnify.refund(refund_reference="rf-1", **REFUND)
    absent = await monnify.find_refund(charge_provider_id=charge.provider_id, refund_reference="rf-1")
    assert absent.state == "absent"
    await monnify.refund(refund_reference="rf-1", **REFUND)
    await refunded(monnify, "rf-1", "succeeded")


async def test_a_refund_that_fails_leaves_the_money_to_be_refunded(monnify, twins, receiver):
    await paid(monnify, twins, "sale")
    await twins.fail(provider="monnify", call="refund", mode="decline")
    await monnify.refund(refund_reference="rf-1", **REFUND | {"amount_minor": 1_205_075})
    await refunded(monnify, "rf-1", "failed")
    await monnify.refund(refund_reference="rf-2", **REFUND | {"amount_minor": 1_205_075})
    await refunded(monnify, "rf-2", "succeeded")
    events = [monnify.verify_webhook(*each) for each in await receiver.wait_for(3)]
    assert {event.event_id for event in events if event.kind == "refund"} == {
        "FAILED_REFUND:rf-1",
        "SUCCESSFUL_REFUND:rf-2",
    }


async def test_a_webhook_is_signed_and_names_the_charge(monnify, twins, receiver):
    await paid(monnify, twins, "hook")
    [(headers, body)] = await receiver.wait_for(1)
    assert receiver.paths == ["/webhooks/monnify"]
    event = monnify.verify_webhook(headers, body)
    assert (event.kind, event.reference) == ("charge", "hook")
    assert json.loads(body)["eventData"]["amountPaid"] == 12050.75
    assert monnify.verify_webhook(headers, body + b" ") is None
    assert monnify.verify_webhook({}, body) is None
    assert monnify.verify_webhook({"monnify-signature": "ü" * 128}, body) is None


async def test_a_webhook_is_repeated_until_it_is_answered_200(monnify, twins, receiver):
    receiver.answers = [500, 302, 204]
    await paid(monnify, twins, "again")
    got = await receiver.wait_for(4)
    assert len({monnify.verify_webhook(*each).event_id for each in got}) == 1


async def test_a_duplicate_webhook_has_the_same_event_id(monnify, twins, receiver):
    await twins.fail(provider="monnify", mode="duplicate_webhook")
    await paid(monnify, twins, "double")
    first, second = [monnify.verify_webhook(*each) for each in await receiver.wait_for(2)]
    assert first == second and first is not None


async def test_each_transfer_for_one_payment_is_an_event_of_its_own(monnify, twins, receiver):
    url = await page(monnify, "parts")
    for naira in ("50", "50", "11950.75"):
        await transfer(twins, url, naira)
    events = [monnify.verify_webhook(*each) for each in await receiver.wait_for(3)]
    assert {event.reference for event in events} == {"parts"}
    assert len({event.event_id for event in events}) == 3


async def test_a_forged_webhook_comes_first_and_is_seen_through(monnify, twins, receiver):
    await twins.fail(provider="monnify", call="SUCCESSFUL_TRANSACTION", mode="forged_webhook")
    await paid(monnify, twins, "forged")
    forged, genuine = [monnify.verify_webhook(*each) for each in await receiver.wait_for(2)]
    assert forged is None and genuine is not None


async def test_a_late_webhook_comes_after_its_delay(monnify, twins, receiver):
    await twins.fail(provider="monnify", mode="late_webhook", delay_s=0.3)
    started = asyncio.get_running_loop().time()
    await paid(monnify, twins, "late")
    await receiver.wait_for(1)
    assert asyncio.get_running_loop().time() - started >= 0.3


async def test_no_webhook_comes_where_none_should(monnify, twins, receiver):
    await twins.fail(provider="monnify", mode="no_webhook")
    await paid(monnify, twins, "silent")
    await paid(monnify, twins, "spoken")
    [each] = await receiver.wait_for(1)
    assert monnify.verify_webhook(*each).reference == "spoken"
    assert (await monnify.verify("silent")).state == "succeeded"


def signed(notice: bytes) -> dict[str, str]:
    return {"Monnify-Signature": hmac.new(KEYS[1].encode(), notice, hashlib.sha512).hexdigest()}


@pytest.mark.parametrize(
    "notice",
    [b"", b"[]", b"{}", b"null", b'{"eventType": "SUCCESSFUL_TRANSACTION"}', b'{"eventData": {}}', b"\xff"],
)
async def test_a_signed_body_that_is_no_event_is_none(monnify, notice):
    assert monnify.verify_webhook(signed(notice), notice) is None


async def test_an_event_of_another_kind_is_known_as_such(monnify):
    body = json.dumps({"eventType": "MANDATE_STATUS_UPDATE", "eventData": {"amount": "5"}}).encode()
    event = monnify.verify_webhook(signed(body), body)
    assert (event.kind, event.reference) == ("other", None)
    assert event == monnify.verify_webhook(signed(body), body)


async def test_a_notice_of_a_settlement_names_it(monnify):
    body = json.dumps(
        {"eventType": "SETTLEMENT", "eventData": {"amount": "5", "settlementReference": "LB8HG1PNZT4A"}}
    ).encode()
    event = monnify.verify_webhook(signed(body), body)
    assert (event.kind, event.reference) == ("settlement", "LB8HG1PNZT4A")


async def test_a_restarted_twin_remembers_pages_refunds_and_unsent_webhooks(tmp_path, receiver):
    port = unused_port()
    settings = replace(
        SETTINGS,
        public_url=f"http://127.0.0.1:{port}",
        hooks_url=receiver.url,
        data_dir=tmp_path / "twins",
        refund_after_s=0.3,
    )
    monnify = Monnify(f"http://127.0.0.1:{port}/monnify", *KEYS, TIMEOUT_S)
    receiver.answers = [500] * 2
    async with served(create_twins(settings), port) as url, aiohttp.ClientSession() as session:
        kept = await page(monnify, "page")
        await paid(monnify, Twins(url, session), "sale")
        await receiver.wait_for(1)
        await monnify.refund(refund_reference="rf-1", **REFUND)
        await monnify.close()
    async with served(create_twins(settings), port) as url, aiohttp.ClientSession() as session:
        assert (await Twins(url, session).press(kept, "pay")).status == 303

        async def told() -> bool:
            taken = [monnify.verify_webhook(*each) for each in receiver.got[2:]]
            kinds = [(event.kind, event.reference) for event in taken if event]
            return set(kinds) == {("charge", "sale"), ("charge", "page"), ("refund", None)}

        await eventually(told)
        assert (await monnify.refund_status("rf-1")).state == "succeeded"
        await monnify.close()
