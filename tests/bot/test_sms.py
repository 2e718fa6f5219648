"""SMS, from the gateway's form to the text that answers: each acts once, and a PIN is kept nowhere."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from chat_helpers import AMA, SHORT_CODE, Phone, says
from structlog.testing import capture_logs

from api.app import create_app
from bot.channels.broken import MOST_TRIES
from bot.channels.inbound import work_inbound
from bot.channels.sms import add_sms_routes, inbound
from bot.text import t
from core import clock, gsm7
from core.db import fetch
from core.keys import SETTINGS
from core.settings import Settings
from models import ChannelIdentity, InboundMessage, MessageOptOut, OrderLine, OutboundMessage
from providers.africastalking import AfricasTalking
from providers.messages import Sent
from services.accounts.signup import create_customer
from services.notifications import queue_message
from services.tenants import Scope
from tests.logged import all_logs
from workers.jobs import drain

PATH = "/channels/sms/africastalking"
Client = TestClient[web.Request, web.Application]
# Where what was said might be kept.
TALK = (
    "inbound_message",
    "outbound_message",
    "conversation",
    "otp_challenge",
    "customer",
    "idempotency_record",
)
MENU = "Welcome to Makola Demo\n1 Shop\n2 Cart\n3 My orders\n4 My card\n5 My account\n"


@pytest_asyncio.fixture
async def http(market: Settings, twins: str) -> AsyncIterator[Client]:
    async with served(market) as client:
        yield client


@contextlib.asynccontextmanager
async def served(settings: Settings) -> AsyncIterator[Client]:
    app = web.Application()
    app[SETTINGS] = settings
    add_sms_routes(app)
    async with TestClient(TestServer(app, port=settings.port)) as client:
        yield client


def form(text: str, id: str = "a", **changed: str) -> dict[str, str]:
    return {
        "date": "2026-02-01 10:00:00",
        "from": AMA,
        "id": id,
        "linkId": "",
        "text": text,
        "to": SHORT_CODE,
        "cost": "KES 0.0000",
        "networkCode": "62001",
    } | changed


async def post(http: Client, sent: Any, path: str = PATH) -> int:
    async with http.post(path, data=sent) as answer:
        return answer.status


async def test_a_first_text_gets_the_menu_and_a_keyword_its_screen(
    phone: Phone, twins: str, demo: Scope
) -> None:
    await create_customer(demo, phone=AMA, full_name="Ama Mensah")
    assert (await phone.text("BAL")).startswith("Card MK")
    other = Phone(phone.settings, "+233551234987")
    assert (await other.text("Good morning")).startswith(MENU)


async def test_the_twin_plays_a_person_and_the_answer_is_in_the_outbox(
    http: Client, market: Settings
) -> None:
    url = f"{market.twins_base_url}/africastalking/control/sms"
    async with aiohttp.ClientSession() as client:
        async with client.post(url, json={"from": AMA, "text": "hi"}) as answer:
            assert (answer.status, (await answer.json())["taken"]) == (200, True)
        async with client.post(url, json={"from": AMA}) as answer:
            assert answer.status == 400
    await drain(market)
    assert (await Phone(market).messages())[0].startswith(MENU)


async def test_a_text_is_stored_before_it_is_acknowledged_and_worked_on_after(http: Client) -> None:
    assert await post(http, form("hi")) == 200
    row = await InboundMessage.get()
    assert (row.channel, row.gateway, row.external_id, row.sender) == ("sms", "africastalking", "a", AMA)
    assert row.next_attempt_at is not None
    assert await OutboundMessage.all().count() == 0


async def test_a_text_delivered_twice_acts_once(http: Client, phone: Phone) -> None:
    await phone.sign_up()
    for text in ("wiper", "wiper", "1", "1"):
        await phone.text(text)
    await asyncio.gather(*(post(http, form("3", "twice")) for _ in range(3)))
    await drain(phone.settings)
    assert await post(http, form("3", "twice")) == 200
    await drain(phone.settings)
    assert [line.quantity for line in await OrderLine.all()] == [3]
    said = [text for text in await phone.messages() if text.startswith("In your cart now")]
    assert len(said) == 1


async def test_texts_that_come_at_once_are_played_in_order(http: Client, phone: Phone) -> None:
    await phone.text("hi")
    for number, text in enumerate(("1", "1", "corolla brake pads")):
        await post(http, form(text, f"n{number}"))
    await drain(phone.settings)
    assert any(text.startswith("corolla brake pads: 3 found") for text in await phone.messages())


async def test_who_writes_within_a_day_goes_on_and_later_finds_the_menu(phone: Phone, twins: str) -> None:
    await phone.text("hi")
    await phone.text("1")
    clock.travel(timedelta(hours=23))
    assert (await phone.text("1")).startswith("Type what you look for")
    clock.travel(timedelta(hours=25))
    assert (await phone.text("1")).startswith(MENU)


async def test_a_text_answers_no_screen_that_was_only_shown_on_a_call(phone: Phone, twins: str) -> None:
    await phone.sign_up()
    await phone.dial("*920*44*1*1*wiper*1*1#")
    shown = await phone.text("2")
    assert shown.startswith("Welcome back.\n")
    assert await OrderLine.all().count() == 0
    await phone.text("2")
    assert [line.quantity for line in await OrderLine.all()] == [2]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "x" * 10_240,
        "9" * 10_240,
        "😀" * 50,
        "日本語でお願いします",
        "ɛyɛ ₵5 ọja",
        "\x00\x07",
        "{0}%s",
        "a\r\nb",
    ],
    ids=["empty", "blank", "10 kB", "digits", "emoji", "script", "twi", "control", "braces", "lines"],
)
async def test_whatever_is_texted_gets_one_helpful_answer(http: Client, phone: Phone, text: str) -> None:
    await phone.text("hi")
    before = len(await phone.messages())
    assert await post(http, form(text)) == 200
    await drain(phone.settings)
    messages = await phone.messages()
    assert len(messages) == before + 1
    assert gsm7.is_gsm7(messages[0]) and gsm7.segments(messages[0]) <= 3
    assert MENU in messages[0]
    assert await InboundMessage.filter(next_attempt_at__isnull=False).count() == 0


@pytest.mark.parametrize(
    "sent",
    [
        {},
        b"\xff\xfe\x00",
        form("hi", "\x00*"),
        form("hi", "i" * 500),
        form("hi", **{"from": "MTN"}),
        form("hi", **{"from": ""}),
        form("hi", **{"from": "+" + "9" * 40}),
    ],
    ids=["nothing", "noise", "no id", "long id", "name", "nobody", "long number"],
)
async def test_what_is_no_text_is_acknowledged_and_dropped(http: Client, sent: Any) -> None:
    assert await post(http, sent) == 200
    assert await InboundMessage.all().count() == 0


async def test_an_unescaped_plus_sign_is_understood(http: Client, phone: Phone) -> None:
    await post(http, form("hi", **{"from": AMA.replace("+", " ")}))
    await drain(phone.settings)
    assert await ChannelIdentity.exists(channel="sms", external_id=AMA)


async def test_a_text_goes_to_the_market_of_the_numbers_country(phone: Phone, twins: str) -> None:
    phone.number = "+2348031234567"
    assert (await phone.text("hi")).startswith("Welcome to Kasuwa Demo")


async def test_in_production_nothing_is_taken_without_the_secret(market: Settings) -> None:
    production = market.model_copy(update={"environment": "production", "hook_secret": "a long secret"})
    async with served(production) as http:
        assert await post(http, form("hi")) == 404
        assert await post(http, form("hi"), f"{PATH}/demo-secret") == 404
        assert await post(http, form("hi"), f"{PATH}/a%20long%20secret") == 200
    assert await InboundMessage.all().count() == 1


async def test_the_address_is_part_of_the_application(settings: Settings) -> None:
    app = await create_app(settings)
    paths = {route.resource.canonical for route in app.router.routes() if route.resource is not None}
    assert {PATH, f"{PATH}/{{secret}}"} <= paths


async def test_an_answer_comes_from_the_number_that_was_written_to(
    phone: Phone, twins: str, demo: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    senders: list[str] = []
    send = AfricasTalking.send

    async def seen(self: AfricasTalking, *, to: str, text: str, sender: str) -> Sent:
        senders.append(sender)
        return await send(self, to=to, text=text, sender=sender)

    monkeypatch.setattr(AfricasTalking, "send", seen)
    await phone.text("hi")
    await queue_message(
        demo, channel="sms", to=AMA, template="payment_difference", params={"amount": "GHS 1"}
    )
    await drain(phone.settings)
    assert senders == [SHORT_CODE, "Makola"]


async def test_stop_is_heard_on_every_screen_and_start_undoes_it(
    phone: Phone, twins: str, demo: Scope
) -> None:
    await phone.text("hi")
    await phone.text("1")
    await phone.text("1")
    assert (await phone.text("Stop.")).startswith("Makola Demo sends you no more messages")
    assert await phone.text("STOP") == ""
    assert await MessageOptOut.exists(channel="sms", address=AMA)
    await queue_message(
        demo, channel="sms", to=AMA, template="parcel_arrived", params={"carrier": "DHL", "order": "MK1"}
    )
    await drain(phone.settings)
    assert not any("DHL" in text for text in await phone.messages())
    assert await phone.text("cart") != ""
    assert (await phone.text("START")).startswith(f"Makola Demo sends you messages again.\n{MENU}")
    assert (await phone.text("start")).startswith(MENU)
    assert await MessageOptOut.all().count() == 0


async def test_a_flood_of_texts_is_answered_up_to_the_cap(http: Client, market: Settings) -> None:
    capped = market.model_copy(update={"sms_most_a_day": 2})
    for number in range(4):
        await post(http, form("hi", f"n{number}"))
    await drain(capped)
    states = [message.state for message in await OutboundMessage.all().order_by("id")]
    assert sorted(states) == ["Failed", "Failed", "Sent", "Sent"]
    assert len(await Phone(market).messages()) == 2


async def test_a_typed_pin_is_kept_nowhere(http: Client, phone: Phone) -> None:
    with all_logs() as events:
        await phone.text("bal")
        await phone.text("Ama Mensah")
        code = await phone.code()
        for typed in (code, "7391", "7391"):
            shown = await phone.text(typed)
        assert shown.startswith("Your PIN is set.")
        # And where nobody asked for it.
        for typed in ("00", "7391", "My PIN: 7391."):
            assert MENU in await phone.text(typed)
    assert any(event["event"] == "provider_call" for event in events)
    told = "".join(str(event) for event in events if event["event"] != "provider_call")
    for table in TALK:
        for row in await fetch(f"SELECT * FROM {table}"):
            told += str({name: row[name] for name in row if not name.endswith(("id", "_at", "lease"))})
    assert not says("7391", told) and not says(code, told)
    assert "Ama Mensah" in told


async def test_a_worker_killed_in_the_turn_plays_it_once_when_it_comes_again(
    http: Client, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(*_: Any) -> Any:
        raise asyncio.CancelledError

    await post(http, form("hi"))
    monkeypatch.setattr(inbound, "_finish", killed)
    with pytest.raises(asyncio.CancelledError):
        await work_inbound((await InboundMessage.claim())[0], phone.settings)
    assert await OutboundMessage.all().count() == 0
    monkeypatch.undo()
    clock.travel(timedelta(seconds=10))
    await drain(phone.settings)
    assert len(await phone.messages()) == 1


async def test_a_worker_killed_between_turn_and_sending_loses_nothing(http: Client, phone: Phone) -> None:
    await post(http, form("hi"))
    row = (await InboundMessage.claim())[0]
    await inbound.answer_text(row, phone.settings)
    # Killed here: the text is not released, and its answer waits in the queue.
    assert (await OutboundMessage.get()).state == "Queued"
    clock.travel(timedelta(seconds=10))
    await drain(phone.settings)
    assert len(await phone.messages()) == 1
    assert await InboundMessage.filter(next_attempt_at__isnull=False).count() == 0


async def test_a_turn_that_never_succeeds_ends_with_a_sentence_and_keeps_nothing(
    http: Client, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> Any:
        raise RuntimeError("secret detail")

    await phone.speaks("yo")
    monkeypatch.setattr(inbound, "play", broken)
    await post(http, form("7391"))
    with capture_logs():
        for _ in range(MOST_TRIES):
            await drain(phone.settings)
            clock.travel(timedelta(minutes=10))
    assert await phone.messages() == [gsm7.transliterate(t("broken").into("yo").render())]
    assert [row.body["text"] for row in await InboundMessage.filter(channel="sms")] == ["***"]
    monkeypatch.undo()
    await phone.speaks("en")
    assert (await phone.text("hi")).startswith(MENU)
