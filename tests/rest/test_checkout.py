"""Checking out over REST: by card, on a gateway's page, picked up or delivered; the total agreed and paid once."""

import asyncio
from typing import Any

import pytest

from models import Customer, Order
from services.ledger import check_book
from tests.conftest import World
from tests.rest.hands import DEMO_KEY, KASUWA_KEY, PIN, Rest
from tests.rest.paying import at_the_page
from tests.services.helpers import stock_of

CART = "/api/customer/cart"
BACK = "https://yourapp.com/payment/callback"


async def test_the_card_pays_for_the_cart_once(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001", balance="5000")
        product = await app.a_product(pieces=10)
        await app.data("POST", f"{CART}/add", {"productId": product, "quantity": 2})
        body = await listing(app, product, 2)
        assert "transactionPin" in await app.refused(400, "POST", "/api/checkout", body)
        await app.refused(403, "POST", "/api/checkout", {**body, "transactionPin": "9999"})
        body["transactionPin"] = PIN
        paid = await app.data("POST", "/api/checkout", body, key="one")
        assert paid["orderStatus"] == "Completed" and paid["amountDeducted"] == body["totalAmount"]
        assert paid["remainingBalance"] == round(5000 - body["totalAmount"], 2)
        # Sent again with the same key it answers the same; with another input it is refused.
        assert await app.data("POST", "/api/checkout", body, key="one") == paid
        await app.refused(422, "POST", "/api/checkout", {**body, "totalAmount": 1}, key="one")
        assert await app.data("GET", f"{CART}/count") == 0
        order = await Order.get(uid=paid["orderId"])
        assert order.state == "PaymentSettled"
        assert await pieces_left(app) == 8
        assert (await app.data("GET", "/api/customer/get-card-balance"))["currentBalance"] == paid[
            "remainingBalance"
        ]
        await world.drain()
        assert order.code in (await world.outbox("+233240000001"))[0]["text"]


async def test_another_total_than_the_servers_is_refused_and_changes_nothing(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001", balance="5000")
        product = await app.a_product()
        await app.data("POST", f"{CART}/add", {"productId": product, "quantity": 2})
        body = {**await listing(app, product, 2), "transactionPin": PIN}
        for path in ("/api/checkout", "/api/checkout/shopping-card"):
            for wrong in (0.01, body["totalAmount"] - 0.01, body["totalAmount"] + 1):
                said = await app.refused(400, "POST", path, {**body, "totalAmount": round(wrong, 2)})
                assert "Total amount mismatch" in said
        for wrong in (0, -5, 1.001, "x", None):
            assert "totalAmount" in await app.refused(
                400, "POST", "/api/checkout", {**body, "totalAmount": wrong}
            )
        assert await app.data("GET", f"{CART}/count") == 2
        await app.data("POST", "/api/checkout/shopping-card", body)


async def test_what_is_not_bought_stays_in_the_cart(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001", balance="9000")
        first, second = await app.products(2)
        await app.data("POST", f"{CART}/add", {"productId": first, "quantity": 3})
        await app.data("POST", f"{CART}/add", {"productId": second, "quantity": 1})
        body = {**await listing(app, first, 2), "transactionPin": PIN}
        await app.data("POST", "/api/checkout", body)
        left = {item["productId"]: item["quantity"] for item in await app.data("GET", f"{CART}/items")}
        assert left == {first: 1, second: 1}
        # And what was never put into the cart can be bought all the same.
        await app.data("DELETE", f"{CART}/clear")
        await app.data("POST", "/api/checkout", {**await listing(app, second, 1), "transactionPin": PIN})
        assert await app.data("GET", f"{CART}/count") == 0


async def test_a_given_up_page_puts_the_whole_cart_back(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001")
        first, second = await app.products(2)
        await app.data("POST", f"{CART}/add", {"productId": first, "quantity": 3})
        await app.data("POST", f"{CART}/add", {"productId": second, "quantity": 1})
        sent = await app.data("POST", "/api/checkout/payment-gateway", await on_page(app, first, 2))
        await at_the_page(sent["paymentUrl"], pay=False)
        await world.until(lambda: state_is(sent["orderId"], "AddingItems"))
        left = {item["productId"]: item["quantity"] for item in await app.data("GET", f"{CART}/items")}
        assert left == {first: 3, second: 1}


@pytest.mark.parametrize("key", [DEMO_KEY, KASUWA_KEY])
async def test_each_platforms_gateway_settles_an_order_by_itself(world: World, key: str) -> None:
    async with Rest(world, key) as app:
        await app.become("+233240000001" if key == DEMO_KEY else "+2348012345678")
        product = await app.a_product(pieces=5)
        body = await on_page(app, product, 2)
        assert "redirectUrl" in await app.refused(
            400, "POST", "/api/checkout", {**body, "redirectUrl": "javascript:alert(1)"}
        )
        sent = await app.data("POST", "/api/checkout", body, key="page")
        assert sent["orderStatus"] == "Pending" and sent["totalAmount"] == body["totalAmount"]
        assert (await app.data("POST", "/api/checkout", body, key="page"))["paymentUrl"] == sent["paymentUrl"]
        asked = {"transactionReference": sent["transactionReference"]}
        waiting = await app.data("POST", "/api/transaction/verify-transaction", asked)
        assert waiting["status"] == "pending" and waiting["isSuccessful"] is False
        back = await at_the_page(sent["paymentUrl"], pay=True)
        assert back.startswith(BACK)
        await world.until(lambda: state_is(sent["orderId"], "PaymentSettled"))
        told = await app.data("POST", "/api/transaction/verify-transaction", asked)
        assert told["isSuccessful"] and told["status"] == "success" and told["completedAt"]
        assert told["amount"] == body["totalAmount"]
        assert await pieces_left(app) == 3
        book = await check_book()
        assert (book.off_by_minor, book.unbalanced_entries, book.wrong_balances) == (0, [], [])


@pytest.mark.parametrize("key", [DEMO_KEY, KASUWA_KEY])
async def test_a_card_is_filled_once_however_often_the_webhook_comes(world: World, key: str) -> None:
    async with Rest(world, key) as app:
        await app.become("+233240000001" if key == DEMO_KEY else "+2348012345678")
        fund = "/api/transaction/fund-shopping-card"
        body = {"amount": 5000.00, "callbackUrl": BACK}
        for wrong in (0, -1):
            said = await app.refused(400, "POST", fund, {**body, "amount": wrong})
            assert said == "Amount must be greater than 0"
        for wrong in (0.5, 1.001, 10**12, "x"):
            assert "amount" in await app.refused(400, "POST", fund, {**body, "amount": wrong})
        assert "callbackUrl" in await app.refused(400, "POST", fund, {**body, "callbackUrl": "ftp://x"})
        funded = await app.data("POST", fund, body, key="fund")
        assert funded["gateway"] == ("Paystack" if key == DEMO_KEY else "Monnify")
        assert await app.data("POST", fund, body, key="fund") == funded
        await world.twin("/control/fail", provider="*", call="*", mode="duplicate_webhook", times=1)
        await at_the_page(funded["authorizationUrl"], pay=True)
        # The customer comes back before the webhook was worked on, and asks.
        asked = {"transactionReference": funded["reference"]}
        assert (await app.data("POST", "/api/transaction/verify-transaction", asked))["isSuccessful"]
        await world.drain()
        balance = await app.data("GET", "/api/customer/get-card-balance")
        assert (balance["currentBalance"], balance["previousBalance"]) == (5000, 0)


async def test_the_cart_can_be_changed_while_a_page_waits(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001")
        first, second = await app.products(2)
        sent = await app.data("POST", "/api/checkout", await on_page(app, first, 2))
        item = await app.data("POST", f"{CART}/add", {"productId": second, "quantity": 1})
        assert await app.data("GET", f"{CART}/count") == 3
        await app.data("DELETE", f"{CART}/remove", {"cartItemId": item["id"]})
        # Another checkout of something else takes the place of the page that waits.
        again = await app.data("POST", "/api/checkout", await on_page(app, second, 1))
        third = await app.data("POST", "/api/checkout", await on_page(app, first, 1))
        assert len({sent["paymentUrl"], again["paymentUrl"], third["paymentUrl"]}) == 3
        # And the same one again is the same page.
        same = await app.data("POST", "/api/checkout", await on_page(app, first, 1))
        assert same["paymentUrl"] == third["paymentUrl"]


async def test_a_payment_just_made_is_seen_before_the_cart_is_taken_up_again(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001")
        first, second = await app.products(2)
        await world.twin("/control/fail", provider="paystack", call="*", mode="no_webhook", times=9)
        sent = await app.data("POST", "/api/checkout", await on_page(app, first, 2))
        await at_the_page(sent["paymentUrl"], pay=True)
        await app.data("POST", f"{CART}/add", {"productId": second, "quantity": 1})
        assert await state_is(sent["orderId"], "PaymentSettled")
        assert [item["productId"] for item in await app.data("GET", f"{CART}/items")] == [second]


async def test_the_card_is_not_charged_for_what_was_just_paid_on_the_page(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001", balance="5000")
        product = await app.a_product()
        await world.twin("/control/fail", provider="paystack", call="*", mode="no_webhook", times=9)
        sent = await app.data("POST", "/api/checkout", await on_page(app, product, 2))
        await at_the_page(sent["paymentUrl"], pay=True)
        by_card = {**await listing(app, product, 2), "transactionPin": PIN}
        assert "just been paid" in await app.refused(409, "POST", "/api/checkout", by_card)
        assert await state_is(sent["orderId"], "PaymentSettled")
        assert (await app.data("GET", "/api/customer/get-card-balance"))["currentBalance"] == 5000


async def test_after_a_decline_the_same_checkout_has_a_new_page(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001")
        body = await on_page(app, await app.a_product(), 2)
        first = await app.data("POST", "/api/checkout", body)
        await at_the_page(first["paymentUrl"], pay=False)
        second = await app.data("POST", "/api/checkout", body)
        assert second["paymentUrl"] != first["paymentUrl"]
        elsewhere = {**body, "redirectUrl": "https://yourapp.com/elsewhere"}
        third = await app.data("POST", "/api/checkout", elsewhere)
        assert third["paymentUrl"] != second["paymentUrl"]
        assert (await at_the_page(third["paymentUrl"], pay=True)).startswith(elsewhere["redirectUrl"])


async def test_a_page_that_could_not_be_opened_leaves_the_key_free(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001")
        body = await on_page(app, await app.a_product(), 1)
        fund = {"amount": 50, "callbackUrl": BACK}
        for path, what in (("/api/checkout", body), ("/api/transaction/fund-shopping-card", fund)):
            await world.twin("/control/fail", provider="paystack", call="initialize", mode="decline", times=1)
            await app.refused(402, "POST", path, what, key="again")
            await app.data("POST", path, what, key="again")


async def test_many_devices_at_once_are_told_something_sensible(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001")
        bodies = [await on_page(app, product, 1) for product in await app.products(4)]
        for _ in range(3):
            told = await asyncio.gather(*(app.ask("POST", "/api/checkout", body) for body in bodies))
            assert {status for status, _ in told} <= {200, 409}
            assert any(status == 200 for status, _ in told)
            assert not [each for _, each in told if "Cannot go from" in each["message"]]


async def test_a_payment_that_came_too_late_is_not_called_a_success(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001", balance="5000")
        product = await app.a_product()
        sent = await app.data("POST", "/api/checkout", await on_page(app, product, 2))
        await app.data("POST", "/api/checkout", {**await listing(app, product, 2), "transactionPin": PIN})
        await at_the_page(sent["paymentUrl"], pay=True)
        asked = {"transactionReference": sent["transactionReference"]}

        async def told() -> Any:
            found = await app.data("POST", "/api/transaction/verify-transaction", asked)
            return found if found["status"] == "refunded" else None

        assert (await world.until(told))["isSuccessful"] is False


async def test_nobody_learns_of_anothers_payment(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001")
        body = {"amount": 50, "callbackUrl": BACK}
        reference = (await app.data("POST", "/api/transaction/fund-shopping-card", body))["reference"]
        await app.become("+233240000002")
        verify = "/api/transaction/verify-transaction"
        for name in (reference, "nonsense", "00000000-0000-0000-0000-000000000000"):
            said = await app.refused(404, "POST", verify, {"transactionReference": name})
            assert "Transaction not found" in said


async def test_each_wrong_field_of_a_checkout_is_named(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001", balance="100000")
        product = await app.a_product(pieces=3)
        body = {**await listing(app, product, 1), "transactionPin": PIN}
        piece = {"productId": product, "quantity": 1}
        for field, bad in (
            ("paymentMethod", "Cash"),
            ("products", []),
            ("products", [{**piece, "quantity": 0}]),
            ("products", [{**piece, "productId": "x"}]),
            ("storeLocationId", "x"),
            ("transactionPin", "12"),
            ("deliveryOption", "Drone"),
        ):
            assert field in await app.refused(400, "POST", "/api/checkout", {**body, field: bad})
        nowhere = "770e8400-e29b-41d4-a716-446655440000"
        said = await app.refused(404, "POST", "/api/checkout", {**body, "storeLocationId": nowhere})
        assert "Pickup location not found" in said
        unknown = [{"productId": nowhere, "quantity": 1}]
        assert "Product not found" in await app.refused(
            404, "POST", "/api/checkout", {**body, "products": unknown}
        )
        many = {**await listing(app, product, 4), "transactionPin": PIN}
        assert "Only 3" in await app.refused(409, "POST", "/api/checkout", many)
        assert "paymentMethod" in await app.refused(400, "POST", "/api/checkout/payment-gateway", body)
        await Customer.filter(id=app.customer_id).update(pin_hash=None)
        assert "no PIN" in await app.refused(403, "POST", "/api/checkout", body)


async def test_too_little_on_the_card_keeps_the_cart(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001", balance="1")
        product = await app.a_product()
        await app.data("POST", f"{CART}/add", {"productId": product, "quantity": 2})
        body = {**await listing(app, product, 2), "transactionPin": PIN}
        await app.refused(402, "POST", "/api/checkout", body, key="again")
        assert await app.data("GET", f"{CART}/count") == 2


async def listing(app: Rest, product: str, quantity: int) -> dict[str, Any]:
    """A checkout by card of so many pieces, picked up at the platform's first location."""
    shown = await app.data("GET", f"/api/CustomerProuct/{product}")
    locations = await app.data("GET", "/api/PickUpLocation")
    return {
        "totalAmount": round(shown["price"] * quantity, 2),
        "paymentMethod": "ShoppingCard",
        "products": [{"productId": product, "quantity": quantity}],
        "storeLocationId": locations[0]["storeLocationId"],
    }


async def on_page(app: Rest, product: str, quantity: int) -> dict[str, Any]:
    by_card = await listing(app, product, quantity)
    return {**by_card, "paymentMethod": "PaymentGateway", "redirectUrl": BACK}


async def state_is(order_uid: str, state: str) -> bool:
    return await Order.filter(uid=order_uid, state=state).exists()


async def pieces_left(app: Rest) -> int:
    on_hand, allocated = await stock_of(app.variant_id)
    assert allocated == 0
    return on_hand
