"""The VTpass client against the twin: lists, names behind numbers, purchases, tokens, codes and notices."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from bill_helpers import naira, settled
from twin_helpers import TIMEOUT_S

from core import clock
from core.settings import Settings
from providers.bills import BillResult
from providers.errors import ProviderRefused, ProviderUnknown
from providers.registry import Registry
from providers.vtpass import VTpass
from providers.vtpass_codes import PAID, REQUERIED
from providers.vtpass_wire import account, offers, result

POWER = {"kind": "electricity", "service": "eko-electric", "account": "12345678901", "offer": "prepaid"}
# A code of /pay -> how the purchase stands. 019 and 014 may speak of our own lost call, so they are asked after.
AT_PAY = {
    "000": "pending",
    "001": "pending",
    "014": "pending",
    "015": "pending",
    "019": "pending",
    "044": "pending",
    "083": "pending",
    "089": "pending",
    "099": "pending",
    "555": "pending",
    "040": "reversed",
} | dict.fromkeys(
    [
        "010",
        "011",
        "012",
        "013",
        "016",
        "017",
        "018",
        "020",
        "021",
        "022",
        "023",
        "024",
        "025",
        "026",
        "027",
        "028",
        "030",
        "031",
        "032",
        "034",
        "035",
        "085",
        "087",
        "091",
    ],
    "failed",
)
AT_REQUERY = {"015": "absent", "016": "failed", "091": "failed", "040": "reversed"}


def test_a_reference_begins_with_the_minute_in_lagos(vtpass):
    late = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    made = {vtpass.new_reference(late) for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"202603050030[a-z0-9]{14}", each) for each in made)


async def test_each_kind_has_its_services_with_their_limits(vtpass):
    names = {
        kind: [each.name for each in await vtpass.services(kind)]
        for kind in ("airtime", "data", "cable", "electricity")
    }
    assert names["airtime"] == ["MTN", "Airtel", "Glo", "9mobile"]
    assert names["data"] == ["MTNData", "AirtelData", "GloData", "9mobileData"]
    assert names["cable"] == ["DSTV", "GOTV", "Startimes", "Showmax"]
    assert {"EKEDC", "IKEDC", "EEDC", "KAEDCO", "KEDCO", "AEDC", "PHED", "JEDC", "BEDC", "YEDC"} < set(
        names["electricity"]
    )
    mtn = (await vtpass.services("airtime"))[0]
    assert (mtn.code, mtn.least_minor, mtn.most_minor) == ("mtn", 5_000, 5_000_000)


@pytest.mark.parametrize(
    ("service", "code", "name", "amount_minor"),
    [
        ("mtn-data", "mtn-2gb-monthly", "2GB Monthly", 100_000),
        ("dstv", "dstv-compact", "DSTV Compact", 790_000),
        ("dstv", "dstv-premium", "DSTV Premium", 2_450_000),
        ("eko-electric", "prepaid", "Prepaid", None),
        ("yola-electric", "postpaid", "Postpaid", None),
    ],
)
async def test_a_service_has_its_offers(vtpass, service, code, name, amount_minor):
    found = {each.code: each for each in await vtpass.offers(service)}
    assert (found[code].name, found[code].amount_minor) == (name, amount_minor)


@pytest.mark.parametrize("network", ["mtn", "airtel", "glo", "etisalat"])
async def test_each_network_has_bundles_of_each_period(vtpass, network):
    names = " ".join(each.name for each in await vtpass.offers(f"{network}-data"))
    assert all(period in names for period in ("Daily", "Weekly", "Monthly"))
    assert await vtpass.offers(network) == []


@pytest.mark.parametrize("spelling", ["variations", "varations"])
def test_offers_are_read_under_either_spelling_to_the_kobo(spelling):
    listed = [
        {"variation_code": "a", "name": "A", "variation_amount": "1149.99", "fixedPrice": "Yes"},
        {"variation_code": "b", "name": "B", "variation_amount": 50, "fixedPrice": "No"},
    ]
    assert [each.amount_minor for each in offers({"content": {spelling: listed}})] == [114_999, None]


@pytest.mark.parametrize("answer", [{}, {"content": []}, {"content": {"variations": [{"name": "x"}]}}])
def test_offers_that_can_not_be_read_are_unknown(answer):
    with pytest.raises(ProviderUnknown):
        offers(answer)


async def test_whose_a_number_is(vtpass):
    meter = await vtpass.validate(
        kind="electricity", service="eko-electric", number="12345678901", offer="prepaid"
    )
    assert meter.valid and meter.customer_name and meter.address and meter.least_minor == 10_000
    card = await vtpass.validate(kind="cable", service="dstv", number="1212121212")
    assert card.valid and card.customer_name


@pytest.mark.parametrize(
    ("service", "number", "offer"),
    [
        ("eko-electric", "00012345678", "prepaid"),
        ("eko-electric", "1111111111111", "postpaid"),
        ("eko-electric", "1010101010101", "prepaid"),
        ("dstv", "12", ""),
    ],
)
async def test_a_number_that_the_biller_does_not_know_is_not_valid(vtpass, service, number, offer):
    kind = "electricity" if offer else "cable"
    found = await vtpass.validate(kind=kind, service=service, number=number, offer=offer)
    assert not found.valid and found.message and found.number == number


@pytest.mark.parametrize(
    ("number", "valid"), [("+2348012345678", True), ("08012345678", True), ("+233246215478", False)]
)
async def test_a_line_is_judged_by_its_form(vtpass, number, valid):
    for kind, service in (("airtime", "mtn"), ("data", "mtn-data"), ("cable", "showmax")):
        assert (await vtpass.validate(kind=kind, service=service, number=number)).valid is valid


async def test_who_can_not_be_asked_is_not_called_wrong(vtpass, twins):
    await twins.fail(provider="vtpass", call="verify", mode="decline", code=30)
    with pytest.raises(ProviderRefused) as refusal:
        await vtpass.validate(kind="cable", service="dstv", number="1212121212")
    assert (refusal.value.code, refusal.value.retryable) == ("030", True)


@pytest.mark.parametrize(
    ("least", "minor"), [("N1,000.00", 100_000), (500, 50_000), ("", None), (None, None), ("ask", None)]
)
def test_the_least_amount_is_read_where_it_is_stated(least, minor):
    content = {"Customer_Name": "ADA", "Min_Purchase_Amount": least, "WrongBillersCode": False}
    assert account({"code": "000", "content": content}, "1").least_minor == minor


@pytest.mark.parametrize(
    "details",
    [
        {},
        {"kind": "data", "service": "mtn-data", "offer": "mtn-2gb-monthly"},
        {
            "kind": "cable",
            "service": "dstv",
            "account": "12345678901",
            "offer": "dstv-compact",
            "amount_minor": 790_000,
        },
        {"kind": "cable", "service": "showmax", "offer": "full", "amount_minor": 290_000},
        POWER | {"offer": "postpaid"},
        POWER,
    ],
)
async def test_a_purchase_is_delivered_once(vtpass, twins, details):
    request = naira(vtpass, **details)
    bought = await vtpass.buy(request)
    assert (bought.state, bought.reference) == ("delivered", request.reference) and bought.provider_id
    assert await vtpass.requery(request) == bought
    assert await twins.delivered(request.reference) == await twins.delivered() == 1


@pytest.mark.parametrize("amount_minor", [5_000, 5_001, 123_456, 4_999_999])
async def test_amounts_arrive_to_the_kobo(vtpass, twins, amount_minor):
    request = naira(vtpass, amount_minor=amount_minor)
    assert (await vtpass.buy(request)).state == "delivered"
    state = await twins.get("/control/state", reference=request.reference)
    assert state["bills"]["purchases"][0]["amount"] == amount_minor


@pytest.mark.parametrize("service", ["eko-electric", "ikeja-electric"])
async def test_prepaid_power_comes_with_a_token_and_units(vtpass, service):
    bought = await vtpass.buy(naira(vtpass, **(POWER | {"service": service, "amount_minor": 500_000})))
    assert re.fullmatch(r"\d{4}(-\d{4}){4}", bought.token)
    assert bought.units == "73.5"


@pytest.mark.parametrize(
    ("answer", "token"),
    [
        ({"purchased_code": "Token : 0123-4567-8901-2345-6789"}, "0123-4567-8901-2345-6789"),
        ({"purchased_code": "token:00123456789012345678"}, "00123456789012345678"),
        (
            {"purchased_code": "Token : 1", "mainToken": " 0555 5555 5555 5555 5555 "},
            "0555 5555 5555 5555 5555",
        ),
        ({"token": "04444444444444444444"}, "04444444444444444444"),
        # 20 digits as a number have lost some.
        (
            {"token": 1.2345678901234567e19, "purchased_code": "Token : 12345678901234567890"},
            "12345678901234567890",
        ),
        ({"purchased_code": ""}, ""),
        ({"purchased_code": "none"}, ""),
        ({}, ""),
    ],
)
def test_a_token_is_kept_as_it_is_to_be_typed(answer, token):
    content = {"transactions": {"status": "delivered", "transactionId": 17}}
    read = result({"code": "000", "content": content} | answer, "r", PAID)
    assert (read.state, read.token, read.provider_id) == ("delivered", token, "17")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("delivered", "delivered"),
        ("initiated", "pending"),
        ("pending", "pending"),
        ("failed", "failed"),
        ("reversed", "reversed"),
        ("resolved", "pending"),
        ("", "pending"),
    ],
)
@pytest.mark.parametrize("table", [PAID, REQUERIED])
def test_a_processed_purchase_stands_as_its_transaction_says(status, state, table):
    for code in ("000", "001", "044"):
        answer = {"code": code, "requestId": "r", "content": {"transactions": {"status": status}}}
        assert result(answer, "r", table).state == state


@pytest.mark.parametrize(("code", "state"), AT_PAY.items())
async def test_each_code_of_a_purchase(vtpass, twins, code, state):
    await twins.fail(provider="vtpass", call="pay", mode="decline", code=int(code))
    bought = await vtpass.buy(naira(vtpass))
    assert bought.state == state
    assert bought.reason.endswith(".")
    assert await twins.delivered() == 0


def test_every_documented_code_is_in_the_table():
    assert set(PAID) == set(AT_PAY) - {"555"}


@pytest.mark.parametrize("code", [*AT_PAY])
async def test_each_code_of_a_requery(vtpass, twins, code):
    await twins.fail(provider="vtpass", call="requery", mode="decline", code=int(code))
    assert (await vtpass.requery(naira(vtpass))).state == AT_REQUERY.get(code, "pending")


@pytest.mark.parametrize("code", [18, 21, 27, 28])
async def test_our_own_account_is_not_blamed_on_the_customer(vtpass, twins, code):
    await twins.fail(provider="vtpass", call="pay", mode="decline", code=code)
    bought = await vtpass.buy(naira(vtpass))
    assert bought == BillResult(
        state="failed",
        reference=bought.reference,
        reason="This can't be sold just now. Please try again later.",
    )


async def test_a_reference_used_twice_buys_once(vtpass, twins):
    request = naira(vtpass)
    await vtpass.buy(request)
    assert (await vtpass.buy(request)).state == "pending"
    assert (await vtpass.requery(request)).state == "delivered"
    assert await twins.delivered() == 1


async def test_a_reference_used_at_the_same_moment_buys_once(vtpass, twins):
    request = naira(vtpass)
    states = [each.state for each in await asyncio.gather(*(vtpass.buy(request) for _ in range(8)))]
    assert sorted(states) == ["delivered"] + ["pending"] * 7
    assert await twins.delivered() == 1


async def test_a_reference_of_yesterday_buys_nothing(vtpass, twins):
    request = naira(vtpass, reference=vtpass.new_reference(clock.now() - timedelta(days=1)))
    assert (await vtpass.buy(request)).state == "failed"
    assert (await vtpass.requery(request)).state == "absent"


async def test_the_same_purchase_again_within_the_window_waits_for_the_window_to_pass(start_twins):
    twins = await start_twins(vtpass_repeat_s=30)
    vtpass = VTpass(f"{twins.url}/vtpass", "vt_api_demo", "vt_public_demo", "vt_secret_demo", TIMEOUT_S)
    await vtpass.buy(naira(vtpass))
    again = naira(vtpass)
    assert (await vtpass.buy(again)).state == "pending"
    assert (await vtpass.requery(again)).state == "absent"
    clock.travel(timedelta(seconds=31))
    try:
        assert (await vtpass.buy(again)).state == "delivered"
    finally:
        clock.reset()
        await vtpass.close()
    assert await twins.delivered() == 2


@pytest.mark.parametrize(
    "change",
    [
        {"amount_minor": 4_999},
        {"amount_minor": 5_000_001},
        {"service": "nobody"},
        {"kind": "data", "service": "mtn-data", "offer": "mtn-9tb-hourly"},
        {"kind": "cable", "service": "dstv", "offer": "dstv-compact"},
        {"kind": "cable", "service": "dstv", "offer": "dstv-compact", "account": "00012345678"},
        POWER | {"account": "1010101010101"},
        {"phone": "+233246215478"},
    ],
)
async def test_what_vtpass_does_not_sell_fails_with_a_sentence(vtpass, twins, change):
    bought = await vtpass.buy(naira(vtpass, **change))
    assert bought.state == "failed" and bought.reason
    assert await twins.delivered() == 0


async def test_another_currency_is_never_sent(vtpass, twins):
    with pytest.raises(ProviderRefused):
        await vtpass.buy(naira(vtpass, currency="GHS"))
    assert (await twins.get("/control/state"))["bills"]["purchases"] == []


@pytest.mark.parametrize("wrong", [0, 1, 2])
async def test_each_wrong_key_is_refused(twins, wrong):
    keys = ["vt_api_demo", "vt_public_demo", "vt_secret_demo"]
    keys[wrong] = "wrong"
    client = VTpass(f"{twins.url}/vtpass", *keys, TIMEOUT_S)
    if wrong != 2:
        with pytest.raises(ProviderRefused) as refusal:
            await client.services("airtime")
        assert refusal.value.code == "087"
    if wrong != 1:
        with pytest.raises(ProviderRefused):
            await client.buy(naira(client))
        # A refused question says nothing of the purchase.
        with pytest.raises(ProviderUnknown):
            await client.requery(naira(client))
    await client.close()


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"code": 0},
        {"code": "000", "requestId": "another", "content": {"transactions": {"status": "delivered"}}},
        {"code": "000", "content": {"transactions": {"status": ["delivered"]}}},
    ],
)
def test_an_answer_that_can_not_be_read_is_unknown(answer):
    with pytest.raises(ProviderUnknown):
        result(answer, "r", PAID)


def test_a_notice_names_our_reference_and_stays_the_same_when_repeated(vtpass):
    body = json.dumps(
        {"type": "transaction-update", "data": {"code": "000", "requestId": "20260304abc"}}
    ).encode()
    notice = vtpass.read_callback(body)
    assert (notice.kind, notice.reference) == ("purchase", "20260304abc")
    assert vtpass.read_callback(body) == notice
    assert vtpass.read_callback(body.replace(b"000", b"040")).event_id != notice.event_id


async def test_news_of_a_price_list_names_its_service(vtpass, twins, receiver):
    await twins.session.post(f"{twins.url}/control/variations", json={"service": "mtn-data"})
    [(_, body)] = await receiver.wait_for(1)
    notice = vtpass.read_callback(body)
    assert (notice.kind, notice.reference, notice.service) == ("offers", None, "mtn-data")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"type": "transaction-update"}',
        b'{"type": "transaction-update", "data": {}}',
        b'{"type": "transaction-update", "data": {"requestId": 7}}',
        b'{"type": "other", "data": {"requestId": "r"}}',
    ],
)
def test_a_body_that_is_no_notice_is_none(vtpass, body):
    assert vtpass.read_callback(body) is None


async def test_money_comes_back_to_the_wallet_with_a_reversal(vtpass, twins):
    async def balance() -> float:
        keys = {"api-key": "vt_api_demo", "public-key": "vt_public_demo"}
        async with twins.session.get(f"{twins.url}/vtpass/balance", headers=keys) as answer:
            return (await answer.json())["contents"]["balance"]

    before = await balance()
    await vtpass.buy(naira(vtpass))
    assert await balance() == before - 1000
    await twins.fail(provider="vtpass", call="pay", mode="reversed")
    request = naira(vtpass)
    await vtpass.buy(request)
    assert (await settled(vtpass, request)).state == "reversed"
    assert await balance() == before - 1000


async def test_two_thousand_purchases_are_two_thousand_deliveries(patient, twins):
    async def some() -> None:
        for _ in range(40):
            assert (await patient.buy(naira(patient))).state == "delivered"

    await asyncio.gather(*(some() for _ in range(50)))
    assert await twins.delivered() == 2000


async def test_the_registry_has_billers_by_name_and_none_without_keys():
    settings = Settings(_env_file=None)
    registry = Registry(settings)
    assert isinstance(registry.bills("vtpass", "test"), VTpass)
    assert registry.bills("vtpass", "test") is registry.bills("vtpass", "test")
    assert await registry.bills("africastalking", "test").services("data") == []
    for provider, environment in (("vtpass", "live"), ("africastalking", "live"), ("nobody", "test")):
        with pytest.raises(LookupError):
            registry.bills(provider, environment)
    await registry.close()
    keys = {"vtpass_api_key": "a", "vtpass_public_key": "b", "vtpass_secret_key": "c"}
    live = Registry(settings.model_copy(update=keys))
    assert isinstance(live.bills("vtpass", "live"), VTpass)
    await live.close()
