"""Buying with a deposit and paying balances over REST: split, pay in parts and for others, call off."""

from typing import Any
from uuid import UUID

import pytest

from core.db import execute
from models import Order, Payment, PurchaseOption
from services.catalogue.naming import variant_named
from services.deposits.guessing import MOST
from services.pricing import share_out
from services.tenants import scope_by_key
from tests.conftest import World
from tests.deposits.hands import an_option, the_book_explains_what_is_owed
from tests.rest.hands import DEMO_KEY, PIN, Rest
from tests.rest.paying import at_the_page

CART = "/api/customer/cart"
BACK = "https://yourapp.com/payment/callback"
PRICE = 333.35
BY_CARD = {"paymentMethod": "ShoppingCard", "pin": PIN}


async def on_terms(app: Rest, **terms: Any) -> tuple[str, str]:
    """A product at GHS 333.35 that is sold with 30% now and the rest after 30 days: its uid, and the option's."""
    product = await app.a_product()
    scope = await scope_by_key(app.key)
    await execute("UPDATE variant SET price_minor = 33335 WHERE id = $1", app.variant_id)
    option = await PurchaseOption.get(id=await an_option(scope, app.variant_id, **terms))
    return product, str(option.uid)


async def listing(app: Rest, product: str, quantity: int, total: float, **more: Any) -> dict[str, Any]:
    places = await app.data("GET", "/api/PickUpLocation")
    pieces = [{"productId": product, "quantity": quantity}]
    return {"products": pieces, "totalAmount": total, "storeLocationId": places[0]["storeLocationId"]} | more


async def bought(app: Rest) -> dict[str, Any]:
    """An order of three pieces, of which the deposit is paid by card."""
    product, option = await on_terms(app)
    await app.data("POST", f"{CART}/add", {"productId": product, "quantity": 3, "purchaseOptionId": option})
    body = await listing(app, product, 3, 1000.05, paymentMethod="ShoppingCard", transactionPin=PIN)
    placed: dict[str, Any] = await app.data("POST", "/api/checkout", body, key="buy")
    return placed


async def test_a_product_tells_its_terms_and_the_cart_what_they_come_to(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001")
        product, option = await on_terms(app)
        shown = await app.data("GET", f"/api/CustomerProduct/{product}")
        [offered] = [each for each in shown["purchaseOptions"] if each["id"] == option]
        assert (offered["percentage"], offered["amount"], offered["dueAfter"], offered["dueAt"]) == (
            30.0,
            None,
            "P30D",
            None,
        )
        assert offered["variantIds"] == [shown["variants"][0]["id"]]
        assert "purchaseOptions" not in (await app.data("GET", "/api/CustomerProduct"))[0]

        added = {"productId": product, "quantity": 3, "purchaseOptionId": option}
        item = await app.data("POST", f"{CART}/add", added)
        # 30% of 1,000.05 is 300.015, to the even of both neighbours.
        assert (item["dueNow"], item["dueLater"]) == (300.02, 700.03)
        assert item["purchaseOption"]["id"] == option
        [other] = [each for each in await app.products(2) if each != product]
        second = await app.data("POST", f"{CART}/add", {"productId": other, "quantity": 1})
        assert (second["dueNow"], second["dueLater"], second["dueAt"]) == (second["totalPrice"], 0, None)
        summary = await app.data("GET", f"{CART}/summary")
        assert summary["dueLater"] == 700.03 and summary["dueAt"] == item["dueAt"]
        assert summary["dueNow"] == round(summary["totalAmount"] - 700.03, 2)
        assert [(each["dueAt"], each["amount"]) for each in summary["dueDates"]] == [(item["dueAt"], 700.03)]
        assert [each["dueNow"] for each in await app.data("GET", f"{CART}/items")] == [
            item["dueNow"],
            second["dueNow"],
        ]


async def test_left_out_it_stays_and_null_takes_it_away(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001")
        product, option = await on_terms(app)
        added = {"productId": product, "quantity": 1}
        item = await app.data("POST", f"{CART}/add", added | {"purchaseOptionId": option})
        again = await app.data("POST", f"{CART}/add", added)
        assert again["purchaseOption"]["id"] == option and again["quantity"] == 2
        change = {"cartItemId": item["id"], "quantity": 1}
        assert (await app.data("PUT", f"{CART}/update", change))["purchaseOption"]["id"] == option
        for wrong in (item["id"], "x", 5):
            status = 404 if wrong == item["id"] else 400
            for method, path, body in (("POST", "add", added), ("PUT", "update", change)):
                said = await app.refused(status, method, f"{CART}/{path}", body | {"purchaseOptionId": wrong})
                assert "purchaseOptionId" in said
        plain = await app.data("PUT", f"{CART}/update", change | {"purchaseOptionId": None})
        assert (plain["purchaseOption"], plain["dueNow"], plain["dueLater"]) == (None, PRICE, 0)


async def test_the_card_pays_the_deposit_and_later_the_rest(world: World) -> None:
    async with Rest(world) as app, Rest(world) as friend:
        await app.become("+233240000001", balance="5000")
        await friend.become("+233240000002", balance="5000")
        placed = await bought(app)
        assert placed["amountDeducted"] == placed["dueNow"] == 300.02 and placed["dueLater"] == 700.03
        assert placed["remainingBalance"] == 4699.98
        [charge] = placed["scheduledCharges"]
        assert (charge["amount"], charge["outstanding"], charge["state"]) == (700.03, 700.03, "Waiting")
        order, code = placed["orderId"], placed["orderCode"]
        assert (await Order.get(uid=order)).state == "PaymentAuthorized"

        [balance] = await app.data("GET", "/api/balances")
        assert (balance["totalAmount"], balance["paid"], balance["outstanding"]) == (1000.05, 300.02, 700.03)
        assert balance["collectedWith"] == "shopping card" and balance["scheduledCharges"] == [charge]
        assert await friend.data("GET", "/api/balances") == []

        pay = f"/api/balances/{order}/pay"
        part = await app.data("POST", pay, BY_CARD | {"amount": 200.5}, key="part")
        assert (part["paymentStatus"], part["amount"], part["outstanding"]) == ("Completed", 200.5, 499.53)
        assert await app.data("POST", pay, BY_CARD | {"amount": 200.5}, key="part") == part
        await app.refused(422, "POST", pay, BY_CARD | {"amount": 200.51}, key="part")
        # The checkout's own answer stays what it was.
        body = await listing(app, await app.a_product(), 3, 1000.05)
        body |= {"paymentMethod": "ShoppingCard", "transactionPin": PIN}
        replayed = await app.data("POST", "/api/checkout", body, key="buy")
        assert (replayed["transactionId"], replayed["amountDeducted"], replayed["remainingBalance"]) == (
            placed["transactionId"],
            300.02,
            4699.98,
        )

        by_code = f"/api/balances/by-code/{code}"
        seen = await friend.data("GET", by_code)
        assert (seen["outstanding"], seen["paid"]) == (499.53, 500.52)
        assert set(seen) == {"orderCode", "currency", "totalAmount", "paid", "outstanding", "dueDates"}
        rest = await friend.data("POST", f"{by_code}/pay", BY_CARD)
        assert (rest["amount"], rest["outstanding"]) == (499.53, 0)
        assert (await friend.data("GET", "/api/customer/get-card-balance"))["currentBalance"] == 4500.47
        assert (await Order.get(uid=order)).state == "PaymentSettled"
        assert await app.data("GET", "/api/balances") == []
        moved = await app.data("GET", f"/api/orders/{order}/movements")
        assert [each["amount"] for each in moved] == [0, 300.02, 200.5, 499.53]
        assert moved[-1]["description"].startswith("Somebody paid GHS 499.53 for you")
        await friend.refused(404, "GET", by_code)
        await the_book_explains_what_is_owed()


async def test_on_a_page_the_deposit_is_charged_and_a_card_is_kept_for_the_rest(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001")
        product, option = await on_terms(app)
        await app.data(
            "POST", f"{CART}/add", {"productId": product, "quantity": 1, "purchaseOptionId": option}
        )
        body = await listing(app, product, 1, PRICE, paymentMethod="PaymentGateway", redirectUrl=BACK)
        said = await app.refused(400, "POST", "/api/checkout", body | {"totalAmount": 100.0})
        assert "GHS 333.35" in said
        sent = await app.data("POST", "/api/checkout", body, key="page")
        assert (sent["totalAmount"], sent["dueNow"], sent["dueLater"]) == (PRICE, 100.0, 233.35)
        assert [each["amount"] for each in sent["scheduledCharges"]] == [233.35]
        await at_the_page(sent["paymentUrl"], pay=True)
        verify = {"transactionReference": sent["transactionReference"]}
        verified = await app.data("POST", "/api/transaction/verify-transaction", verify)
        assert (verified["status"], verified["amount"]) == ("success", 100.0)
        [balance] = await app.data("GET", "/api/balances")
        assert balance["outstanding"] == 233.35 and balance["collectedWith"]

        pay = {"paymentMethod": "PaymentGateway", "callbackUrl": BACK, "amount": 33.35, "keepMethod": True}
        path = f"/api/balances/{sent['orderId']}/pay"
        begun = await app.data("POST", path, pay)
        assert (begun["paymentStatus"], begun["outstanding"]) == ("Pending", 233.35)
        assert (await app.data("POST", path, pay))["paymentUrl"] == begun["paymentUrl"]
        back = await at_the_page(begun["paymentUrl"], pay=True)
        assert back.startswith(BACK) and begun["transactionReference"] in back
        verify = {"transactionReference": begun["transactionReference"]}
        await app.data("POST", "/api/transaction/verify-transaction", verify)
        assert (await app.data("GET", "/api/balances"))[0]["outstanding"] == 200.0
        # What the checkout was asked for is answered still, and not what was paid since.
        replayed = await app.data("POST", "/api/checkout", body, key="page")
        assert replayed["transactionReference"] == sent["transactionReference"]
        assert replayed["scheduledCharges"][0]["collected"] == 33.35
        [past] = (await app.data("GET", "/api/customer/transaction/orders"))["orders"]
        assert past["transactionReference"] == sent["transactionReference"]
        await the_book_explains_what_is_owed()


async def test_a_carriers_fee_is_shared_as_the_price_is(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001", balance="5000")
        product, option = await on_terms(app)
        await app.data(
            "POST", f"{CART}/add", {"productId": product, "quantity": 1, "purchaseOptionId": option}
        )
        body = await listing(app, product, 1, 0)
        asked = {
            "storeLocationId": body["storeLocationId"],
            "deliveryAddress": "12 Oxford Street, Osu, Accra",
        }
        rate = (await app.data("POST", "/api/checkout/delivery-quote", asked))["companies"][0]
        fee = rate["deliveryFee"]
        total = round(PRICE + fee, 2)
        body |= {
            "totalAmount": total,
            "paymentMethod": "ShoppingCard",
            "transactionPin": PIN,
            "deliveryFee": fee,
        }
        body |= {
            "deliveryOption": "Delivery",
            "address": asked["deliveryAddress"],
            "selectedRateId": rate["rateId"],
        }
        placed = await app.data("POST", "/api/checkout", body)
        now, later = share_out(round(fee * 100), [10000, 23335])
        assert (placed["dueNow"], placed["dueLater"]) == ((10000 + now) / 100, (23335 + later) / 100)
        assert round(placed["dueNow"] + placed["dueLater"], 2) == total
        await the_book_explains_what_is_owed()


async def test_nothing_due_now_is_an_order_without_a_payment(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001", balance="50")
        product, option = await on_terms(app, charge_ppm=0)
        await app.data(
            "POST", f"{CART}/add", {"productId": product, "quantity": 1, "purchaseOptionId": option}
        )
        body = await listing(app, product, 1, PRICE, paymentMethod="ShoppingCard", transactionPin=PIN)
        placed = await app.data("POST", "/api/checkout", body)
        assert (placed["transactionId"], placed["amountDeducted"], placed["remainingBalance"]) == (
            None,
            0,
            50,
        )
        assert (placed["dueNow"], placed["dueLater"]) == (0, PRICE)


async def test_somebody_without_an_account_pays_by_mobile_money(world: World) -> None:
    async with Rest(world) as app, Rest(world) as guest:
        await app.become("+233240000001", balance="5000")
        placed = await bought(app)
        path = f"/api/balances/by-code/{placed['orderCode']}/pay"
        wallet = {"paymentMethod": "MobileMoney", "phone": "0246215478", "network": "mtn"}
        await guest.refused(400, "POST", path, BY_CARD)
        begun = await guest.data("POST", path, wallet, key="1")
        assert (begun["paymentStatus"], begun["amount"]) == ("Pending", 700.03)
        assert (await guest.data("POST", path, wallet, key="1"))["paymentId"] == begun["paymentId"]
        assert "checked" in await app.refused(409, "POST", f"/api/orders/{placed['orderId']}/cancel", {})

        async def paid() -> bool:
            return (await Order.get(uid=placed["orderId"])).state == "PaymentSettled"

        await world.until(paid)
        assert (await Payment.get(uid=begun["paymentId"])).customer_id is None
        assert (await guest.data("POST", path, wallet, key="1"))["paymentStatus"] == "Completed"
        await the_book_explains_what_is_owed()


async def test_an_order_is_called_off(world: World) -> None:
    async with Rest(world) as app, Rest(world) as other:
        await app.become("+233240000001", balance="5000")
        await other.become("+233240000002")
        placed = await bought(app)
        path = f"/api/orders/{placed['orderId']}"
        announced = await app.data("GET", f"{path}/cancellation")
        assert announced == {"returned": 300.02, "kept": 0, "forgiven": 700.03, "currency": "GHS"}
        assert await other.refused(404, "GET", f"{path}/cancellation") == "orderId: There is no such order."
        await app.refused(400, "POST", f"{path}/cancel", {"reason": "x" * 201})
        assert await app.data("POST", f"{path}/cancel", {"reason": "It takes too long"}) == announced
        await app.refused(409, "POST", f"{path}/cancel", {})
        await app.refused(409, "GET", f"{path}/cancellation")
        assert (await app.data("GET", "/api/customer/get-card-balance"))["currentBalance"] == 5000
        moved = await app.data("GET", f"{path}/movements")
        assert [each["amount"] for each in moved] == [0, 300.02, -300.02, 0]
        await the_book_explains_what_is_owed()


@pytest.mark.parametrize(
    ("status", "body", "named"),
    [
        (400, {}, "paymentMethod"),
        (400, {"paymentMethod": "Cash"}, "paymentMethod"),
        (400, {"paymentMethod": "ShoppingCard"}, "pin"),
        (403, BY_CARD | {"pin": "9999"}, "PIN"),
        (400, BY_CARD | {"amount": 700.04}, "amount"),
        (400, BY_CARD | {"amount": 0}, "amount"),
        (400, BY_CARD | {"amount": -1}, "amount"),
        (400, BY_CARD | {"amount": 0.001}, "amount"),
        (400, BY_CARD | {"amount": 1.005}, "amount"),
        (400, BY_CARD | {"amount": "5"}, "amount"),
        (400, {"paymentMethod": "MobileMoney", "network": "mtn"}, "phone"),
        (400, {"paymentMethod": "MobileMoney", "phone": "0246215478"}, "network"),
        (400, {"paymentMethod": "MobileMoney", "phone": "nobody", "network": "mtn"}, "phone"),
        (400, {"paymentMethod": "PaymentGateway", "callbackUrl": "javascript:x"}, "callbackUrl"),
    ],
    ids=range(14),
)
async def test_balances_that_can_not_be_paid(
    world: World, status: int, body: dict[str, Any], named: str
) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001", balance="5000")
        placed = await bought(app)
        ways = (placed["orderId"], f"by-code/{placed['orderCode']}")
        for way in ways:
            assert named in await app.refused(status, "POST", f"/api/balances/{way}/pay", body)
        assert (await app.data("GET", "/api/balances"))[0]["outstanding"] == 700.03


async def test_who_can_not_pay_says_so(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001", balance="100")
        product, option = await on_terms(app)
        session = {"sessionId": "abc123xyz"}
        token, app.token = app.token, None
        added = {"productId": product, "quantity": 1, "purchaseOptionId": option}
        item = await app.data("POST", f"{CART}/add", added | session)
        assert item["dueLater"] == 233.35
        # A guest with a name for their cart has no account that something could be owed by.
        body = await listing(app, product, 1, PRICE, paymentMethod="PaymentGateway", redirectUrl=BACK)
        assert await app.refused(401, "POST", "/api/checkout", body | session) == "Customer not authenticated"
        assert "authenticated" in await app.refused(401, "GET", "/api/balances")
        app.token = token
        await app.data("POST", f"{CART}/transfer-session", **session)
        body |= {"paymentMethod": "ShoppingCard", "transactionPin": PIN}
        placed = await app.data("POST", "/api/checkout", body)
        assert placed["remainingBalance"] == 0
        await app.refused(402, "POST", f"/api/balances/{placed['orderId']}/pay", BY_CARD)


async def test_one_that_needs_an_option_is_not_bought_without(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001", balance="5000")
        product, _ = await on_terms(app, requires_option=True)
        await app.data("POST", f"{CART}/add", {"productId": product, "quantity": 1})
        body = await listing(app, product, 1, PRICE, paymentMethod="ShoppingCard", transactionPin=PIN)
        assert "how to pay for" in await app.refused(409, "POST", "/api/checkout", body)


async def test_codes_can_not_be_guessed_at_leisure(world: World) -> None:
    async with Rest(world) as app, Rest(world) as other:
        await app.become("+233240000001", balance="5000")
        await other.become("+233240000002", balance="5000")
        placed = await bought(app)
        for number in range(MOST):
            guess = f"/api/balances/by-code/MK{number:09}"
            await other.refused(404, *(("GET", guess), ("POST", f"{guess}/pay", BY_CARD))[number % 2])
        await other.refused(429, "GET", f"/api/balances/by-code/{placed['orderCode']}")
        await other.refused(429, "POST", f"/api/balances/by-code/{placed['orderCode']}/pay", BY_CARD)
        assert await app.data("GET", f"/api/balances/by-code/{placed['orderCode']}")


async def test_an_option_of_another_platform_is_none(world: World) -> None:
    async with Rest(world, "ks_test_demo") as far, Rest(world, DEMO_KEY) as app:
        _, option = await on_terms(far)
        await app.become("+233240000001")
        product = await app.a_product()
        assert await variant_named(await scope_by_key(DEMO_KEY), UUID(product))
        added = {"productId": product, "quantity": 1, "purchaseOptionId": option}
        await app.refused(404, "POST", f"{CART}/add", added)
        assert await app.data("GET", f"{CART}/count") == 0
