"""Every failure on command at the Paystack twin, as the client and the webhook receiver see it."""

import asyncio
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest
from twin_helpers import PAYMENT, SETTINGS, TIMEOUT_S, WALLET, Twins, eventually, paid, served, settled

from core import clock
from providers.errors import ProviderRefused, ProviderUnknown
from providers.paystack import Paystack
from providers.twins.app import create_twins
from tests.ports import unused_port


@pytest.mark.parametrize(
    ("mode", "state"),
    [
        ("timeout_before", "absent"),
        ("error_500_before", "absent"),
        ("timeout_after", "succeeded"),
        ("error_500_after", "succeeded"),
        ("garbage", "succeeded"),
    ],
)
async def test_no_usable_answer_is_unknown_and_verify_tells_what_happened(paystack, twins, mode, state):
    await twins.fail(provider="paystack", call="charge", mode=mode)
    with pytest.raises(ProviderUnknown):
        await paystack.charge_mobile_money(reference="maybe", phone="+233551234987", **WALLET)
    assert (await settled(paystack, "maybe")).state == state
    assert await twins.charges("maybe") == (1 if state == "succeeded" else 0)


async def test_a_wallet_whose_answer_is_lost_is_charged_once(paystack, twins):
    with pytest.raises(ProviderUnknown):
        await paystack.charge_mobile_money(reference="lost", phone="+233551230003", **WALLET)
    assert (await settled(paystack, "lost")).state == "succeeded"
    assert await twins.charges("lost") == 1


async def test_a_slow_answer_within_the_time_limit_is_an_answer(paystack, twins):
    await twins.fail(provider="paystack", call="verify", mode="slow", delay_s=0.2)
    started = asyncio.get_running_loop().time()
    assert (await paystack.verify("slow")).state == "absent"
    assert asyncio.get_running_loop().time() - started >= 0.2


async def test_a_declined_charge_is_a_failed_one(paystack, twins):
    await twins.fail(provider="paystack", call="charge", mode="decline")
    charge = await paystack.charge_mobile_money(reference="declined", phone="+233551234987", **WALLET)
    assert charge.state == "failed"
    assert (await paystack.verify("declined")).state == "failed"


async def test_a_declined_initialize_is_refused_and_leaves_nothing(paystack, twins):
    await twins.fail(provider="paystack", call="initialize", mode="decline")
    with pytest.raises(ProviderRefused):
        await paystack.initialize(reference="refused", **PAYMENT)
    assert (await paystack.verify("refused")).state == "absent"


async def test_a_refund_whose_answer_is_lost_is_found_again(paystack, twins):
    charge = await paid(paystack, "sale")
    await twins.fail(provider="paystack", call="refund", mode="timeout_after")
    with pytest.raises(ProviderUnknown):
        await paystack.refund(
            reference="sale", refund_reference="rf-1", amount_minor=500, currency="GHS", reason=""
        )
    found = await paystack.find_refund(charge_provider_id=charge.provider_id, refund_reference="rf-1")
    assert found.amount_minor == 500


async def test_a_rule_strikes_as_often_as_it_says_and_reset_ends_it(paystack, twins):
    await twins.fail(provider="paystack", call="initialize", mode="decline", times=2)
    await twins.fail(provider="paystack", call="initialize", mode="error_500_before", times=9)
    outcomes = []
    for attempt in range(3):
        with pytest.raises((ProviderRefused, ProviderUnknown)) as error:
            await paystack.initialize(reference=f"n-{attempt}", **PAYMENT)
        outcomes.append(error.type)
    assert outcomes == [ProviderRefused, ProviderRefused, ProviderUnknown]
    await twins.session.post(f"{twins.url}/control/reset")
    assert await paystack.initialize(reference="n-4", **PAYMENT)


async def test_a_fraction_strikes_the_same_calls_for_the_same_seed(paystack, twins):
    async def outcomes(run: int) -> list[bool]:
        await twins.session.post(f"{twins.url}/control/reset")
        await twins.fail(provider="paystack", call="initialize", mode="decline", fraction=0.3, seed=1)
        found = []
        for attempt in range(40):
            try:
                await paystack.initialize(reference=f"f-{run}-{attempt}", **PAYMENT)
                found.append(True)
            except ProviderRefused:
                found.append(False)
        return found

    first = await outcomes(1)
    assert first == await outcomes(2)
    assert 4 <= first.count(False) <= 20


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"mode": "explode"},
        {"mode": "slow", "times": 0},
        {"mode": "slow", "fraction": 2},
        {"mode": "slow", "x": 1},
    ],
)
async def test_a_rule_that_is_none_is_refused(twins, rule):
    assert (await twins.session.post(f"{twins.url}/control/fail", json=rule)).status == 400


async def pay(paystack: Paystack, twins: Twins, reference: str) -> None:
    redirect = await paystack.initialize(reference=reference, **PAYMENT)
    await twins.press(redirect.payment_url, "pay")


async def test_a_webhook_is_signed_and_names_the_charge(paystack, twins, receiver):
    await pay(paystack, twins, "hook")
    [(headers, body)] = await receiver.wait_for(1)
    event = paystack.verify_webhook(headers, body)
    assert (event.kind, event.reference) == ("charge", "hook")
    assert paystack.verify_webhook(headers, body + b" ") is None
    assert paystack.verify_webhook({}, body) is None
    assert paystack.verify_webhook({"x-paystack-signature": "ü" * 128}, body) is None


async def test_a_webhook_is_repeated_until_it_is_answered_200(paystack, twins, receiver):
    receiver.answers = [500, 302, 204]
    await pay(paystack, twins, "again")
    got = await receiver.wait_for(4)
    assert len({paystack.verify_webhook(*each).event_id for each in got}) == 1


async def test_a_duplicate_webhook_has_the_same_event_id(paystack, twins, receiver):
    await twins.fail(provider="paystack", mode="duplicate_webhook")
    await pay(paystack, twins, "double")
    first, second = [paystack.verify_webhook(*each) for each in await receiver.wait_for(2)]
    assert first == second and first is not None


async def test_a_forged_webhook_comes_first_and_is_seen_through(paystack, twins, receiver):
    await twins.fail(provider="paystack", call="charge.success", mode="forged_webhook")
    await pay(paystack, twins, "forged")
    forged, genuine = [paystack.verify_webhook(*each) for each in await receiver.wait_for(2)]
    assert forged is None and genuine is not None


async def test_a_late_webhook_comes_after_its_delay(paystack, twins, receiver):
    await twins.fail(provider="paystack", mode="late_webhook", delay_s=0.3)
    started = asyncio.get_running_loop().time()
    await pay(paystack, twins, "late")
    await receiver.wait_for(1)
    assert asyncio.get_running_loop().time() - started >= 0.3


async def test_no_webhook_comes_where_none_should(paystack, twins, receiver):
    await twins.fail(provider="paystack", mode="no_webhook")
    await pay(paystack, twins, "silent")
    await pay(paystack, twins, "spoken")
    [each] = await receiver.wait_for(1)
    assert paystack.verify_webhook(*each).reference == "spoken"
    assert (await paystack.verify("silent")).state == "succeeded"


async def test_refunds_tell_of_themselves_with_one_id_for_each_event(paystack, twins, receiver):
    await paid(paystack, "sale")
    for number in (1, 2):
        await paystack.refund(
            reference="sale", refund_reference=f"rf-{number}", amount_minor=100, currency="GHS", reason=""
        )
    events = [paystack.verify_webhook(*each) for each in await receiver.wait_for(5)]
    refunds = [event for event in events if event.kind == "refund"]
    assert {event.reference for event in refunds} == {"sale"}
    assert len({event.event_id for event in refunds}) == 4


@pytest.mark.parametrize(
    "notice", [b"", b"[]", b"{}", b'{"event": "charge.success"}', b'{"data": 1}', b"\xff"]
)
async def test_a_signed_body_that_is_no_event_is_none(paystack, notice):
    signature = hmac.new(b"sk_test_demo", notice, hashlib.sha512).hexdigest()
    assert paystack.verify_webhook({"X-Paystack-Signature": signature}, notice) is None


async def test_an_event_of_another_kind_is_known_as_such(paystack):
    body = json.dumps({"event": "transfer.success", "data": {"id": 5, "reference": "t"}}).encode()
    signature = hmac.new(b"sk_test_demo", body, hashlib.sha512).hexdigest()
    event = paystack.verify_webhook({"x-paystack-signature": signature}, body)
    assert (event.kind, event.event_id) == ("other", "transfer.success:5")
    dispute = body.replace(b"transfer.success", b"charge.dispute.create")
    signature = hmac.new(b"sk_test_demo", dispute, hashlib.sha512).hexdigest()
    assert paystack.verify_webhook({"x-paystack-signature": signature}, dispute).kind == "dispute"


async def test_a_restarted_twin_remembers_pages_charges_and_unsent_webhooks(tmp_path, receiver):
    port = unused_port()
    settings = replace(
        SETTINGS,
        public_url=f"http://127.0.0.1:{port}",
        hooks_url=receiver.url,
        data_dir=tmp_path / "twins",
        approve_after_s=0.3,
    )
    paystack = Paystack(f"http://127.0.0.1:{port}/paystack", "sk_test_demo", TIMEOUT_S)
    receiver.answers = [500] * 2
    async with served(create_twins(settings), port) as url, aiohttp.ClientSession() as session:
        redirect = await paystack.initialize(reference="page", **PAYMENT)
        await pay(paystack, Twins(url, session), "unsent")
        await receiver.wait_for(1)
        await paystack.charge_mobile_money(reference="wallet", phone="+233551234987", **WALLET)
    await paystack.close()
    async with served(create_twins(settings), port) as url, aiohttp.ClientSession() as session:
        assert (await Twins(url, session).press(redirect.payment_url, "pay")).status == 303

        async def told() -> bool:
            taken = [paystack.verify_webhook(*each) for each in receiver.got[2:]]
            return {event.reference for event in taken if event} == {"unsent", "wallet", "page"}

        # Nobody has asked about the wallet: its own timer has to have gone on.
        await eventually(told)
        for reference in ("unsent", "wallet", "page"):
            assert (await paystack.verify(reference)).state == "succeeded"
        await paystack.close()


async def test_a_wallet_that_never_approves_fails_when_the_clock_says_so(start_twins):
    twins = await start_twins(expire_after_s=180)
    paystack = Paystack(f"{twins.url}/paystack", "sk_test_demo", TIMEOUT_S)
    await paystack.charge_mobile_money(reference="never", phone="+233551230002", **WALLET)
    assert (await paystack.verify("never")).state == "pending"
    clock.travel(timedelta(seconds=181))
    try:
        assert (await paystack.verify("never")).state == "failed"
    finally:
        clock.reset()
        await paystack.close()
