"""What a customer paid, received and ordered, over REST: complete, theirs alone, and filtered as asked."""

from datetime import UTC, datetime, timedelta
from typing import Any

from core.clock import now
from core.db import execute
from models import (
    Biller,
    BillPurchase,
    Order,
    Payment,
    PaymentAttempt,
    PickupLocation,
    Refund,
    ShippingLine,
    ShippingMethod,
)
from services.buyers import Buyer
from services.carts import add_to_cart
from services.checkout import pay, set_addresses
from services.checkout.delivery import choose_shipping
from services.orders.reading import list_orders
from services.orders.views import OrderView
from services.shipping import methods_of
from services.tenants import scope_by_key
from tests.catalogue.helpers import counted
from tests.conftest import World
from tests.rest.hands import PIN, Rest

LIST, ORDERS = "/api/customer/transaction/list", "/api/customer/transaction/orders"
TRANSACTION = {
    "id", "customerId", "platformId", "businessId", "transactionReference", "amount", "transactionType", "status",
    "description", "gateway", "gatewayTransactionId", "environment", "createdAt", "updatedAt", "customerFirstName",
    "customerLastName", "customerEmail", "statusDisplay", "transactionTypeDisplay", "amountDisplay",
    "customerDisplayName",
}  # fmt: skip
ORDER = {
    "id", "platformId", "businessId", "customerId", "products", "address", "pickUpLocation", "pickupLocationId",
    "pickupLocationName", "isAvailableForDelivery", "orderStatus", "environmentType", "transactionReference",
    "totalAmount", "dateCreated", "dateUpdated", "orderStatusDisplay", "environmentTypeDisplay", "totalProducts",
    "uniqueProducts",
}  # fmt: skip
WHERE = {"street": "123 Main Street", "city": "Accra", "country": "GH"}


async def buyer_of(app: Rest) -> Buyer:
    return Buyer(await scope_by_key(app.key), "rest", customer_id=app.customer_id)


async def bought(app: Rest, quantity: int = 2, *, method: str = "shopping-card") -> OrderView:
    """An order of so many pieces, brought to an address and paid with `method`."""
    await app.a_product()
    buyer = await buyer_of(app)
    await add_to_cart(buyer, app.variant_id, quantity)
    await set_addresses(buyer, shipping=WHERE)
    await choose_shipping(buyer, [(await methods_of(buyer.scope))[0].id])
    return await pay(buyer, method, pin=PIN, callback_url="https://example.com/back")


async def a_bill(app: Rest, state: str, amount_minor: int = 500) -> BillPurchase:
    scope = await scope_by_key(app.key)
    mine = {"platform_id": scope.platform_id, "environment": scope.environment}
    biller = await Biller.get_or_none(number=901, **mine) or await Biller.create(
        kind="airtime", number=901, name="MTN Airtime", slug="mtn-x", provider="africastalking", service="MTN",
        least_minor=100, most_minor=10**6, **mine,
    )  # fmt: skip
    return await BillPurchase.create(
        customer_id=app.customer_id, biller_id=biller.id, reference=f"bill-{state}-{amount_minor}", state=state,
        amount_minor=amount_minor, currency=scope.currency, phone="+233240000009", provider_id=f"ATQ-{state}-{amount_minor}",
        expires_at=now(), **mine,
    )  # fmt: skip


async def listed(app: Rest, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await app.data("GET", LIST, **query))["transactions"]
    return found


async def test_a_payment_for_an_order_shows_every_field_of_the_document(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000301", balance="50000")
        await execute(
            "UPDATE customer SET email = 'ama@example.com', email_verified_at = created_at WHERE id = $1",
            app.customer_id,
        )
        order = await bought(app)
        query = "pageNumber=1&pageSize=50&status=1&transactionType=Payment&startDate=2024-01-01&endDate=2999-12-31"
        status, told = await app.ask("GET", f"{LIST}?{query}")
        assert (status, told["message"]) == (200, "Successfully retrieved customer transactions")
        data = told["data"]
        assert set(data) == {
            "transactions", "totalCount", "pageNumber", "pageSize", "totalPages", "currentBalance",
        }  # fmt: skip
        (one,) = data["transactions"]
        total, payment = order.total_minor / 100, order.payments[-1]
        assert set(one) == TRANSACTION
        assert (one["amount"], one["amountDisplay"]) == (total, f"-{total:.2f}")
        assert (one["transactionType"], one["status"], one["statusDisplay"]) == ("Payment", 1, "Successful")
        assert one["description"] == f"Order payment for Order #{order.code}"
        assert one["transactionReference"] == f"mk-{payment.uid.hex}" and one["id"] == str(payment.uid)
        assert (one["gateway"], one["gatewayTransactionId"], one["environment"]) == ("ShoppingCard", None, 1)
        assert (one["customerFirstName"], one["customerLastName"]) == ("Ama", "Mensah")
        assert (one["customerDisplayName"], one["customerEmail"]) == ("Ama Mensah", "ama@example.com")
        assert one["platformId"] == one["businessId"] == str((await scope_by_key(app.key)).uid)
        assert (data["totalCount"], data["pageNumber"], data["pageSize"], data["totalPages"]) == (1, 1, 50, 1)
        assert data["currentBalance"] == round(50000 - total, 2)


async def test_every_kind_of_transaction_is_listed_the_newest_first(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000302", balance="50000")
        order = await bought(app)
        funding = {"amount": 12.5, "callbackUrl": "https://example.com/back"}
        await app.data("POST", "/api/transaction/fund-shopping-card", funding, key="one")
        delivered = await a_bill(app, "Delivered")
        await a_bill(app, "Unknown", 600)
        await a_bill(app, "Reversed", 700)
        refund = await Refund.create(
            payment_id=order.payments[-1].id,
            amount_minor=order.total_minor,
            reason="late payment",
            state="Done",
        )
        found = await listed(app)
        assert [(one["transactionType"], one["statusDisplay"], one["gateway"]) for one in found] == [
            ("Refund", "Successful", "ShoppingCard"),
            ("Bills Payment", "Failed", "Africa's Talking"),
            ("Bills Payment", "Pending", "Africa's Talking"),
            ("Bills Payment", "Successful", "Africa's Talking"),
            ("Card Funding", "Pending", "Paystack"),
            ("Payment", "Successful", "ShoppingCard"),
        ]
        total = f"{order.total_minor / 100:.2f}"
        assert [one["amountDisplay"] for one in found] == [
            total, "-7.00", "-6.00", "-5.00", "12.50", f"-{total}",
        ]  # fmt: skip
        attempt = await PaymentAttempt.get(payment__purpose="card")
        assert [one["transactionReference"] for one in found if one["transactionType"] != "Payment"] == [
            f"mk-rf-{refund.uid.hex}", "bill-Reversed-700", "bill-Unknown-600", delivered.reference,
            attempt.reference,
        ]  # fmt: skip
        assert (
            found[3]["gatewayTransactionId"] == "ATQ-Delivered-500"
            and found[4]["gatewayTransactionId"] is None
        )
        assert found[3]["description"] == "MTN Airtime for +233240000009"
        assert found[0]["description"] == f"Refund for Order #{order.code}"


async def test_each_state_of_a_payment_and_of_a_refund_has_its_status(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000303", balance="50000")
        order = await bought(app)
        payment = order.payments[-1]
        for state, status in (
            ("Created", 0), ("Pending", 0), ("Settled", 1), ("Declined", 2), ("Cancelled", 2),
        ):  # fmt: skip
            await Payment.filter(id=payment.id).update(state=state)
            assert [one["status"] for one in await listed(app)] == [status]
        refund = await Refund.create(payment_id=payment.id, amount_minor=1, reason="x", state="Stored")
        for state, status in (("Stored", 0), ("Waiting", 0), ("Unknown", 0), ("Done", 1), ("OnCard", 1)):
            await Refund.filter(id=refund.id).update(state=state)
            assert [one["status"] for one in await listed(app, transactionType="refund")] == [status]


async def test_filters_by_status_type_and_day(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000304", balance="50000")
        await bought(app)
        await a_bill(app, "Delivered")
        await a_bill(app, "Unknown", 600)
        await a_bill(app, "Failed", 700)

        async def count(**query: Any) -> int:
            data = await app.data("GET", LIST, **query)
            assert len(data["transactions"]) == data["totalCount"]
            return int(data["totalCount"])

        for given, number in (("0", 1), ("pending", 1), ("1", 2), ("Successful", 2), ("2", 1), ("FAILED", 1)):
            assert await count(status=given) == number
        for given, number in (
            ("Payment", 4), ("payment", 4), ("bills", 3), ("Bills Payment", 3), ("LL", 3), ("Refund", 0),
            ("Wallet Credit", 0), ("%", 0), ("_", 0), ("'", 0),
        ):  # fmt: skip
            assert await count(transactionType=given) == number, given
        assert await count(status=1, transactionType="bills") == 1
        at = datetime(2024, 3, 10, 23, 59, 59, 500000, tzinfo=UTC)
        await BillPurchase.filter(amount_minor=700).update(created_at=at)
        for query, number in (
            ({"startDate": "2024-03-10", "endDate": "2024-03-10"}, 1),
            ({"endDate": "2024-03-10"}, 1),
            ({"endDate": "2024-03-09"}, 0),
            ({"startDate": "2024-03-11"}, 3),
            ({"startDate": "2024-03-11", "endDate": "2024-03-10"}, 0),
            ({"endDate": "2024-03-10T23:59:59Z"}, 0),
            ({"startDate": "2024-03-10T23:59:59.5Z", "endDate": "2024-03-11T00:59:59.500+01:00"}, 1),
            ({"startDate": "2024-03-10T23:59:59.6", "endDate": "2024-04-01"}, 0),
            ({"startDate": "0001-01-01", "endDate": "9999-12-31"}, 4),
        ):
            assert await count(**query) == number, query
        # Also where the plus of the zone came as it is.
        status, told = await app.ask("GET", f"{LIST}?endDate=2024-03-11T00:59:59.500+01:00")
        assert (status, told["data"]["totalCount"]) == (200, 1)


async def test_pages_of_transactions_follow_each_other(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000305")
        for amount in range(101, 108):
            await a_bill(app, "Delivered", amount)
        # All at one moment: the order must be the same on every page all the same.
        await BillPurchase.all().update(created_at=now())
        everything = await app.data("GET", LIST)
        assert (everything["totalCount"], everything["totalPages"], everything["pageSize"]) == (7, 1, 50)
        pages = [await app.data("GET", LIST, pageSize=3, pageNumber=n) for n in (1, 2, 3, 4)]
        assert [(page["totalCount"], page["totalPages"]) for page in pages] == [(7, 3)] * 4
        assert [one for page in pages for one in page["transactions"]] == everything["transactions"]
        assert (await app.data("GET", LIST, pageNumber=2**60))["transactions"] == []


async def test_every_limit_is_named(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000306")
        for field, wrong in (
            ("pageNumber", "0"),
            ("pageNumber", "x"),
            ("pageSize", "0"),
            ("pageSize", "101"),
            ("startDate", "yesterday"),
            ("startDate", "2024-13-01"),
            ("endDate", "2024-02-30"),
            ("endDate", "0001-01-01T00:00:00+05:00"),
        ):
            for path in (LIST, ORDERS):
                assert field in await app.refused(400, "GET", path, **{field: wrong})
        for wrong in ("3", "-1", "Done", "1.0"):
            assert "status" in await app.refused(400, "GET", f"{LIST}?status={wrong}")
        for wrong in ("6", "-1", "PaymentSettled"):
            assert "orderStatus" in await app.refused(400, "GET", ORDERS, orderStatus=wrong)


async def test_an_order_shows_every_field_of_the_document(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000307", balance="50000")
        placed = await bought(app, 2)
        query = "pageNumber=1&pageSize=50&orderStatus=Success&startDate=2024-01-01&endDate=2999-12-31"
        status, told = await app.ask("GET", f"{ORDERS}?{query}")
        assert (status, told["message"]) == (200, "Retrieved 1 orders successfully")
        data = told["data"]
        assert set(data) == {"orders", "totalCount", "pageNumber", "pageSize", "totalPages"}
        (order,) = data["orders"]
        assert set(order) >= ORDER
        assert (order["id"], order["totalAmount"]) == (str(placed.uid), placed.total_minor / 100)
        assert (order["orderStatus"], order["orderStatusDisplay"]) == (0, "Success")
        assert (order["environmentType"], order["environmentTypeDisplay"]) == (1, "Test")
        assert order["address"] == "123 Main Street, Accra, Ghana"
        assert order["isAvailableForDelivery"] is True and order["pickUpLocation"] is None
        assert order["transactionReference"] == f"mk-{placed.payments[-1].uid.hex}"
        assert (order["totalProducts"], order["uniqueProducts"]) == (2, 1)
        (product,) = order["products"]
        assert product["productId"] == await app.a_product() and product["quantity"] == 2
        assert product["price"] * 2 + 5 == order["totalAmount"]
        assert product["productImage"].startswith("http") and product["productName"]


async def test_an_order_that_is_fetched_names_its_location(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000308", balance="50000")
        placed = await bought(app)
        scope = await scope_by_key(app.key)
        mine = {"platform_id": scope.platform_id, "environment": scope.environment}
        location = await PickupLocation.create(
            name="Accra - Osu",
            address="1 Oxford Street",
            city="Accra",
            state="Greater Accra",
            country="GH",
            **mine,
        )
        method = await ShippingMethod.create(
            kind="pickup", code="pickup-x", name="Pickup", price_minor=0, **mine
        )
        await ShippingLine.filter(order_id=placed.id).update(
            method_id=method.id, pickup_location_id=location.id, price_minor=0
        )
        await Order.filter(id=placed.id).update(shipping_address=None)
        (order,) = (await app.data("GET", ORDERS))["orders"]
        assert order["pickUpLocation"] == order["pickupLocationId"] == str(location.uid)
        assert order["pickupLocationName"] == "Accra - Osu"
        assert order["isAvailableForDelivery"] is False and order["address"] is None
        same = {"street": "Lagos", "street2": "Ikeja", "city": "LAGOS", "region": "Lagos", "country": "NG"}
        await Order.filter(id=placed.id).update(shipping_address=same)
        assert (await app.data("GET", ORDERS))["orders"][0]["address"] == "Lagos, Ikeja, Nigeria"


async def test_orders_are_filtered_by_how_they_stand(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000309", balance="50000")
        placed = await bought(app)
        for state, number, name in (
            ("PaymentSettled", 0, "Success"), ("Cancelled", 2, "Failed"), ("PartiallyShipped", 3, "Confirmed"),
            ("Shipped", 3, "Confirmed"), ("PartiallyDelivered", 3, "Confirmed"), ("Delivered", 5, "Accepted"),
        ):  # fmt: skip
            await Order.filter(id=placed.id).update(state=state)
            for given in (number, name, name.lower()):
                (order,) = (await app.data("GET", ORDERS, orderStatus=given))["orders"]
                assert (order["orderStatus"], order["orderStatusDisplay"]) == (number, name)
            assert (await app.data("GET", ORDERS, orderStatus=(number + 1) % 6))["totalCount"] == 0
        for given in ("Returned", 4):
            status, told = await app.ask("GET", ORDERS, orderStatus=given)
            assert (status, told["message"], told["data"]["totalPages"]) == (
                200, "Retrieved 0 orders successfully", 0,
            )  # fmt: skip


async def test_orders_wait_for_payment_but_carts_are_none(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000310", balance="50000")
        await bought(app)
        waiting = await bought(app, method="connected-payment-method")
        data = await app.data("GET", ORDERS)
        assert [order["orderStatusDisplay"] for order in data["orders"]] == ["Pending", "Success"]
        attempt = await PaymentAttempt.get(payment__order_id=waiting.id)
        assert data["orders"][0]["transactionReference"] == attempt.reference
        assert (await app.data("GET", ORDERS, orderStatus="pending"))["totalCount"] == 1
        # What is set aside while only a part of a cart is bought is an inactive cart, and no order.
        await Order.filter(id=waiting.id).update(state="AddingItems", active=False)
        assert (await app.data("GET", ORDERS))["totalCount"] == 1
        orders, total = await list_orders(await scope_by_key(app.key), app.customer_id)
        assert ([order.state for order in orders], total) == (["PaymentSettled"], 1)
        await Order.filter(id=waiting.id).update(active=True)
        assert (await app.data("GET", ORDERS))["totalCount"] == 1


async def test_orders_are_filtered_by_the_day_they_were_placed(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000311", balance="50000")
        first, second = await bought(app, 1), await bought(app, 2)
        day = datetime(2024, 3, 10, 23, 30, tzinfo=UTC)
        await Order.filter(id=second.id).update(created_at=day - timedelta(days=60), placed_at=day)
        data = await app.data("GET", ORDERS)
        assert [order["id"] for order in data["orders"]] == [str(first.uid), str(second.uid)]
        assert data["orders"][1]["dateCreated"] == "2024-03-10T23:30:00Z"
        found = await app.data("GET", ORDERS, startDate="2024-03-10", endDate="2024-03-10")
        assert [order["id"] for order in found["orders"]] == [str(second.uid)]
        assert (await app.data("GET", ORDERS, endDate="2024-03-10T23:29:59Z"))["totalCount"] == 0
        pages = [await app.data("GET", ORDERS, pageSize=1, pageNumber=n) for n in (1, 2, 3)]
        assert [len(page["orders"]) for page in pages] == [1, 1, 0]
        assert {(page["totalCount"], page["totalPages"]) for page in pages} == {(2, 2)}


async def test_everybody_sees_their_own(world: World) -> None:
    async with Rest(world) as theirs, Rest(world) as app:
        await theirs.become("+233240000312", balance="50000")
        order = await bought(theirs)
        await a_bill(theirs, "Delivered")
        await Refund.create(payment_id=order.payments[-1].id, amount_minor=1, reason="x", state="Done")
        for path in (LIST, ORDERS):
            await app.refused(401, "GET", path)
        await app.become("+233240000313")
        data = await app.data("GET", LIST)
        assert (data["transactions"], data["totalCount"], data["totalPages"]) == ([], 0, 0)
        assert data["currentBalance"] == 0
        assert (await app.data("GET", ORDERS))["orders"] == []
        assert len(await listed(theirs)) == 3


async def test_a_page_costs_the_same_number_of_statements_whatever_its_size(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000314", balance="90000")
        for quantity in (1, 2, 3, 4):
            await bought(app, quantity)
        for path, most in ((LIST, 3), (ORDERS, 5)):
            costs = []
            for size in (1, 4):
                with counted() as counter:
                    await app.data("GET", path, pageSize=size)
                costs.append(counter.statements)
            assert costs[0] == costs[1] <= most, path
