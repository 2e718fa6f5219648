"""What a text message may cost, and who wants none: caps and STOP are judged when it is sent."""

from datetime import timedelta

import pytest
from redis.asyncio import Redis

from core import clock, limits
from models import MessageOptOut, OutboundMessage
from providers.arkesel import Arkesel
from providers.messages import Sent
from providers.registry import Registry, registry
from services.notifications import opt_in, opt_out, queue_message, send_message
from services.notifications.sending import IN_SPITE_OF_STOP
from services.notifications.texts import TEXTS
from services.tenants import Scope, scope_by_code
from tests.conftest import World
from tests.logged import all_logs

AMA, KOFI, ESI = "+233241234567", "+233241234568", "+233551234987"
PARAMS = {
    "said": {"text": "Hello"},
    "otp": {"challenge": "0198c0de-0000-7000-8000-000000000001"},
    "parcel_arrived": {"carrier": "DHL", "order": "MK1"},
}


@pytest.fixture
async def scope(world: World) -> Scope:
    return await scope_by_code("demo", "test")


async def send(world: World, scope: Scope, to: str, template: str = "said", **changed) -> OutboundMessage:
    """Queue a message, and send it as a worker with these settings would."""
    await queue_message(scope, channel="sms", to=to, template=template, params=PARAMS[template])
    [message] = await OutboundMessage.claim()
    await send_message(message, world.settings.model_copy(update=changed))
    await message.refresh_from_db()
    # The twin may have reported it meanwhile.
    message.state = "Sent" if message.state == "Delivered" else message.state
    return message


async def test_a_number_gets_so_many_a_day_and_answers_and_codes_count_too(world, scope):
    for template in PARAMS:
        assert (await send(world, scope, AMA, template, sms_most_a_day=3)).state == "Sent"
    with all_logs() as logs:
        over = await send(world, scope, AMA, sms_most_a_day=3)
    assert (over.state, over.next_attempt_at) == ("Failed", None)
    assert over.reason == "Over SMS_MOST_A_DAY for the number."
    assert [line["event"] for line in logs if line["log_level"] == "warning"] == ["text message over a cap"]
    assert (await send(world, scope, KOFI, sms_most_a_day=3)).state == "Sent"
    assert len(await world.outbox(AMA)) == 3


async def test_a_range_of_numbers_gets_so_many_an_hour(world, scope):
    for to in (AMA, KOFI):
        assert (await send(world, scope, to, "otp", sms_most_an_hour=2)).state == "Sent"
    over = await send(world, scope, "+233241999999", "otp", sms_most_an_hour=2)
    assert (over.state, over.reason) == ("Failed", "Over SMS_MOST_AN_HOUR for numbers with 233241.")
    assert (await send(world, scope, ESI, "otp", sms_most_an_hour=2)).state == "Sent"


async def test_a_message_that_must_be_tried_again_counts_once(world, scope):
    await world.twin("/control/fail", provider="africastalking", mode="error_500_before", times=3)
    await queue_message(scope, channel="sms", to=AMA, template="said", params=PARAMS["said"])
    settings = world.settings.model_copy(update={"sms_most_a_day": 1})
    for _ in range(4):
        [message] = await OutboundMessage.claim()
        await send_message(message, settings)
        clock.travel(timedelta(seconds=20))
    await message.refresh_from_db()
    assert message.state in ("Sent", "Delivered")


async def test_without_redis_and_after_it_was_wiped_messages_go_out(world, scope):
    assert (await send(world, scope, AMA, sms_most_a_day=1)).state == "Sent"
    assert (await send(world, scope, AMA, sms_most_a_day=1)).state == "Failed"
    redis = limits._redis
    assert isinstance(redis, Redis)
    await redis.flushdb()
    assert (await send(world, scope, AMA, sms_most_a_day=1)).state == "Sent"
    limits.use_redis(None)
    assert (await send(world, scope, AMA, sms_most_a_day=1)).state == "Sent"
    limits.use_redis(redis)


async def test_who_wrote_stop_gets_what_they_asked_for_and_no_news(world, scope):
    assert await opt_out(scope, "sms", AMA)
    assert not await opt_out(scope, "sms", AMA)
    states = {template: (await send(world, scope, AMA, template)).state for template in PARAMS}
    assert states == {"said": "Sent", "otp": "Sent", "parcel_arrived": "Failed"}
    assert (await OutboundMessage.get(state="Failed")).reason == "They wrote STOP."
    assert (await send(world, scope, KOFI, "parcel_arrived")).state == "Sent"
    assert await opt_in(scope, "sms", AMA)
    assert not await opt_in(scope, "sms", AMA)
    assert (await send(world, scope, AMA, "parcel_arrived")).state == "Sent"
    assert await MessageOptOut.all().count() == 0


async def test_what_became_of_money_is_told_in_spite_of_stop(world, scope):
    await opt_out(scope, "sms", AMA)
    power = {
        "biller": "IKEDC",
        "number": "123",
        "amount": "NGN 500",
        "token": "1111 2222",
        "units": "",
        "reference": "r",
    }
    owed = {"amount": "GHS 5", "order": "MK1", "reason": "Declined.", "link": "https://x.example"}
    for template, params in {"bill_token": power, "balance_overdue": owed}.items():
        await queue_message(scope, channel="sms", to=AMA, template=template, params=params)
    await world.drain()
    assert {message.state for message in await OutboundMessage.all()} <= {"Sent", "Delivered"}
    # What is left out is decided for every template: news of a parcel, and reminders before anything is due.
    by_mail = {
        "email_verification",
        "password_reset",
        "pin_reset",
        "email_change_started",
        "email_changed",
        "recovery_waits",
        "account_verification",
        "account_known",
        "password_link",
        "email_change_link",
    }
    codes = {"otp", "pin_code", "already_registered"}
    silent = set(TEXTS) - IN_SPITE_OF_STOP - by_mail - codes
    assert silent == {"balance_soon", "balance_soon_by", "balance_moved", "parcel_left", "parcel_arrived"}


async def test_stop_is_for_one_shop(world, scope):
    other = await scope_by_code("kasuwa", "test")
    await opt_out(scope, "sms", AMA)
    assert (await send(world, other, AMA, "parcel_arrived")).state == "Sent"


async def test_what_was_said_in_a_chat_is_not_said_hours_later(world, scope):
    await queue_message(scope, channel="sms", to=AMA, template="said", params=PARAMS["said"])
    clock.travel(timedelta(minutes=31))
    await world.drain()
    assert (await OutboundMessage.get(to=AMA)).reason == "It came too late."
    assert await world.outbox(AMA) == []


async def test_a_delivery_report_is_written_down(world, scope):
    message = await send(world, scope, AMA)

    async def delivered() -> bool:
        await message.refresh_from_db()
        return message.state == "Delivered"

    await world.until(delivered)


async def test_another_gateway_may_carry_the_messages(world, scope, monkeypatch):
    changed = {"sms_gateway": "arkesel"}
    gateway = Registry(world.settings.model_copy(update=changed)).sms("test")
    monkeypatch.setattr(registry(), "sms", lambda environment: gateway)
    senders: list[str] = []
    send_by = Arkesel.send

    async def seen(self: Arkesel, *, to: str, text: str, sender: str) -> Sent:
        senders.append(sender)
        return await send_by(self, to=to, text=text, sender=sender)

    monkeypatch.setattr(Arkesel, "send", seen)
    # A number of Africa's Talking is no sender id at Arkesel.
    monkeypatch.setitem(PARAMS, "said", {"text": "Hello", "gateway": "africastalking", "line": "44044"})
    assert (await send(world, scope, AMA, **changed)).state == "Sent"
    assert senders == ["Makola"]
    assert [message["text"] for message in await world.outbox(AMA)] == ["Hello"]
    await gateway.close()
