"""The cart over REST: the same as everywhere else, and a guest's that comes along."""

import pytest

from tests.conftest import World
from tests.rest.hands import Rest
from tests.rest.test_checkout import on_page

CART = "/api/customer/cart"


async def test_a_cart_is_filled_changed_and_emptied(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001")
        product = await app.a_product()
        item = await app.data("POST", f"{CART}/add", {"productId": product, "quantity": 2})
        assert item["productId"] == product and item["quantity"] == 2
        assert item["totalPrice"] == round(item["unitPrice"] * 2, 2) and item["isInStock"]
        changed = await app.data("PUT", f"{CART}/update", {"cartItemId": item["id"], "quantity": 5})
        assert changed["quantity"] == 5 and changed["id"] == item["id"]
        summary = await app.data("GET", f"{CART}/summary")
        assert summary["totalItems"] == 5 and summary["subTotal"] == summary["totalAmount"]
        assert await app.data("GET", f"{CART}/count") == 5
        assert await app.data("GET", f"{CART}/total") == summary["subTotal"]
        assert len(await app.data("GET", f"{CART}/items")) == 1
        assert await app.data("DELETE", f"{CART}/remove", {"cartItemId": item["id"]}) is True
        assert await app.data("DELETE", f"{CART}/clear") is True
        assert await app.data("GET", f"{CART}/count") == 0


async def test_a_guests_cart_comes_along_at_sign_in(world: World) -> None:
    async with Rest(world) as app:
        product = await app.a_product()
        guest = {"productId": product, "quantity": 2, "sessionId": "abc123xyz"}
        await app.data("POST", f"{CART}/add", guest)
        await app.data("POST", f"{CART}/add", guest)
        assert await app.data("GET", f"{CART}/count", sessionId="abc123xyz") == 4
        assert await app.data("GET", f"{CART}/count", sessionId="another") == 0
        await app.refused(401, "GET", f"{CART}/count")
        await app.become("+233240000002")
        assert await app.data("POST", f"{CART}/transfer-session", sessionId="abc123xyz") is True
        assert await app.data("GET", f"{CART}/count") == 4
        assert await app.data("POST", f"{CART}/sync", sessionId="abc123xyz") is True
        assert await app.data("GET", f"{CART}/count") == 4


@pytest.mark.parametrize("way", ["transfer-session", "sync"])
async def test_a_guests_cart_joins_one_that_is_being_paid_for(world: World, way: str) -> None:
    async with Rest(world) as app:
        first, second = await app.products(2)
        await app.data("POST", f"{CART}/add", {"productId": second, "quantity": 2, "sessionId": "abc123xyz"})
        await app.become("+233240000004")
        page = await app.data("POST", "/api/checkout", await on_page(app, first, 1))
        assert await app.data("POST", f"{CART}/{way}", sessionId="abc123xyz") is True
        assert {item["productId"]: item["quantity"] for item in await app.data("GET", f"{CART}/items")} == {
            first: 1,
            second: 2,
        }
        # Which gave that page up, so that the same order has another one now.
        body = await on_page(app, first, 1)
        assert (await app.data("POST", "/api/checkout", body))["paymentUrl"] != page["paymentUrl"]


async def test_each_wrong_field_is_named(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000003")
        product = await app.a_product()
        for wrong, field in (
            ({"quantity": 1}, "productId"),
            ({"productId": "nonsense", "quantity": 1}, "productId"),
            ({"productId": product, "quantity": 0}, "quantity"),
            ({"productId": product, "quantity": -1}, "quantity"),
            ({"productId": product, "quantity": 1.5}, "quantity"),
            ({"productId": product, "quantity": "2"}, "quantity"),
            ({"productId": product, "quantity": 10**30}, "quantity"),
        ):
            assert field in await app.refused(400, "POST", f"{CART}/add", wrong)
        await app.refused(400, "POST", f"{CART}/add", [])
        app.key = "nonsense"
        assert "x-api-key" in await app.refused(401, "GET", f"{CART}/count")
        app.key = ""
        assert "x-api-key" in await app.refused(401, "GET", f"{CART}/count")
