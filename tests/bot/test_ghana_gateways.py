"""The USSD doors of Arkesel and Hubtel over HTTP: the latest input only, twice, out of shape, and at the same time."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from chat_helpers import AMA, Phone, says

from bot.channels.ussd import add_ussd_routes
from core.keys import SETTINGS
from core.settings import Settings
from models import Conversation, InboundMessage, OrderLine

Client = TestClient[web.Request, web.Application]
BROKEN = "Something went wrong on our side. Please try again."
NO_NUMBER = "This service needs your phone number, and none came with the call."


@pytest_asyncio.fixture
async def http(market: Settings) -> AsyncIterator[Client]:
    app = web.Application()
    app[SETTINGS] = market
    add_ussd_routes(app)
    async with TestClient(TestServer(app)) as client:
        yield client


def arkesel(typed: str, **changes: Any) -> dict[str, Any]:
    return {
        "sessionID": "ark-1",
        "userID": "MAKOLA",
        "newSession": typed.startswith("*"),
        "msisdn": AMA[1:],
        "userData": typed,
        "network": "MTN",
    } | changes


def hubtel(typed: str, sequence: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "Mobile": AMA[1:],
        "SessionId": "hub-1",
        "ServiceCode": "920*44",
        "Type": "initiation" if typed.startswith("*") else "RESPONSE",
        "Message": typed,
        "Operator": "mtn",
        "Platform": "USSD",
        "ClientState": "",
        "Sequence": sequence,
    } | changes


async def post(http: Client, gateway: str, body: Any) -> dict[str, Any]:
    sent = {"data": body} if isinstance(body, bytes) else {"json": body}
    async with http.post(f"/channels/ussd/{gateway}", **sent) as answer:
        assert answer.status == 200
        assert answer.content_type == "application/json"
        said: dict[str, Any] = await answer.json()
        return said


async def test_an_arkesel_call_is_answered_and_known_again(http: Client) -> None:
    said = await post(http, "arkesel", arkesel("*920*44#"))
    assert said.pop("message").startswith("Welcome to Makola Demo\n1 Shop\n")
    assert said == {"sessionID": "ark-1", "userID": "MAKOLA", "msisdn": AMA[1:], "continueSession": True}
    # The same digit twice in one call is two answers.
    assert (await post(http, "arkesel", arkesel("1")))["message"].startswith("What do you look for?")
    assert (await post(http, "arkesel", arkesel("1")))["message"].startswith("Type what you look for")


async def test_a_hubtel_call_is_answered_and_known_again(http: Client) -> None:
    said = await post(http, "hubtel", hubtel("*920*44#"))
    assert said["message"].startswith("Welcome to Makola Demo\n1 Shop\n")
    assert (said["type"], said["dataType"], said["sessionId"]) == ("Response", "input", "hub-1")
    assert (await post(http, "hubtel", hubtel("1", 2)))["message"].startswith("What do you look for?")
    assert (await post(http, "hubtel", hubtel("1", 3)))["message"].startswith("Type what you look for")


@pytest.mark.parametrize(("gateway", "request_of"), [("arkesel", arkesel), ("hubtel", hubtel)])
async def test_a_dial_string_of_full_depth_comes_in_the_first_request(
    http: Client, gateway: str, request_of: Any
) -> None:
    said = await post(http, gateway, request_of("*920*44*1*1*corolla brake pads#"))
    assert said["message"].startswith("corolla brake pads: 3 found")
    other = {"sessionID": "2", "SessionId": "2"}
    assert (await post(http, gateway, request_of("*347*44*5#", **other)))["message"].startswith(
        "You have no account yet."
    )


@pytest.mark.parametrize(("gateway", "request_of"), [("arkesel", arkesel), ("hubtel", hubtel)])
async def test_a_call_stays_in_the_market_that_was_dialled(
    http: Client, gateway: str, request_of: Any
) -> None:
    steps = [request_of("*347*44#"), request_of("0", **({} if gateway == "arkesel" else {"sequence": 2}))]
    for step in steps:
        if "ServiceCode" in step:
            step["ServiceCode"] = "347"
        assert (await post(http, gateway, step))["message"].startswith("Welcome to Kasuwa Demo")


async def test_the_same_request_of_hubtel_acts_once_however_late_it_comes_again(
    http: Client, phone: Phone
) -> None:
    await phone.sign_up()
    steps = [hubtel("*920*44*1*1*wiper#"), hubtel("1", 2), hubtel("1", 3), hubtel("2", 4)]
    answers = [[await post(http, "hubtel", step) for _ in range(2)] for step in steps]
    assert all(first == second for first, second in answers)
    assert [line.quantity for line in await OrderLine.all()] == [2]
    assert await post(http, "hubtel", steps[1]) == answers[1][0]
    assert (await post(http, "hubtel", hubtel("2", 5)))["message"].startswith("Cart: 2 pieces")


async def test_the_same_request_of_arkesel_before_it_is_answered_acts_once(
    http: Client, phone: Phone
) -> None:
    await phone.sign_up()
    for typed in ("*920*44*1*1*wiper#", "1", "1"):
        await post(http, "arkesel", arkesel(typed))
    answers = await asyncio.gather(*(post(http, "arkesel", arkesel("3")) for _ in range(5)))
    assert len({answer["message"] for answer in answers}) == 1
    assert [line.quantity for line in await OrderLine.all()] == [3]


async def test_an_opening_that_comes_again_gets_its_answer_again(http: Client) -> None:
    first = await post(http, "arkesel", arkesel("*920*44*1#"))
    await post(http, "arkesel", arkesel("1"))
    assert await post(http, "arkesel", arkesel("*920*44*1#")) == first
    assert (await post(http, "arkesel", arkesel("wiper")))["message"].startswith("wiper: ")


async def test_an_answer_to_a_screen_that_was_never_shown_is_not_taken(http: Client) -> None:
    said = await post(http, "arkesel", arkesel("1", sessionID="lost"))
    assert said["message"].startswith("Welcome to Makola Demo")


@pytest.mark.parametrize("kind", ["Timeout", "release", "RELEASE"])
async def test_a_notice_that_a_hubtel_call_is_over_changes_nothing(http: Client, kind: str) -> None:
    await post(http, "hubtel", hubtel("*920*44*1#"))
    assert (await post(http, "hubtel", hubtel("", 2, Type=kind)))["type"] == "Release"
    assert (await post(http, "hubtel", hubtel("1", 3)))["message"].startswith("Type what you look for")


OUT_OF_SHAPE: list[Any] = [b"", b"\xff\xfe\x00", b"{", b'{"a": "\\ud800"}', [], 7, None, {}, b"[" * 10_000]
NO_TEXT: list[Any] = [None, {}, [1], True, 1.5]


async def test_what_is_no_request_gets_a_closing_sentence(http: Client) -> None:
    for body in OUT_OF_SHAPE:
        said = await post(http, "arkesel", body)
        assert said["continueSession"] is False and said["message"] in (BROKEN, NO_NUMBER)
        said = await post(http, "hubtel", body)
        assert said["type"] == "Release" and said["message"] in (BROKEN, NO_NUMBER)


async def test_a_field_that_is_missing_or_of_a_wrong_type_ends_an_arkesel_call(http: Client) -> None:
    for name in ("sessionID", "msisdn", "userData", "newSession"):
        for value in ["maybe", None, {}, [1], 1.5] if name == "newSession" else NO_TEXT:
            said = await post(http, "arkesel", arkesel("1", **{name: value}))
            assert said["continueSession"] is False
            assert said["message"] == (NO_NUMBER if name == "msisdn" else BROKEN)


async def test_a_field_that_is_missing_or_of_a_wrong_type_ends_a_hubtel_call(http: Client) -> None:
    for name in ("SessionId", "Mobile", "Message", "Type", "ServiceCode"):
        for value in NO_TEXT:
            said = await post(http, "hubtel", hubtel("1", **{name: value}))
            assert said["type"] == "Release"
            assert said["message"] == (NO_NUMBER if name == "Mobile" else BROKEN)


async def test_an_unknown_type_ends_a_hubtel_call(http: Client) -> None:
    for kind in ("", "Hijack", "Response ed", "💥"):
        said = await post(http, "hubtel", hubtel("1", Type=kind))
        assert (said["type"], said["message"]) == ("Release", BROKEN)


async def test_whatever_is_typed_gets_a_screen_that_fits(http: Client) -> None:
    for typed in ("x" * 10_000, "*" * 10_000, "💥", "\0", "", "1*2*3*4*5", "Ŋkɔm", " "):
        await post(http, "arkesel", arkesel("*920*44#"))
        said = await post(http, "arkesel", arkesel(typed, newSession=False))
        assert 0 < len(said["message"]) <= 160 and said["continueSession"]
        for sequence, kind in ((1, "Initiation"), (2, "Response")):
            said = await post(http, "hubtel", hubtel(typed, sequence, Type=kind))
            assert 0 < len(said["message"]) <= 160 and said["type"] == "Response"


async def test_a_call_goes_on_also_where_a_sequence_is_no_number(http: Client) -> None:
    for number, sequence in enumerate([None, "x", {}, -1, 10**30, True]):
        call = {"SessionId": f"hub-{number}"}
        await post(http, "hubtel", hubtel("*920*44*1*1#", sequence, **call))
        await post(http, "hubtel", hubtel("00", sequence, **call))
        said = await post(http, "hubtel", hubtel("1", sequence, **call))
        assert said["message"].startswith("What do you look for?")
        assert (await post(http, "hubtel", hubtel("1", sequence, **call)))["message"].startswith("Type what")


async def test_after_the_last_word_of_a_call_nothing_acts_again(
    http: Client, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.gateway = "arkesel"
    await phone.sign_up()
    await phone.dial("*920*44*4*1*50*1#")
    last = await phone.type("1")
    assert last.startswith("END Approve GHS 50.00")
    assert await phone.ask() == last


@pytest.mark.parametrize("gateway", ["arkesel", "hubtel"])
async def test_no_pin_is_kept_in_words(phone: Phone, gateway: str) -> None:
    phone.gateway = gateway
    await phone.sign_up(pin="7391")
    kept = [str((row.body, row.reply, row.external_id)) for row in await InboundMessage.all()]
    kept += [str(row.session) for row in await Conversation.all()]
    assert any("***" in row for row in kept)
    assert not any(says("7391", row) for row in kept)


@pytest.mark.parametrize("gateway", ["arkesel", "hubtel"])
async def test_in_production_only_the_secret_address_answers(market: Settings, gateway: str) -> None:
    app = web.Application()
    app[SETTINGS] = market.model_copy(update={"environment": "production"})
    add_ussd_routes(app)
    path = f"/channels/ussd/{gateway}"
    async with TestClient(TestServer(app)) as client:
        statuses = []
        for address in (path, f"{path}/wrong", f"{path}/{market.hook_secret}"):
            async with client.post(address, json=arkesel("*920*44#") | hubtel("*920*44#")) as answer:
                statuses.append(answer.status)
    assert statuses == [404, 404, 200]


@pytest.mark.parametrize("gateway", ["africastalking", "arkesel", "hubtel"])
async def test_telephones_of_one_customer_are_each_in_a_call_of_their_own(phone: Phone, gateway: str) -> None:
    await phone.sign_up()
    shown = await phone.dial("*920*44*5*5*3*1#")
    code = next(word for word in shown.replace(",", " ").split() if len(word) == 8 and word.isdigit())
    other = Phone(phone.settings, "+233551234987", gateway=gateway)
    await other.dial("*920*44*5*5*3*2#")
    assert (await other.type(code)).startswith("CON Your account is here too now.")
    phone.gateway = gateway
    await phone.dial("*920*44*1*1*wiper*1*1*2#")
    assert (await other.dial("*920*44*5#")).startswith("CON Ama Mensah")
    # Neither is its own call played again, nor the other's screen answered unseen.
    assert (await phone.type("3")).startswith("CON Welcome back.\nAma Mensah")
    assert (await other.type("00")).startswith("CON Welcome")
    assert [line.quantity for line in await OrderLine.all()] == [2]


async def test_a_change_of_network_is_heard_from_each_gateway_and_names_are_not_held_against_numbers(
    http: Client, phone: Phone
) -> None:
    await phone.sign_up()
    calls: dict[str, dict[str, Any]] = {"arkesel": arkesel("*920*44*4#"), "hubtel": hubtel("*920*44*4#")}
    for gateway, call in calls.items():
        said = await post(http, gateway, call)
        assert "Balance GHS 0.00" in said["message"], gateway
    changes = {"sessionID": "2", "SessionId": "2", "network": "Telecel", "Operator": "telecel"}
    for gateway, call in calls.items():
        said = await post(http, gateway, call | changes)
        assert "Is it still you?" in said["message"], gateway
