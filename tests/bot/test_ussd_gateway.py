"""The USSD door over HTTP: what gateways send, twice, out of shape, and at the same time."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from chat_helpers import AMA, Phone, put_on_card, says

from bot.channels.ussd import add_ussd_routes
from bot.languages import LANGUAGES
from bot.text import t
from core import gsm7
from core.keys import SETTINGS
from core.settings import Settings
from models import (
    BillPurchase,
    ChannelIdentity,
    Conversation,
    InboundMessage,
    Order,
    OrderLine,
    Payment,
)
from services.accounts.signup import create_customer
from services.tenants import Scope

PATH = "/channels/ussd/africastalking"
Client = TestClient[web.Request, web.Application]


@pytest_asyncio.fixture
async def http(market: Settings) -> AsyncIterator[Client]:
    app = web.Application()
    app[SETTINGS] = market
    add_ussd_routes(app)
    async with TestClient(TestServer(app)) as client:
        yield client


def form(text: str = "", **changes: str) -> dict[str, str]:
    return {
        "sessionId": "ATUid_1",
        "phoneNumber": AMA,
        "networkCode": "62001",
        "serviceCode": "*920*44#",
        "text": text,
    } | changes


async def ask(http: Client, text: str = "", **changes: str) -> str:
    async with http.post(PATH, data=form(text, **changes)) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/plain"
        return await answer.text()


async def test_a_call_is_answered(http: Client) -> None:
    assert (await ask(http)).startswith("CON Welcome to Makola Demo\n1 Shop\n")


async def test_a_dial_string_is_walked_through_in_one_turn(http: Client) -> None:
    assert await ask(http, "1*1") == "CON Type what you look for, e.g. brake pads\n0 Back 00 Home"


async def test_a_dial_string_stops_where_it_does_not_lead_on(http: Client) -> None:
    shown = await ask(http, "1*7*1")
    assert shown.startswith("CON Please choose one of the numbers.\nWhat do you look for?")


async def test_words_may_contain_a_star(http: Client) -> None:
    await ask(http)
    await ask(http, "1")
    await ask(http, "1*1")
    assert (await ask(http, "1*1*brake*pads")).startswith("CON brake*pads: ")


async def test_the_same_request_gets_the_same_answer_and_acts_once(http: Client, phone: Phone) -> None:
    await phone.sign_up()
    path = ["", "1", "1*1", "1*1*wiper", "1*1*wiper*1", "1*1*wiper*1*1", "1*1*wiper*1*1*2"]
    answers = [[await ask(http, text) for _ in range(2)] for text in path]
    assert all(first == second for first, second in answers)
    assert [line.quantity for line in await OrderLine.all()] == [2]
    # An old request that comes late gets its old answer, and the call goes on where it is.
    assert await ask(http, path[1]) == answers[1][0]
    assert (await ask(http, f"{path[-1]}*2")).startswith("CON Cart: 2 pieces")


async def test_a_request_delivered_twice_at_the_same_time_acts_once(http: Client, phone: Phone) -> None:
    await phone.sign_up()
    answers = await asyncio.gather(*(ask(http, "1*1*wiper*1*1*3") for _ in range(5)))
    assert len(set(answers)) == 1
    assert [line.quantity for line in await OrderLine.all()] == [3]


async def test_a_customer_is_known_by_the_networks_word(http: Client, demo: Scope) -> None:
    customer = await create_customer(demo, phone=AMA, full_name="Ama Mensah")
    assert "Ama Mensah\n0241234567" in await ask(http, "5")
    assert (await ChannelIdentity.get(external_id=AMA)).customer_id == customer.id


async def test_an_unescaped_plus_sign_is_understood(http: Client) -> None:
    await ask(http, phoneNumber=AMA.replace("+", " "))
    assert await ChannelIdentity.exists(external_id=AMA)


@pytest.mark.parametrize("number", ["", "abc", "12", "+0", "9" * 40, "0241234567x"])
async def test_a_number_that_is_none_ends_the_call_with_a_sentence(http: Client, number: str) -> None:
    assert await ask(http, phoneNumber=number) == (
        "END This service needs your phone number, and none came with the call."
    )


async def test_a_code_that_nobody_was_given_goes_by_the_callers_country(http: Client) -> None:
    assert (await ask(http, serviceCode="*384*1#")).startswith("CON Welcome to Makola Demo")
    nigerian = {"serviceCode": "*384*1#", "phoneNumber": "+2348031234567", "sessionId": "n"}
    assert (await ask(http, **nigerian)).startswith("CON Welcome to Kasuwa Demo")
    elsewhere = {"serviceCode": "*384*1#", "phoneNumber": "+254711123456", "sessionId": "k"}
    assert (await ask(http, **elsewhere)).startswith("CON Welcome to Makola Demo")


async def test_a_service_code_belongs_to_its_platform(http: Client) -> None:
    assert (await ask(http, serviceCode="*347*44#")).startswith("CON Welcome to Kasuwa Demo")


async def test_the_notice_that_a_call_is_over_is_accepted(http: Client) -> None:
    notice = {"sessionId": "ATUid_1", "serviceCode": "*920*44#", "phoneNumber": AMA, "status": "Success", "cost": "1",
              "durationInMillis": "900", "hopsCount": "3", "input": "1*1"}  # fmt: skip
    async with http.post(PATH, data=notice) as answer:
        assert (answer.status, await answer.text()) == (200, "")


@pytest.mark.parametrize(
    "sent",
    [
        {"data": b"\xff\xfe\x00"},
        {"json": {"phoneNumber": AMA}},
        {"data": {**form(), "sessionId": "\x00*"}},
        {"data": {**form(), "text": "*" * 50_000}},
        {"data": {**form(), "text": "1*\x00*\ud7ff"}},
        {"data": {**form(), "serviceCode": "'; --"}},
    ],
    ids=["noise", "json", "no session", "stars", "control", "code"],
)
async def test_whatever_comes_is_answered_as_a_screen(http: Client, sent: dict[str, Any]) -> None:
    async with http.post(PATH, **sent) as answer:
        assert answer.status == 200
        assert (await answer.text())[:4] in ("CON ", "END ")


async def test_what_breaks_inside_ends_the_call_politely(
    http: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("bot.channels.ussd.calls.play", broken)
    assert await ask(http) == "END Something went wrong on our side. Please try again."
    monkeypatch.undo()
    # Nothing of it was kept, so the same request is worked on when it comes again.
    assert (await ask(http)).startswith("CON Welcome")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_breaks_is_told_in_the_callers_language(
    http: Client, phone: Phone, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    async def broken(*_: Any) -> Any:
        raise RuntimeError("secret detail")

    await phone.speaks(language)
    monkeypatch.setattr("bot.channels.ussd.calls.play", broken)
    said = gsm7.transliterate(t("broken").into(language).render())
    assert await ask(http) == f"END {said}"
    assert gsm7.is_gsm7(said) and gsm7.length(said) <= 160


async def test_where_the_database_is_away_a_call_ends_politely_too(
    http: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any) -> Any:
        raise OSError("no database")

    monkeypatch.setattr("bot.channels.ussd.calls.play", away)
    monkeypatch.setattr("bot.channels.broken.language_of", away)
    assert await ask(http) == "END Something went wrong on our side. Please try again."


@pytest.mark.parametrize("dialled", ["*920*44*4*1*50*1*1#", "*920*44*4*1*50*1*1*1#"])
async def test_what_is_dialled_behind_a_last_look_moves_no_money(phone: Phone, dialled: str) -> None:
    await phone.sign_up()
    assert "Total GHS 50.00" in await phone.dial(dialled)
    assert await Payment.all().count() == 0
    # Nor is it paid by two answers at once, of which the first leads there.
    await phone.dial("*920*44*4*1*50#")
    assert "Total GHS 50.00" in await phone.type("1*1")
    assert await Payment.all().count() == 0
    await phone.type("1")
    assert await Payment.all().count() == 1


@pytest.mark.parametrize("dialled", ["*920*44*2*1*1*1*7391#", "*920*44*7*7391#", "*920*44*4*4*1*5*1*1*7391#"])
async def test_a_pin_that_is_dialled_too_early_is_kept_nowhere(phone: Phone, dialled: str) -> None:
    await phone.sign_up(pin="7391")
    await put_on_card(phone.number, 50_00)
    await phone.dial("*920*44*1*1*wiper*1*1*2#")
    await phone.dial(dialled)
    kept = [str((row.body, row.reply)) for row in await InboundMessage.all()]
    kept += [str(row.session) for row in await Conversation.all()]
    assert not any(says("7391", row) for row in kept)
    assert await BillPurchase.all().count() == 0


async def test_no_pin_and_no_code_is_kept_in_words(phone: Phone) -> None:
    await phone.sign_up(pin="7391")
    kept = [str((row.body, row.reply, row.external_id)) for row in await InboundMessage.all()]
    kept += [str(row.session) for row in await Conversation.all()]
    assert any("***" in row for row in kept)
    assert not any(says("7391", row) for row in kept)


async def test_in_production_only_the_secret_address_answers(market: Settings) -> None:
    app = web.Application()
    app[SETTINGS] = market.model_copy(update={"environment": "production"})
    add_ussd_routes(app)
    async with TestClient(TestServer(app)) as client:
        statuses = {}
        for path in (PATH, f"{PATH}/wrong", f"{PATH}/{market.hook_secret}"):
            async with client.post(path, data=form()) as answer:
                statuses[path.rsplit("/", 1)[1]] = answer.status
    assert statuses == {"africastalking": 404, "wrong": 404, market.hook_secret: 200}


async def test_two_calls_of_two_people_do_not_mix(http: Client) -> None:
    other = {"phoneNumber": "+233201234567", "sessionId": "ATUid_1"}
    await ask(http)
    await ask(http, **other)
    assert (await ask(http, "1")).startswith("CON What do you look for?")
    assert (await ask(http, "5", **other)).startswith("CON You have no account yet.")
    assert await Order.all().count() == 0
