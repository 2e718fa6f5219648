"""What the market knows of an order's parts is shown, and what it doesn't know is null."""

from datetime import datetime, timedelta

import pytest

from core.clock import now
from core.db import execute, fetch_one
from models import DeliveryQuote, DeliveryRate, PickupLocation
from services.fulfillment.making import fulfil, move_fulfillment
from services.staff.sessions import whose_session
from services.values import as_uid
from tests.stories.test_statements import statements  # noqa: F401 - a fixture
from tests.xorder.conftest import Hands, Somebody
from tests.xorder.test_reading import paid_in_part

SHELF = "query($i: String) { order(id: $i) { items { categoryId cancelReason product { id } } } }"
PARCEL = "query($i: String) { order(id: $i) { shipments { status deliveryDate weight weightUnit } } }"


async def test_a_line_names_the_shelf_of_its_product(
    customer: Somebody,
    statements: list[str],  # noqa: F811
) -> None:
    order = await customer.orders_on_account(46)
    shelf = await fetch_one(
        "SELECT c.uid FROM category c JOIN product p ON p.category_id = c.id WHERE p.id = $1",
        order.lines[0].product_id,
    )
    assert shelf
    statements.clear()
    (line,) = (await customer.hands.ask(SHELF, i=str(order.uid)))["order"]["items"]
    assert (line["categoryId"], line["product"]["id"]) == (
        str(as_uid(shelf["uid"])),
        str(order.lines[0].product_uid),
    )
    assert len([each for each in statements if "FROM product p" in each and "category_uid" in each]) == 1
    await execute("UPDATE product SET category_id = NULL WHERE id = $1", order.lines[0].product_id)
    (line,) = (await customer.hands.ask(SHELF, i=str(order.uid)))["order"]["items"]
    assert line["categoryId"] is None


async def test_a_shipment_says_when_it_arrived(customer: Somebody, desk: Hands) -> None:
    order = await customer.orders_on_account()
    assert (await desk.ask(PARCEL, i=str(order.uid)))["order"]["shipments"] == [
        {"status": "New", "deliveryDate": None, "weight": None, "weightUnit": None}
    ]
    await paid_in_part(customer, order, order.total_minor)
    session = await whose_session(desk.token or "", None)
    assert session
    parcel = await fulfil(session.desk, {each.id: each.quantity for each in order.lines}, method="by hand")
    await move_fulfillment(session.desk, parcel, "Shipped")
    (shipment,) = (await desk.ask(PARCEL, i=str(order.uid)))["order"]["shipments"]
    assert (shipment["status"], shipment["deliveryDate"]) == ("Shipped", None)
    before = now()
    await move_fulfillment(session.desk, parcel, "Delivered")
    (shipment,) = (await desk.ask(PARCEL, i=str(order.uid)))["order"]["shipments"]
    assert shipment["status"] == "Delivered"
    assert before - timedelta(seconds=1) <= datetime.fromisoformat(shipment["deliveryDate"]) <= now()


@pytest.mark.parametrize("weight_g", [500, 12_345])
async def test_what_a_carrier_brings_says_its_weight(customer: Somebody, desk: Hands, weight_g: int) -> None:
    order = await customer.orders_on_account()
    quote = await DeliveryQuote.create(
        platform_id=customer.scope.platform_id,
        environment=customer.scope.environment,
        customer_id=customer.customer.id,
        location=await PickupLocation.filter(platform_id=customer.scope.platform_id).first(),
        key="a key",
        place={},
        weight_g=weight_g,
        value_minor=order.total_minor,
        expires_at=now() + timedelta(days=1),
    )
    rate = await DeliveryRate.create(
        quote=quote, rate_id="r", carrier_name="Carrier", carrier_slug="carrier", carrier_logo="", delivery_time="",
        price_minor=0, currency=order.currency,
    )  # fmt: skip
    await execute("UPDATE shipping_line SET rate_id = $2 WHERE order_id = $1", order.id, rate.id)
    (shipment,) = (await desk.ask(PARCEL, i=str(order.uid)))["order"]["shipments"]
    assert (shipment["weight"], shipment["weightUnit"]) == (weight_g, "gram")
