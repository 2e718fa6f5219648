"""Delivery over REST: quotes, their frozen prices, saved addresses, locations, and the parcel on its way."""

import asyncio
from typing import Any

import pytest
from prometheus_client import REGISTRY

from core.db import execute
from core.errors import IllegalTransition
from models import Address, Order, ShippingLine
from services.buyers import Buyer
from services.checkout import pay
from services.delivery import quotes
from services.tenants import scope_by_key
from tests.conftest import World
from tests.rest.hands import DEMO_KEY, KASUWA_KEY, PIN, Rest
from tests.rest.paying import at_the_page

QUOTE = "/api/checkout/delivery-quote"
SAVED = "/api/checkout/saved-delivery-addresses"
LAGOS = "123 Main Street, Victoria Island, Lagos"
ADA, BOLA = "+2348012345678", "+2348012345679"
HOME: dict[str, Any] = {
    "line1": "456 Updated Street",
    "line2": "Apt 2",
    "city": "Ikeja",
    "state": "Lagos",
    "country": "NG",
    "zip": "100001",
    "firstName": "John",
    "lastName": "Doe",
    "email": "customer@example.com",
    "phone": "+2348012345678",
    "isResidential": True,
}


def asked() -> int:
    """How often the carriers were asked, by this process."""
    outcomes = ("ok", "refused", "unknown")
    labels = ({"provider": "terminal_africa", "call": "quotes", "outcome": outcome} for outcome in outcomes)
    return sum(int(REGISTRY.get_sample_value("makola_provider_calls_total", each) or 0) for each in labels)


async def question(app: Rest, **more: Any) -> dict[str, Any]:
    locations = await app.data("GET", "/api/PickUpLocation")
    return {
        "storeLocationId": locations[0]["storeLocationId"],
        "deliveryAddress": LAGOS,
        "totalAmount": 199.98,
        "packageWeight": 2.5,
        **more,
    }


async def by_carrier(app: Rest, product: str, company: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A checkout by card of one piece, brought by that company."""
    price = (await app.data("GET", f"/api/CustomerProuct/{product}"))["price"]
    return {
        "totalAmount": round(price + company["deliveryFee"], 2),
        "paymentMethod": "ShoppingCard",
        "products": [{"productId": product, "quantity": 1}],
        "storeLocationId": (await question(app))["storeLocationId"],
        "deliveryOption": "Delivery",
        "address": LAGOS,
        "deliveryFee": company["deliveryFee"],
        "deliveryCompanyName": company["companyName"],
        "selectedRateId": company["rateId"],
        "carrierLogo": company["carrierLogo"],
        "transactionPin": PIN,
        **more,
    }


async def test_carriers_are_asked_once_for_the_same_parcel(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        await app.become(ADA)
        before = asked()
        quoted = await app.data("POST", QUOTE, await question(app))
        assert quoted["success"] and quoted["message"] == "Delivery quote retrieved successfully"
        companies = quoted["companies"]
        assert [each["companyId"] for each in companies] == [1, 2, 3]
        assert companies[0]["companyName"] == "Terminal Express"
        assert companies[0]["carrierSlug"] == "terminal-express"
        assert companies[0]["carrierLogo"].startswith("http")
        assert companies[0]["estimatedDeliveryTime"] == "Within 3-5 days"
        assert {each["currency"] for each in companies} == {"NGN"}
        # The same question, written a little differently.
        same = await question(app, deliveryAddress="123 main street,Victoria Island ,  LAGOS.")
        assert await app.data("POST", QUOTE, same) == quoted
        assert asked() == before + 1
        for other in ({"packageWeight": 5}, {"totalAmount": 300}, {"deliveryAddress": f"Flat 2, {LAGOS}"}):
            assert await app.data("POST", QUOTE, await question(app, **other)) != quoted
        assert asked() == before + 4


async def test_two_same_questions_at_once_ask_the_carriers_once(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        await app.become(ADA)
        before, body = asked(), await question(app)
        answers = await asyncio.gather(*(app.data("POST", QUOTE, body) for _ in range(4)))
        assert answers[0]["companies"] and all(each == answers[0] for each in answers)
        assert asked() == before + 1


async def test_a_question_without_weight_and_value_is_for_one_kilogram(world: World) -> None:
    async with Rest(world, DEMO_KEY) as app:
        await app.become("+233240000001")
        body = await question(app, deliveryAddress="12 Ring Road, Osu, Accra")
        bare = {name: body[name] for name in ("storeLocationId", "deliveryAddress")}
        quoted = await app.data("POST", QUOTE, bare)
        same = {**bare, "packageWeight": 1.0, "totalAmount": 0}
        assert await app.data("POST", QUOTE, same) == quoted
        assert {each["currency"] for each in quoted["companies"]} == {"GHS"}


async def test_slow_carriers_are_promised_and_there_when_asked_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotes, "PATIENCE_S", 0.3)
    async with Rest(world, KASUWA_KEY) as app:
        await app.become(ADA)
        await world.twin("/control/fail", provider="terminal", call="quotes", mode="slow", delay_s=2)
        body = await question(app)
        status, told = await app.ask("POST", QUOTE, body)
        assert status == 202 and told["data"]["success"] is False and told["data"]["companies"] == []
        assert told["data"]["message"] == told["message"]

        async def there() -> Any:
            status, told = await app.ask("POST", QUOTE, body)
            return status == 200 and told["data"]["companies"]

        companies = await world.until(there)
        before = asked()
        assert (await app.data("POST", QUOTE, body))["companies"] == companies and asked() == before


@pytest.mark.parametrize("mode", ["error_500_before", "garbage"])
async def test_a_lost_answer_is_asked_for_again_by_the_worker(world: World, mode: str) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        await app.become(ADA)
        await world.twin("/control/fail", provider="terminal", call="quotes", mode=mode)
        body = await question(app)
        assert (await app.ask("POST", QUOTE, body))[0] == 202
        await world.drain()
        assert (await app.data("POST", QUOTE, body))["success"]


async def test_what_carriers_refuse_is_said_and_may_be_asked_again(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        await app.become(ADA)
        await world.twin("/control/fail", provider="terminal", call="quotes", mode="decline")
        said = await app.refused(400, "POST", QUOTE, await question(app))
        assert "deliveryAddress" in said and "carriers" in said
        assert (await app.data("POST", QUOTE, await question(app)))["success"]


async def test_a_platform_without_a_delivery_service_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: Any) -> Any:
        raise LookupError

    monkeypatch.setattr("providers.registry.Registry.delivery", none)
    async with Rest(world, KASUWA_KEY) as app:
        await app.become(ADA)
        said = await app.refused(400, "POST", QUOTE, await question(app))
        assert said == "Terminal Africa settings not configured for this platform"
        # An address can be saved all the same.
        saved = await app.data("POST", SAVED, HOME)
        assert saved["providerAddressId"].startswith("addr_")


async def test_each_wrong_field_of_a_question_is_named(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        await app.become(ADA)
        for field, wrong in (
            ("storeLocationId", "x"),
            ("storeLocationId", None),
            ("deliveryAddress", "Lagos"),
            ("deliveryAddress", " " * 12),
            ("deliveryAddress", "x" * 251),
            ("deliveryAddress", None),
            ("totalAmount", -1),
            ("totalAmount", 1.001),
            ("packageWeight", 0),
            ("packageWeight", -2),
            ("packageWeight", 1001),
            ("packageWeight", "2"),
        ):
            said = await app.refused(400, "POST", QUOTE, await question(app, **{field: wrong}))
            assert field in said, (field, wrong, said)
        nowhere = "770e8400-e29b-41d4-a716-446655440000"
        said = await app.refused(404, "POST", QUOTE, await question(app, storeLocationId=nowhere))
        assert "Pickup location not found" in said
        app.token = None
        await app.refused(401, "POST", QUOTE, await question(app))


async def test_the_quoted_fee_is_what_is_paid_and_where_the_parcel_goes(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        await app.become(ADA, balance="500000")
        product = await app.a_product()
        quoted = await app.data("POST", QUOTE, await question(app))
        express, standard, _ = quoted["companies"]
        body = await by_carrier(app, product, express)
        cheaper = {**body, "deliveryFee": 1, "totalAmount": body["totalAmount"] - express["deliveryFee"] + 1}
        assert "deliveryFee" in await app.refused(400, "POST", "/api/checkout", cheaper)
        for more in ({"selectedRateId": "RT-none"}, {"address": "9 Other Street, Ikeja, Lagos"}):
            assert "selectedRateId" in await app.refused(400, "POST", "/api/checkout", {**body, **more})
        paid = await app.data("POST", "/api/checkout", body)
        assert paid["amountDeducted"] == body["totalAmount"]
        order = await Order.get(uid=paid["orderId"])
        assert order.shipping_minor == round(express["deliveryFee"] * 100)
        line = await ShippingLine.get(order_id=order.id)
        assert line.label == "Terminal Express" and line.price_minor == order.shipping_minor
        assert order.shipping_address == {
            "full_name": "Ama Mensah",
            "street": "123 Main Street",
            "city": "Victoria Island",
            "region": "Lagos",
            "country": "NG",
            "phone": ADA,
        }
        # A client that names no rate is found the one of that company at that fee.
        unnamed = await by_carrier(app, product, standard, selectedRateId=None)
        assert (await app.data("POST", "/api/checkout", unnamed))["orderStatus"] == "Completed"
        unnamed = await by_carrier(app, product, standard, selectedRateId=None, deliveryCompanyName="Nobody")
        assert "selectedRateId" in await app.refused(400, "POST", "/api/checkout", unnamed)


async def test_a_fee_is_for_the_shop_and_the_parcel_that_it_was_quoted_for(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        await app.become(ADA, balance="500000")
        product = await app.a_product()
        shops = await app.data("GET", "/api/PickUpLocation")
        dear = (await app.data("POST", QUOTE, await question(app)))["companies"][0]
        light = (await app.data("POST", QUOTE, await question(app, packageWeight=0.001)))["companies"][0]
        assert light["deliveryFee"] < dear["deliveryFee"]
        for rate_id in (dear["rateId"], None):
            body = await by_carrier(app, product, dear, selectedRateId=rate_id)
            elsewhere = {**body, "storeLocationId": shops[1]["storeLocationId"]}
            assert "storeLocationId" in await app.refused(400, "POST", "/api/checkout", elsewhere)
            nowhere = {**body, "storeLocationId": "770e8400-e29b-41d4-a716-446655440000"}
            assert "location" in await app.refused(404, "POST", "/api/checkout", nowhere)
        price = (await app.data("GET", f"/api/CustomerProuct/{product}"))["price"]
        three = {
            "products": [{"productId": product, "quantity": 3}],
            "totalAmount": round(3 * price + light["deliveryFee"], 2),
        }
        for rate_id in (light["rateId"], None):
            body = await by_carrier(app, product, light, selectedRateId=rate_id, **three)
            assert "selectedRateId" in await app.refused(400, "POST", "/api/checkout", body)
        assert not await ShippingLine.exists()


async def test_a_rate_brings_one_order(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        await app.become(ADA, balance="900000")
        product = await app.a_product()
        company = (await app.data("POST", QUOTE, await question(app)))["companies"][0]
        body = await by_carrier(app, product, company)
        answers = await asyncio.gather(*(app.ask("POST", "/api/checkout", body) for _ in range(3)))
        assert sorted(status for status, _ in answers) == [200, 400, 400]
        for more in ({}, {"selectedRateId": None}):
            said = await app.refused(400, "POST", "/api/checkout", {**body, **more})
            assert "selectedRateId" in said and "new quote" in said
        # The same question has new rates then, as good as the old ones.
        other = (await app.data("POST", QUOTE, await question(app)))["companies"][0]
        assert other == {**company, "rateId": other["rateId"]} != company
        await app.data("POST", "/api/checkout", await by_carrier(app, product, other))


async def test_the_same_listing_without_a_rate_has_the_same_page(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        await app.become(ADA)
        product = await app.a_product()
        companies = (await app.data("POST", QUOTE, await question(app)))["companies"]
        by_page = {"paymentMethod": "PaymentGateway", "redirectUrl": "https://yourapp.com/back"}
        for rate_id in (None, companies[0]["rateId"]):
            body = await by_carrier(app, product, companies[0], selectedRateId=rate_id, **by_page)
            first = await app.data("POST", "/api/checkout", body)
            again = await app.data("POST", "/api/checkout", body)
            assert again["transactionReference"] == first["transactionReference"]
        # Another company or another address is another listing.
        body = await by_carrier(app, product, companies[1], selectedRateId=None, **by_page)
        other = await app.data("POST", "/api/checkout", body)
        assert other["transactionReference"] != first["transactionReference"]
        moved = {**body, "address": "9 Other Street, Ikeja, Lagos"}
        assert "selectedRateId" in await app.refused(400, "POST", "/api/checkout", moved)


async def test_an_expired_quote_is_not_honoured(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        await app.become(ADA, balance="500000")
        product = await app.a_product()
        company = (await app.data("POST", QUOTE, await question(app)))["companies"][0]
        await execute("UPDATE delivery_quote SET expires_at = created_at")
        for rate_id in (company["rateId"], None):
            body = await by_carrier(app, product, company, selectedRateId=rate_id)
            assert "selectedRateId" in await app.refused(400, "POST", "/api/checkout", body)
        again = (await app.data("POST", QUOTE, await question(app)))["companies"][0]
        assert again["rateId"] != company["rateId"]
        await app.data("POST", "/api/checkout", await by_carrier(app, product, again))


async def test_a_fee_that_is_no_longer_frozen_is_not_honoured_at_another_door(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        await app.become(ADA)
        product = await app.a_product()
        company = (await app.data("POST", QUOTE, await question(app)))["companies"][0]
        by_page = {"paymentMethod": "PaymentGateway", "redirectUrl": "https://yourapp.com/back"}
        sent = await app.data("POST", "/api/checkout", await by_carrier(app, product, company, **by_page))
        await at_the_page(sent["paymentUrl"], pay=False)

        async def given_back() -> bool:
            return await Order.filter(uid=sent["orderId"], state="AddingItems").exists()

        await world.until(given_back)
        scope = await scope_by_key(KASUWA_KEY)
        await execute("UPDATE delivery_quote SET expires_at = created_at")
        with pytest.raises(IllegalTransition, match="quote has expired"):
            await pay(Buyer(scope, "app", app.customer_id), "standard-payment")


async def test_a_parcel_is_seen_on_its_way_by_its_buyer_alone(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        await app.become(ADA, balance="500000")
        product = await app.a_product()
        company = (await app.data("POST", QUOTE, await question(app)))["companies"][1]
        paid = await app.data("POST", "/api/checkout", await by_carrier(app, product, company))
        parcel = f"/api/customer/transaction/orders/{paid['orderId']}/delivery"
        assert (await app.data("GET", parcel))["state"] == "Stored"

        async def booked() -> Any:
            found = await app.data("GET", parcel)
            return found["state"] == "Confirmed" and found

        found = await world.until(booked)
        assert found["carrier"] == "Terminal Standard" and found["trackingNumber"].startswith("TA")
        assert [event["status"] for event in found["events"]] == ["confirmed"]
        await app.become(BOLA)
        await app.refused(404, "GET", parcel)
        body = await by_carrier(app, product, company, transactionPin=PIN)
        assert "selectedRateId" in await app.refused(400, "POST", "/api/checkout", body)


async def test_an_order_that_is_fetched_has_its_shop_as_address_and_no_parcel(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        await app.become(ADA, balance="500000")
        product = await app.a_product()
        price = (await app.data("GET", f"/api/CustomerProuct/{product}"))["price"]
        body = {
            "totalAmount": price,
            "paymentMethod": "ShoppingCard",
            "products": [{"productId": product, "quantity": 1}],
            "storeLocationId": (await question(app))["storeLocationId"],
            "transactionPin": PIN,
        }
        paid = await app.data("POST", "/api/checkout", body)
        order = await Order.get(uid=paid["orderId"])
        assert order.shipping_address["full_name"] == "Lagos Main Store" and order.shipping_minor == 0
        said = await app.refused(404, "GET", f"/api/customer/transaction/orders/{order.uid}/delivery")
        assert "No carrier" in said


async def test_an_address_is_saved_changed_and_forgotten(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        await app.become(ADA)
        assert await app.data("GET", SAVED) == []
        saved = await app.data("POST", SAVED, HOME)
        assert saved["providerAddressId"].startswith("AD-") and saved["providerName"] == "Terminal Africa"
        assert {name: saved[name] for name in HOME} == HOME
        assert saved["environmentType"] == 1 and saved["platformId"] == saved["businessId"]
        assert await app.data("GET", SAVED) == [saved]
        # Who it is for is the customer where it says nobody else.
        bare = {name: HOME[name] for name in ("line1", "city", "state", "country")}
        mine = await app.data("POST", SAVED, bare)
        assert (mine["firstName"], mine["lastName"], mine["phone"]) == ("Ama", "Mensah", ADA)
        assert (mine["line2"], mine["zip"], mine["isResidential"]) == (None, None, True)
        # What isn't sent stays, what is sent as null goes.
        changed = await app.data(
            "PUT",
            SAVED,
            {**bare, "providerAddressId": saved["providerAddressId"], "city": "Yaba", "line2": None},
        )
        assert (changed["city"], changed["line2"], changed["zip"]) == ("Yaba", None, "100001")
        assert changed["firstName"] == "John" and changed["dateUpdated"]
        assert changed["providerAddressId"] == saved["providerAddressId"]
        query = {"providerAddressId": saved["providerAddressId"]}
        assert await app.data("DELETE", SAVED, **query) is True
        assert [each["id"] for each in await app.data("GET", SAVED)] == [mine["id"]]
        assert await app.refused(404, "DELETE", SAVED, **query) == "Address not found"
        assert await app.refused(404, "PUT", SAVED, {**bare, **query}) == "Address not found"


@pytest.mark.parametrize("mode", ["error_500_before", "error_500_after", "decline", "garbage"])
async def test_an_address_is_saved_also_where_the_delivery_service_is_away(world: World, mode: str) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        await app.become(ADA)
        for call in ("create_address", "update_address"):
            await world.twin("/control/fail", provider="terminal", call=call, mode=mode)
        ours = await app.data("POST", SAVED, HOME)
        assert ours["providerAddressId"].startswith("addr_")
        theirs = await app.data("POST", SAVED, HOME)
        assert theirs["providerAddressId"].startswith("AD-")
        for saved in (theirs, ours):
            body = {**HOME, "providerAddressId": saved["providerAddressId"], "city": "Yaba"}
            assert (await app.data("PUT", SAVED, body))["city"] == "Yaba"


async def test_another_customers_addresses_are_not_there(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        await app.become(ADA)
        saved = await app.data("POST", SAVED, HOME)
        named = {"providerAddressId": saved["providerAddressId"]}
        await app.become(BOLA)
        assert await app.data("GET", SAVED) == []
        await app.refused(404, "PUT", SAVED, {**HOME, **named})
        await app.refused(404, "DELETE", SAVED, **named)
        assert await Address.get(uid=saved["id"], deleted_at__isnull=True)


async def test_each_wrong_field_of_an_address_is_named(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        await app.become(ADA)
        saved = await app.data("POST", SAVED, HOME)
        for field, wrong in (
            ("line1", None),
            ("line1", "  "),
            ("city", ""),
            ("state", None),
            ("country", "NGA"),
            ("country", "QQ"),
            ("country", "ZZ"),
            ("country", "eu"),
            ("email", "nobody"),
            ("phone", "12"),
            ("isResidential", "yes"),
        ):
            for method in ("POST", "PUT"):
                body = {**HOME, "providerAddressId": saved["providerAddressId"], field: wrong}
                said = await app.refused(400, method, SAVED, body)
                assert field in said or field in said.lower(), (field, said)
        assert "providerAddressId" in await app.refused(400, "PUT", SAVED, HOME)
        assert "providerAddressId" in await app.refused(400, "DELETE", SAVED)


async def test_a_saved_address_written_out_goes_to_whom_it_is_for(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        await app.become(ADA, balance="500000")
        await app.data("POST", SAVED, {**HOME, "phone": "+2348099999999"})
        product = await app.a_product()
        text = "456 updated street, Apt 2, Ikeja, Lagos, Nigeria"
        body = await question(app, deliveryAddress=text)
        company = (await app.data("POST", QUOTE, body))["companies"][0]
        checkout = await by_carrier(app, product, company, address=text)
        paid = await app.data("POST", "/api/checkout", checkout)
        address = (await Order.get(uid=paid["orderId"])).shipping_address
        assert (address["full_name"], address["phone"]) == ("John Doe", "+2348099999999")
        assert (address["street"], address["street2"], address["city"]) == (
            "456 Updated Street",
            "Apt 2",
            "Ikeja",
        )


async def test_anybody_with_a_key_finds_the_locations(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        found = await app.data("GET", "/api/PickUpLocation")
        assert await app.data("GET", "/api/PickupLocation") == found
        first = found[0]
        assert (first["name"], first["address"]) == ("Lagos Main Store", "123 Main Street, Lagos")
        assert (first["state"], first["country"], first["isActive"]) == ("Lagos", "Nigeria", True)
        assert first["platformId"] == first["businessId"]
        assert await app.data("GET", "/api/PickUpLocation/states") == [
            "Lagos",
            "Abuja",
            "Port Harcourt",
            "Kano",
        ]
        assert await app.data("GET", "/api/PickUpLocation/state/lAGOS") == [first]
        assert [
            each["name"] for each in await app.data("GET", "/api/PickupLocation/state/Port%20Harcourt")
        ] == ["Port Harcourt Store"]
        assert await app.data("GET", "/api/PickUpLocation/state/Nowhere") == []
        one = f"/api/PickUpLocation/{first['storeLocationId']}"
        assert await app.data("GET", one) == first
        assert "id" in await app.refused(400, "GET", "/api/PickUpLocation/1")
        app.key = DEMO_KEY
        assert await app.refused(404, "GET", one) == "Pickup location not found"
        assert {each["country"] for each in await app.data("GET", "/api/PickUpLocation")} == {"Ghana"}
        await execute("UPDATE pickup_location SET active = $1", False)
        app.key = KASUWA_KEY
        assert await app.data("GET", "/api/PickUpLocation") == []
        assert await app.data("GET", "/api/PickUpLocation/states") == []
        await app.refused(404, "GET", one)
        app.key = ""
        await app.refused(401, "GET", "/api/PickUpLocation")
