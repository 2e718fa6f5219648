"""Every failure on command at the Terminal Africa twin, as the client and the webhook receiver see it."""

import asyncio
import json
from dataclasses import replace

import aiohttp
import pytest
from terminal_helpers import KEY, WAY, booked, move, rate_id, shipments, signed
from twin_helpers import SETTINGS, TIMEOUT_S, Twins, eventually, served

from providers.errors import ProviderRefused, ProviderUnknown
from providers.terminal_africa import TerminalAfrica
from providers.twins.app import create_twins
from tests.ports import unused_port

LOST = [
    ("timeout_before", False),
    ("error_500_before", False),
    ("timeout_after", True),
    ("error_500_after", True),
    ("garbage", True),
]


@pytest.mark.parametrize(("mode", "done"), LOST)
async def test_a_booking_without_a_usable_answer_is_found_by_track_and_charged_once(
    terminal, twins, mode, done
):
    shipment_id, rate = await terminal.draft(**WAY, reference="lost"), await rate_id(terminal)
    await twins.fail(provider="terminal", call="pickup", mode=mode)
    with pytest.raises(ProviderUnknown):
        await terminal.book(shipment_id=shipment_id, rate_id=rate)
    assert (await terminal.track(shipment_id)).state == ("confirmed" if done else "draft")
    again = await terminal.book(shipment_id=shipment_id, rate_id=rate)
    assert again.state == "confirmed"
    assert await shipments(twins, "lost") == (1, 1)


@pytest.mark.parametrize(("mode", "done"), LOST)
async def test_a_draft_without_a_usable_answer_costs_nothing(terminal, twins, mode, done):
    await rate_id(terminal)
    await twins.fail(provider="terminal", call="quick_shipment", mode=mode)
    with pytest.raises(ProviderUnknown):
        await terminal.draft(**WAY, reference="maybe")
    assert await shipments(twins, "maybe") == (1 if done else 0, 0)


@pytest.mark.parametrize(("mode", "done"), LOST)
async def test_a_cancellation_without_a_usable_answer_may_be_repeated(terminal, twins, mode, done):
    shipment_id = (await booked(terminal, "off")).shipment_id
    await twins.fail(provider="terminal", call="cancel", mode=mode)
    with pytest.raises(ProviderUnknown):
        await terminal.cancel(shipment_id)
    assert (await terminal.track(shipment_id)).state == ("cancelled" if done else "confirmed")
    await terminal.cancel(shipment_id)
    assert (await terminal.track(shipment_id)).state == "cancelled"


@pytest.mark.parametrize("mode", [mode for mode, _ in LOST])
@pytest.mark.parametrize("call", ["quotes", "create_address", "update_address"])
async def test_no_usable_answer_is_unknown_and_the_next_call_is_answered(start_twins, call, mode):
    twins = await start_twins(hang_s=5.0)
    terminal = TerminalAfrica(f"{twins.url}/terminal/v1", KEY, 2.0)
    address_id = await terminal.save_address(WAY["delivery"])

    async def ask() -> object:
        if call == "quotes":
            return await terminal.quotes(**WAY, currency="NGN")
        if call == "create_address":
            return await terminal.save_address(WAY["delivery"])
        return await terminal.update_address(address_id, WAY["delivery"])

    await twins.fail(provider="terminal", call=call, mode=mode)
    with pytest.raises(ProviderUnknown):
        await ask()
    await ask()
    await terminal.close()


@pytest.mark.parametrize("mode", ["error_500_before", "garbage"])
async def test_tracking_is_asked_once_more_before_it_is_unknown(terminal, twins, mode):
    shipment_id = await terminal.draft(**WAY, reference="seen")
    await twins.fail(provider="terminal", call="track", mode=mode)
    assert (await terminal.track(shipment_id)).state == "draft"
    await twins.fail(provider="terminal", call="track", mode=mode, times=2)
    with pytest.raises(ProviderUnknown):
        await terminal.track(shipment_id)


async def test_a_slow_answer_within_the_time_limit_is_an_answer(terminal, twins):
    await terminal.quotes(**WAY, currency="NGN")
    # Longer than other calls may take: carriers are asked one by one.
    await twins.fail(provider="terminal", call="quotes", mode="slow", delay_s=TIMEOUT_S * 1.5)
    started = asyncio.get_running_loop().time()
    assert len(await terminal.quotes(**WAY, currency="NGN")) == 3
    assert asyncio.get_running_loop().time() - started >= TIMEOUT_S * 1.5


async def test_a_declined_booking_is_refused_and_leaves_a_draft(terminal, twins):
    shipment_id, rate = await terminal.draft(**WAY, reference="poor"), await rate_id(terminal)
    await twins.fail(provider="terminal", call="pickup", mode="decline")
    with pytest.raises(ProviderRefused) as refusal:
        await terminal.book(shipment_id=shipment_id, rate_id=rate)
    assert (refusal.value.code, refusal.value.message) == ("http_400", "Insufficient wallet balance")
    assert (await terminal.track(shipment_id)).state == "draft"
    assert (await terminal.book(shipment_id=shipment_id, rate_id=rate)).state == "confirmed"
    assert await shipments(twins, "poor") == (1, 1)


@pytest.mark.parametrize("call", ["quotes", "quick_shipment", "create_address", "cancel", "track"])
async def test_what_is_declined_is_refused(terminal, twins, call):
    shipment_id = (await booked(terminal, "refused")).shipment_id
    await twins.fail(provider="terminal", call=call, mode="decline")
    with pytest.raises(ProviderRefused):
        match call:
            case "quotes":
                await terminal.quotes(**WAY, currency="NGN")
            case "quick_shipment":
                await terminal.draft(**WAY, reference="again")
            case "create_address":
                await terminal.save_address(WAY["delivery"])
            case "cancel":
                await terminal.cancel(shipment_id)
            case "track":
                await terminal.track(shipment_id)
    assert (await terminal.track(shipment_id)).state == "confirmed"


async def test_a_refused_booking_that_can_not_be_looked_at_is_unknown(terminal, twins):
    first = await booked(terminal, "blind")
    await twins.fail(provider="terminal", call="track", mode="error_500_before", times=2)
    with pytest.raises(ProviderUnknown):
        await terminal.book(shipment_id=first.shipment_id, rate_id=await rate_id(terminal))


async def test_a_twin_that_is_not_there_was_never_reached():
    terminal = TerminalAfrica(f"http://127.0.0.1:{unused_port()}", KEY, TIMEOUT_S)
    for call in (
        terminal.book(shipment_id="SH-1", rate_id="RT-1"),
        terminal.cancel("SH-1"),
        terminal.draft(**WAY, reference="r"),
    ):
        with pytest.raises(ProviderRefused) as refusal:
            await call
        assert (refusal.value.code, refusal.value.retryable) == ("unreachable", True)
    await terminal.close()


async def test_each_step_tells_of_itself(start_twins, receiver):
    twins = await start_twins(hooks_url=receiver.url, transit_after_s=0.1, deliver_after_s=0.1)
    terminal = TerminalAfrica(f"{twins.url}/terminal/v1", KEY, TIMEOUT_S)
    shipment_id = (await booked(terminal, "told")).shipment_id
    notices = [terminal.verify_webhook(*each) for each in await receiver.wait_for(4)]
    assert {notice.kind for notice in notices} == {
        "shipment.created",
        "shipment.confirmed",
        "shipment.in-transit",
        "shipment.delivered",
    }
    assert {notice.shipment_id for notice in notices} == {shipment_id}
    assert len({notice.event_id for notice in notices}) == 4
    await terminal.close()


async def test_a_webhook_is_signed_over_every_byte(terminal, receiver):
    shipment_id = await terminal.draft(**WAY, reference="hook")
    [(headers, body)] = await receiver.wait_for(1)
    assert terminal.verify_webhook(headers, body).shipment_id == shipment_id
    assert terminal.verify_webhook({name.upper(): value for name, value in headers.items()}, body)
    assert terminal.verify_webhook(headers, body + b" ") is None
    assert terminal.verify_webhook({}, body) is None
    assert terminal.verify_webhook({"x-terminal-signature": "ü" * 128}, body) is None
    assert terminal.verify_webhook(signed(body, "sk_test_other"), body) is None


async def test_a_webhook_is_repeated_until_it_is_answered_200(terminal, receiver):
    receiver.answers = [500, 302, 204]
    await terminal.draft(**WAY, reference="again")
    got = await receiver.wait_for(4)
    assert len({terminal.verify_webhook(*each).event_id for each in got}) == 1


async def test_a_duplicate_webhook_has_the_same_event_id(terminal, twins, receiver):
    await twins.fail(provider="terminal", mode="duplicate_webhook")
    await terminal.draft(**WAY, reference="double")
    first, second = [terminal.verify_webhook(*each) for each in await receiver.wait_for(2)]
    assert first == second and first is not None


async def test_a_forged_webhook_comes_first_and_is_seen_through(terminal, twins, receiver):
    await twins.fail(provider="terminal", call="shipment.created", mode="forged_webhook")
    await terminal.draft(**WAY, reference="forged")
    forged, genuine = [terminal.verify_webhook(*each) for each in await receiver.wait_for(2)]
    assert forged is None and genuine is not None


async def test_a_late_webhook_comes_out_of_order_and_track_knows_better(terminal, twins, receiver):
    await twins.fail(provider="terminal", call="shipment.confirmed", mode="late_webhook", delay_s=0.3)
    shipment_id = (await booked(terminal, "late")).shipment_id
    await move(twins, shipment_id, "delivered")
    kinds = [terminal.verify_webhook(*each).kind for each in await receiver.wait_for(3)]
    assert kinds[-1] == "shipment.confirmed" and set(kinds) > {"shipment.delivered"}
    assert (await terminal.track(shipment_id)).state == "delivered"


async def test_no_webhook_comes_where_none_should(terminal, twins, receiver):
    await twins.fail(provider="terminal", call="shipment.created", mode="no_webhook")
    silent = await terminal.draft(**WAY, reference="silent")
    await move(twins, silent, "canceled")
    [each] = await receiver.wait_for(1)
    assert terminal.verify_webhook(*each).kind == "shipment.cancelled"


async def test_a_shipment_is_moved_by_hand_as_often_as_one_likes(terminal, twins, receiver):
    shipment_id = (await booked(terminal, "hand")).shipment_id
    for status in ("delivered", "in-transit", "delivered", "canceled"):
        await move(twins, shipment_id, status)
    tracking = await terminal.track(shipment_id)
    assert tracking.state == "cancelled" and len(tracking.events) == 5
    notices = [terminal.verify_webhook(*each) for each in await receiver.wait_for(6)]
    assert len({notice.event_id for notice in notices}) == 6
    for body, status in (
        ({"shipment_id": "SH-UNHEARD", "status": "delivered"}, 404),
        ({"shipment_id": shipment_id, "status": "teleported"}, 400),
        ({"shipment_id": shipment_id}, 400),
    ):
        async with twins.session.post(f"{twins.url}/control/shipment", json=body) as answer:
            assert answer.status == status


@pytest.mark.parametrize(
    "notice", [b"", b"[]", b"{}", b'{"event": "shipment.created"}', b'{"event": 1, "data": {}}', b"\xff"]
)
async def test_a_signed_body_that_is_no_notice_is_none(terminal, notice):
    assert terminal.verify_webhook(signed(notice), notice) is None


async def test_a_notice_about_something_else_names_no_shipment(terminal):
    for data in ({"id": 1}, {"shipment_id": 7}, {"shipment_id": "../x"}):
        body = json.dumps({"event": "transaction.created", "data": data}).encode()
        notice = terminal.verify_webhook(signed(body), body)
        assert (notice.kind, notice.shipment_id) == ("transaction.created", None)


async def test_a_restarted_twin_remembers_rates_shipments_and_unsent_webhooks(tmp_path, receiver):
    port = unused_port()
    settings = replace(
        SETTINGS,
        public_url=f"http://127.0.0.1:{port}",
        hooks_url=receiver.url,
        data_dir=tmp_path / "twins",
        transit_after_s=0.3,
        deliver_after_s=0.1,
    )
    terminal = TerminalAfrica(f"http://127.0.0.1:{port}/terminal/v1", KEY, TIMEOUT_S)
    receiver.answers = [500] * 2
    async with served(create_twins(settings), port):
        waiting, rate = await terminal.draft(**WAY, reference="waiting"), await rate_id(terminal)
        moving = (await booked(terminal, "moving")).shipment_id
    await terminal.close()
    async with served(create_twins(settings), port) as url, aiohttp.ClientSession() as session:

        async def told() -> bool:
            taken = [terminal.verify_webhook(*each) for each in receiver.got[2:]]
            return (moving, "shipment.delivered") in {(each.shipment_id, each.kind) for each in taken}

        # Nobody has asked about it: its own timer has to have gone on.
        await eventually(told)
        assert (await terminal.book(shipment_id=waiting, rate_id=rate)).state == "confirmed"
        assert await shipments(Twins(url, session), "waiting") == (1, 1)
        await terminal.close()
