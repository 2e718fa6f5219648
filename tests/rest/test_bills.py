"""Bills over REST: the document's samples on Kasuwa Demo, airtime on Makola Demo, and money that is never lost."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from core.clock import now
from models import Biller
from services.bills.catalogue import FRESH
from services.tenants import Scope, scope_by_code
from tests.conftest import World
from tests.rest.hands import KASUWA_KEY, PIN, Rest
from tests.services.bill_hands import balance, due_now, sold, the_book_is_right

BILLS = "/api/billspayment"
LINE, WAITS, FAILS = "+2348012345678", "+2348012000001", "+2348012000002"


@pytest.fixture
async def app(world: World) -> AsyncIterator[Rest]:
    """Kasuwa's customer with 100,000 naira on the card."""
    async with Rest(world, KASUWA_KEY) as app:
        await app.become(LINE, balance="100000")
        yield app


@pytest.fixture
async def kasuwa(world: World) -> Scope:
    return await scope_by_code("kasuwa", "test")


async def service(app: Rest, kind: str, name: str) -> str:
    found = await app.data("GET", f"{BILLS}/services/{kind}")
    return str(next(each["id"] for each in found if each["name"] == name))


async def airtime(app: Rest, **changes: Any) -> dict[str, Any]:
    body = {"amount": 1000.00, "phoneNumber": LINE, "transactionPin": PIN} | changes
    return {"airtimeServiceId": await service(app, "airtime", "MTN")} | body


async def power(app: Rest, **changes: Any) -> dict[str, Any]:
    body = {
        "electricityServiceId": await service(app, "electricity", "EKEDC"),
        "amount": 5000.00,
        "meterNumber": "12345678901",
        "packageSlug": "ekedc-prepaid",
        "billerSlug": "ekedc",
        "billerId": 201,
        "transactionPin": PIN,
    }
    return body | changes


async def test_the_services_and_periods_are_those_of_the_document(app: Rest) -> None:
    names = {
        "airtime": ["MTN", "Glo", "Airtel", "9mobile"],
        "data": ["MTNData", "GloData", "AirtelData", "9mobileData"],
        "cable": ["DSTV", "GOTV", "Startimes", "Showmax"],
        "electricity": ["EKEDC", "IKEDC", "EEDC", "KAEDCO", "KEDCO", "AEDC", "PHED", "JEDC", "BEDC", "YEDC"],
    }
    for kind, wanted in names.items():
        status, told = await app.ask("GET", f"{BILLS}/services/{kind}")
        assert status == 200 and told["message"] == f"{kind.capitalize()} services retrieved successfully"
        assert [each["name"] for each in told["data"]] == wanted
        assert all(each["slug"] == each["name"].lower() and each["isActive"] for each in told["data"])
    periods = await app.data("GET", f"{BILLS}/periods")
    assert periods == [
        {"id": 1, "name": "Daily"},
        {"id": 2, "name": "Weekly"},
        {"id": 3, "name": "Monthly"},
    ]


async def test_the_plans_are_those_of_the_document(app: Rest) -> None:
    monthly = await app.data("POST", f"{BILLS}/dataplans", {"serviceName": "MTNData", "period": "Monthly"})
    found = {each["slug"]: each for each in monthly}
    one, two = found["mtn-1gb-monthly"], found["mtn-2gb-monthly"]
    assert one == {
        "id": one["id"],
        "slug": "mtn-1gb-monthly",
        "name": "1GB Monthly",
        "amount": 500.00,
        "billerId": 101,
        "billerSlug": "mtndata",
        "slugName": "mtn-1gb-monthly",
    }
    assert (two["name"], two["amount"]) == ("2GB Monthly", 1000.00)
    daily = await app.data("POST", f"{BILLS}/dataplans", {"serviceName": "mtndata", "period": "daily"})
    assert daily and not {each["slug"] for each in daily} & set(found)
    [prepaid, _] = await app.data("POST", f"{BILLS}/discoplans", {"discoName": "EKEDC"})
    assert (prepaid["slug"], prepaid["name"], prepaid["amount"]) == ("ekedc-prepaid", "EKEDC Prepaid", None)
    assert (prepaid["billerId"], prepaid["billerSlug"]) == (201, "ekedc")
    cable = await app.data("POST", f"{BILLS}/cableplans", {"cableTvName": "DSTV"})
    prices = {each["slug"]: each["amount"] for each in cable}
    assert prices["dstv-compact"] == 7900.00 and prices["dstv-premium"] == 24500.00
    assert {each["billerId"] for each in cable} == {301}
    wrong = {"serviceName": "MTNData", "period": "Yearly"}
    assert "period" in await app.refused(400, "POST", f"{BILLS}/dataplans", wrong)
    nobody = {"discoName": "Nobody"}
    assert "discoName" in await app.refused(404, "POST", f"{BILLS}/discoplans", nobody)


async def test_known_plans_are_shown_while_their_seller_is_away(world: World, app: Rest) -> None:
    wanted = {"cableTvName": "DSTV"}
    before = await app.data("POST", f"{BILLS}/cableplans", wanted)
    await world.twin("/control/fail", provider="vtpass", call="variations", mode="error_500_before", times=2)
    await world.twin("/control/variations", service="dstv")

    async def told() -> bool:
        dstv = await Biller.get(slug="dstv")
        return now() - dstv.plans_read_at >= FRESH

    await world.until(told)
    assert await app.data("POST", f"{BILLS}/cableplans", wanted) == before
    # It is not asked again with every look.
    assert now() - (await Biller.get(slug="dstv")).plans_read_at < FRESH


async def test_a_meter_and_a_smart_card_are_validated(app: Rest) -> None:
    meter = {"meterNumber": "12345678901", "billerSlug": "ekedc", "billerId": 201}
    found = await app.data("POST", f"{BILLS}/electricity/validate", meter)
    assert found["isValid"] and found["customerName"] and found["meterNumber"] == "12345678901"
    assert found["message"] == found["customerMessage"] == "Customer validated successfully"
    assert found["minAmount"] == 100.00
    postpaid = await app.data(
        "POST", f"{BILLS}/electricity/validate", {**meter, "meterNumber": "1010101010101"}
    )
    assert postpaid["isValid"]
    card = {"smartCardNumber": "12345678901", "billerSlug": "dstv", "billerId": 301}
    found = await app.data("POST", f"{BILLS}/cable/validate", card)
    assert found["isValid"] and found["smartCardNumber"] == "12345678901" and found["minAmount"] == 500.00
    for path, body in (
        ("electricity", {**meter, "meterNumber": "00000000000"}),
        ("cable", {**card, "smartCardNumber": "00000000000"}),
    ):
        unknown = await app.data("POST", f"{BILLS}/{path}/validate", body)
        assert unknown["isValid"] is False and unknown["customerName"] == ""
    for wrong, field in (
        ({**meter, "billerId": 999}, "billerId"),
        ({**meter, "billerSlug": "ikedc"}, "billerSlug"),
        ({**meter, "meterNumber": "x" * 51}, "meterNumber"),
        ({**meter, "meterNumber": "?"}, "meterNumber"),
    ):
        assert field in await app.refused(400, "POST", f"{BILLS}/electricity/validate", wrong)


async def test_nobody_finds_out_whose_numbers_are_by_trying_them(app: Rest) -> None:
    meter = {"billerSlug": "ekedc", "billerId": 201}
    card = {"smartCardNumber": "12345678901", "billerSlug": "dstv", "billerId": 301}
    for number in range(19):
        tried = {**meter, "meterNumber": f"{number + 10**10}"}
        await app.data("POST", f"{BILLS}/electricity/validate", tried)
    await app.data("POST", f"{BILLS}/cable/validate", card)
    for path, body in (("cable", card), ("electricity", {**meter, "meterNumber": "12345678901"})):
        await app.refused(429, "POST", f"{BILLS}/{path}/validate", body)
    # Everybody has tries of their own.
    await app.become("+2348012345699")
    assert (await app.data("POST", f"{BILLS}/cable/validate", card))["isValid"]


async def test_a_biller_that_is_away_validates_nothing(world: World, app: Rest) -> None:
    await world.twin("/control/fail", provider="vtpass", call="verify", mode="error_500_before")
    card = {"smartCardNumber": "12345678901", "billerSlug": "dstv", "billerId": 301}
    await app.refused(503, "POST", f"{BILLS}/cable/validate", card)


async def test_each_sample_of_a_purchase_is_delivered_and_paid_for(
    world: World, app: Rest, kasuwa: Scope
) -> None:
    bought = await app.data("POST", f"{BILLS}/airtime/purchase", await airtime(app))
    assert bought["success"] and bought["message"] == "Airtime purchase completed"
    assert bought["telcoName"] == "MTN" and bought["phoneNumber"] == LINE and bought["amount"] == 1000.00
    assert bought["transactionReference"] and bought["paymentReference"] and bought["token"]
    data = {
        "dataServiceId": await service(app, "data", "MTNData"),
        "amount": 1000.00,
        "phoneNumber": LINE,
        "packageSlug": "mtn-2gb-monthly",
        "billerId": 101,
        "transactionPin": PIN,
    }
    bought = await app.data("POST", f"{BILLS}/data/purchase", data)
    assert (bought["status"], bought["message"]) == ("success", "Data purchase completed")
    bought = await app.data("POST", f"{BILLS}/electricity/purchase", await power(app))
    assert (bought["status"], bought["meterNumber"]) == ("success", "12345678901")
    assert sum(c.isdigit() for c in bought["token"]) == 20 and bought["units"]
    cable = {
        "cableServiceId": await service(app, "cable", "DSTV"),
        "amount": 7900.00,
        "smartCardNumber": "12345678901",
        "packageSlug": "dstv-compact",
        "billerSlug": "dstv",
        "billerId": 301,
        "transactionPin": PIN,
    }
    status, told = await app.ask("POST", f"{BILLS}/cable/purchase", cable)
    assert (status, told["message"]) == (200, "Cable TV purchased successfully")
    assert told["data"]["status"] == "success" and told["data"]["smartCardNumber"] == "12345678901"
    assert told["data"]["processedAt"].endswith("Z")
    await world.drain()
    texts = [each["text"] for each in await world.outbox(LINE)]
    assert len(texts) == 4 and any(bought["token"] in text for text in texts)
    assert max(map(len, texts)) <= 160
    paid = 100_000 + 100_000 + 500_000 + 790_000
    assert await balance(app.customer_id) == 10_000_000 - paid
    assert (await sold(world))["delivered"] == 4
    await the_book_is_right(kasuwa, biller__vtpass=paid)


async def test_what_is_wrong_is_named_and_costs_nothing(world: World, app: Rest, kasuwa: Scope) -> None:
    path = f"{BILLS}/airtime/purchase"
    for changes, field in (
        ({"amount": 49.99}, "amount"),
        ({"amount": 50_000.01}, "amount"),
        ({"amount": 100.001}, "amount"),
        ({"amount": -1000}, "amount"),
        ({"amount": 1e40}, "amount"),
        ({"phoneNumber": "hello"}, "phoneNumber"),
        ({"phoneNumber": "+233240000001"}, "phoneNumber"),
        ({"transactionPin": "12"}, "transactionPin"),
        ({"transactionPin": None}, "transactionPin"),
        ({"airtimeServiceId": "MTN"}, "airtimeServiceId"),
    ):
        assert field in await app.refused(400, "POST", path, await airtime(app, **changes)), changes
    nobody = await airtime(app, airtimeServiceId=await service(app, "data", "MTNData"))
    assert "airtimeServiceId" in await app.refused(404, "POST", path, nobody)
    path = f"{BILLS}/electricity/purchase"
    for changes, field in (
        ({"amount": 99}, "amount"),
        ({"amount": 100_001}, "amount"),
        ({"packageSlug": "ekedc-forever"}, "packageSlug"),
        ({"billerSlug": "ikedc"}, "billerSlug"),
        ({"billerId": 202}, "billerId"),
        ({"meterNumber": ""}, "meterNumber"),
        ({"meterNumber": "12 34/56"}, "meterNumber"),
    ):
        assert field in await app.refused(400, "POST", path, await power(app, **changes)), changes
    cheap = {
        "dataServiceId": await service(app, "data", "MTNData"),
        "amount": 50.00,
        "phoneNumber": LINE,
        "packageSlug": "mtn-2gb-monthly",
        "billerId": 101,
        "transactionPin": PIN,
    }
    assert "amount" in await app.refused(400, "POST", f"{BILLS}/data/purchase", cheap)
    assert await balance(app.customer_id) == 10_000_000 and (await sold(world))["delivered"] == 0
    await the_book_is_right(kasuwa)


async def test_a_wrong_pin_and_an_empty_card_buy_nothing(world: World, app: Rest) -> None:
    path = f"{BILLS}/airtime/purchase"
    await app.refused(403, "POST", path, await airtime(app, transactionPin="9999"))
    for amount in (50_000, 49_000):
        await app.data("POST", path, await airtime(app, amount=amount))
    await app.refused(402, "POST", path, await airtime(app, amount=1000.01))
    app.token = None
    await app.refused(401, "GET", f"{BILLS}/periods")
    assert (await sold(world))["delivered"] == 2


async def test_the_same_key_buys_once(world: World, app: Rest) -> None:
    path = f"{BILLS}/airtime/purchase"
    first = await app.data("POST", path, await airtime(app), key="k1")
    assert await app.data("POST", path, await airtime(app), key="k1") == first
    await app.refused(422, "POST", path, await airtime(app, amount=2000), key="k1")
    assert await balance(app.customer_id) == 10_000_000 - 100_000
    assert (await sold(world))["delivered"] == 1


async def test_a_purchase_under_way_is_promised_and_its_notice_ends_it(
    world: World, app: Rest, kasuwa: Scope
) -> None:
    await world.twin("/control/fail", provider="vtpass", call="pay", mode="pending", delay_s=0.3)
    status, told = await app.ask("POST", f"{BILLS}/electricity/purchase", await power(app), key="k1")
    assert status == 200 and "being processed" in told["message"]
    bought = told["data"]
    assert (bought["status"], bought["success"], bought["token"]) == ("pending", True, None)
    mine = f"{BILLS}/purchases/{bought['transactionReference']}"
    await app.refused(400, "POST", f"{mine}/resend-token")

    async def delivered() -> Any:
        found = await app.data("GET", mine)
        return found if found["status"] == "success" else None

    # Nothing is hurried here: the biller's notice wakes the worker.
    done = await world.until(delivered)
    assert done["token"] and done["number"] == "12345678901"
    assert (await app.data("POST", f"{BILLS}/electricity/purchase", await power(app), key="k1"))[
        "token"
    ] == done["token"]
    assert (await sold(world))["delivered"] == 1
    await the_book_is_right(kasuwa, biller__vtpass=500_000)


async def test_a_failure_is_paid_back_at_once_and_said(world: World, app: Rest, kasuwa: Scope) -> None:
    body = await airtime(app, phoneNumber=FAILS)
    message = await app.refused(402, "POST", f"{BILLS}/airtime/purchase", body, key="k1")
    assert "back on your card" in message
    assert await app.refused(402, "POST", f"{BILLS}/airtime/purchase", body, key="k1") == message
    assert await balance(app.customer_id) == 10_000_000
    await world.drain()
    [text] = await world.outbox(LINE)
    assert "back on your card" in text["text"]
    assert await app.data("GET", f"{BILLS}/beneficiaries") == []
    await the_book_is_right(kasuwa, biller__vtpass=0)


@pytest.mark.parametrize(
    ("mode", "status"),
    [
        ("timeout_before", "success"),
        ("timeout_after", "success"),
        ("error_500_before", "success"),
        ("error_500_after", "success"),
        ("garbage", "success"),
        ("reversed", "failed"),
    ],
)
async def test_whatever_the_answer_it_is_bought_once_or_paid_back(
    world: World, app: Rest, kasuwa: Scope, mode: str, status: str
) -> None:
    await world.twin("/control/fail", provider="vtpass", call="pay", mode=mode, delay_s=0.1)
    bought = await app.data("POST", f"{BILLS}/airtime/purchase", await airtime(app))
    assert bought["status"] == "pending"

    async def known() -> Any:
        await due_now()
        found = await app.data("GET", f"{BILLS}/purchases/{bought['transactionReference']}")
        return found if found["status"] != "pending" else None

    assert (await world.until(known))["status"] == status
    times = 1 if status == "success" else 0
    assert (await sold(world, bought["transactionReference"]))["delivered"] == times
    await the_book_is_right(kasuwa, biller__vtpass=100_000 * times)


async def test_a_token_is_sent_again_and_not_for_ever(world: World, app: Rest) -> None:
    bought = await app.data("POST", f"{BILLS}/electricity/purchase", await power(app))
    path = f"{BILLS}/purchases/{bought['transactionReference']}/resend-token"
    for _ in range(5):
        assert (await app.data("POST", path))["token"] == bought["token"]
    await app.refused(429, "POST", path)
    await world.drain()
    assert len([each for each in await world.outbox(LINE) if bought["token"] in each["text"]]) == 6


async def test_the_last_purchase_is_repeated_and_its_beneficiary_kept(world: World, app: Rest) -> None:
    path = f"{BILLS}/repeat-last"
    await app.refused(404, "POST", path, {"transactionPin": PIN})
    await app.data("POST", f"{BILLS}/electricity/purchase", await power(app))
    await app.data("POST", f"{BILLS}/airtime/purchase", await airtime(app, phoneNumber="08098765432"))
    again = await app.data("POST", path, {"transactionPin": PIN}, key="k1")
    assert (again["kind"], again["number"], again["amount"]) == ("airtime", "+2348098765432", 1000.00)
    assert await app.data("POST", path, {"transactionPin": PIN}, key="k1") == again
    again = await app.data("POST", path, {"transactionPin": PIN, "kind": "electricity"}, key="k2")
    assert (again["kind"], again["number"]) == ("electricity", "12345678901")
    await app.refused(403, "POST", path, {"transactionPin": "9999"})
    assert (await sold(world))["delivered"] == 4
    meter, line = await app.data("GET", f"{BILLS}/beneficiaries")
    assert (meter["number"], meter["lastAmount"], line["number"]) == (
        "12345678901",
        5000.00,
        "+2348098765432",
    )
    assert [each["kind"] for each in await app.data("GET", f"{BILLS}/beneficiaries", kind="cable")] == []
    assert await app.data("DELETE", f"{BILLS}/beneficiaries/{meter['id']}") is True
    await app.refused(404, "DELETE", f"{BILLS}/beneficiaries/{meter['id']}")
    assert len(await app.data("GET", f"{BILLS}/beneficiaries")) == 1


async def test_nobody_sees_or_touches_what_another_bought(world: World, app: Rest) -> None:
    bought = await app.data("POST", f"{BILLS}/airtime/purchase", await airtime(app))
    [mine] = await app.data("GET", f"{BILLS}/beneficiaries")
    path = f"{BILLS}/purchases/{bought['transactionReference']}"
    async with Rest(world, KASUWA_KEY) as other:
        await other.become("+2348022222222")
        await other.refused(404, "GET", path)
        await other.refused(404, "POST", f"{path}/resend-token")
        await other.refused(404, "DELETE", f"{BILLS}/beneficiaries/{mine['id']}")
        assert await other.data("GET", f"{BILLS}/beneficiaries") == []
    async with Rest(world) as elsewhere:
        await elsewhere.become("+233240000001", balance="100")
        await elsewhere.refused(404, "POST", f"{BILLS}/airtime/purchase", await airtime(app, amount=10))


async def test_makola_sells_airtime_alone_and_its_notice_ends_it(world: World) -> None:
    demo = await scope_by_code("demo", "test")
    async with Rest(world) as app:
        await app.become("+233240000001", balance="100")
        for kind in ("data", "cable", "electricity"):
            assert await app.data("GET", f"{BILLS}/services/{kind}") == []
        assert await app.data("POST", f"{BILLS}/discoplans", {"discoName": "EKEDC"}) == []
        body = await airtime(app, amount=10, phoneNumber="0246215478")
        bought = await app.data("POST", f"{BILLS}/airtime/purchase", body)
        assert (bought["status"], bought["phoneNumber"]) == ("pending", "+233246215478")

        async def delivered() -> Any:
            found = await app.data("GET", f"{BILLS}/purchases/{bought['transactionReference']}")
            return found["status"] == "success"

        await world.until(delivered)
        # Here the answer with the provider's own id is lost, and the notice brings it.
        silent = await airtime(app, amount=10, phoneNumber="+233551230003")
        bought = await app.data("POST", f"{BILLS}/airtime/purchase", silent)
        assert bought["status"] == "pending"
        await world.until(delivered)
        assert await balance(app.customer_id) == 10_000 - 2_000
        assert (await sold(world))["delivered"] == 2
        await the_book_is_right(demo, biller__africastalking=2_000)


async def test_a_forged_notice_changes_nothing(world: World, app: Rest) -> None:
    bought = await app.data("POST", f"{BILLS}/airtime/purchase", await airtime(app, phoneNumber=WAITS))
    reference = bought["transactionReference"]
    notice = {"type": "transaction-update", "data": {"requestId": reference, "code": "040"}}
    answer = await world.http.post("/webhooks/vtpass/not-the-secret", json=notice)
    assert answer.status == 403
    answer = await world.http.post("/webhooks/vtpass/demo-secret", json=notice)
    assert answer.status == 200 and await answer.json() == {"response": "success"}
    answer = await world.http.post("/webhooks/vtpass/demo-secret", json={"type": "hello"})
    assert answer.status == 400
    await world.drain()
    assert (await app.data("GET", f"{BILLS}/purchases/{reference}"))["status"] == "pending"
