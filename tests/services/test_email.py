"""E-mails are sent by the queue: each arrives once, whatever interrupts the worker, and codes in time only."""

import asyncio
from datetime import timedelta

import pytest
from aiohttp import ClientSession

from core import clock
from models import OutboundMessage
from providers.registry import Registry, use_registry
from services.notifications import queue_message, send_message
from services.notifications.texts import SUBJECTS, TEXTS, words
from services.tenants import Scope, scope_by_code
from workers.jobs import WORK, look_at

AMA = "ama@example.com"
SEND = next(work for work in WORK if work.name == "send_message")
CODES = ["otp", "email_verification", "password_reset", "pin_reset"]


async def queue(scope: Scope, template="email_changed", **params) -> OutboundMessage:
    await queue_message(scope, channel="email", to=AMA, template=template, params=params)
    return await OutboundMessage.get(to=AMA)


async def is_still_to_come(world, mode: str) -> bool:
    """Whether the twins' page still lists a failure that nobody has met."""
    async with ClientSession() as client, client.get(world.twins) as answer:
        return f"<td>{mode}</td>" in await answer.text()


@pytest.fixture
async def scope(world) -> Scope:
    return await scope_by_code("demo", "test")


@pytest.mark.parametrize("template", CODES)
async def test_a_code_can_be_read_at_the_address(world, scope, template):
    await queue(scope, template, challenge="0198c0de-0000-7000-8000-000000000001")
    code = await world.code_for(AMA)
    [mail] = await world.outbox("AMA@example.com")
    assert mail["channel"] == "email" and "5 minutes" in mail["text"] and scope.name in mail["subject"]
    assert code not in mail["subject"]


@pytest.mark.parametrize("mode", ["slow", "timeout_after"], ids=["before it was taken", "after it was taken"])
async def test_an_email_arrives_once_though_its_worker_was_interrupted(world, scope, mode):
    message = await queue(scope)
    await world.twin("/control/fail", provider="smtp", call="send", mode=mode, delay_s=60)
    worker = asyncio.create_task(look_at(SEND, world.settings))
    end = asyncio.get_running_loop().time() + 60
    while await is_still_to_come(world, mode):
        assert asyncio.get_running_loop().time() < end, "nothing was sent"
        await asyncio.sleep(0.02)
    worker.cancel()
    await asyncio.wait([worker])
    assert worker.cancelled()
    await message.refresh_from_db()
    assert (message.state, message.attempts) == ("Queued", 1)

    await world.drain()
    await message.refresh_from_db()
    assert message.state == "Queued", "the interrupted worker's lease still holds it"
    clock.travel(timedelta(seconds=9))
    await world.drain()
    await message.refresh_from_db()
    assert (message.state, message.attempts) == ("Sent", 2)
    assert message.provider_id == f"<{message.uid}@makola.test>"
    assert len(await world.outbox(AMA)) == 1


async def test_a_lost_answer_is_followed_by_a_repeat_that_shows_once(world, scope):
    message = await queue(scope)
    await world.twin("/control/fail", provider="smtp", mode="error_500_after")
    await world.drain()
    await message.refresh_from_db()
    assert message.state == "Queued" and "broke" in message.reason
    clock.travel(timedelta(seconds=2))
    await world.drain()
    await message.refresh_from_db()
    assert message.state == "Sent" and len(await world.outbox(AMA)) == 1


async def test_a_mail_that_is_declined_for_good_is_not_sent_again(world, scope):
    message = await queue(scope)
    await world.twin("/control/fail", provider="smtp", mode="decline")
    await world.drain()
    await message.refresh_from_db()
    assert (message.state, message.next_attempt_at) == ("Failed", None) and "smtp_550" in message.reason


@pytest.mark.parametrize("template", CODES)
async def test_a_code_that_has_run_out_is_not_sent(world, scope, template):
    message = await queue(scope, template, challenge="0198c0de-0000-7000-8000-000000000001")
    clock.travel(timedelta(minutes=6))
    await world.drain()
    await message.refresh_from_db()
    assert message.state == "Failed" and await world.outbox(AMA) == []


async def test_without_a_mail_server_it_fails_and_says_why(market):
    scope = await scope_by_code("demo", "test")
    message = await queue(scope)
    await OutboundMessage.filter(id=message.id).update(environment="live")
    [message] = await OutboundMessage.claim(row_id=message.id)
    await send_message(message, market)
    assert message.state == "Failed" and message.reason == "no_gateway: no mail server for live"


async def test_a_live_mail_server_is_what_the_settings_say(market):
    live = market.model_copy(update={"smtp_url": "smtps://mail.example", "email_from": "a@shop.example"})
    registry = Registry(live)
    use_registry(registry)
    assert registry.email("live") is registry.email("live") is not registry.email("test")


def test_every_template_has_words_and_every_subject_a_template():
    assert set(SUBJECTS) <= set(TEXTS)
    assert words("card_funded", "Kumasi Parts", {"amount": "1", "balance": "2"}).subject == "Kumasi Parts"
