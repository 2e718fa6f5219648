"""What the merchant says is delivered is so at the desk, too: parcels follow, the customer is told, and what is owed stays owed."""

import asyncio
from datetime import timedelta

import pytest

from core.clock import now
from core.db import execute, fetch, fetch_one
from core.errors import DomainError, IllegalTransition
from core.ids import new_uid
from models import DeliveryQuote, DeliveryRate, Fulfillment, Order, PickupLocation, Shipment
from services.fulfillment.making import fulfil, move_fulfillment
from services.orders.acting import call_off
from tests.conftest import World
from tests.financing.conftest import Dealer
from tests.financing.hands import a_parcel, checked_out, the_desk
from tests.financing.test_store import delivered

PHONE = "+233241234567"


async def parcels(order: Order) -> list[tuple[str, int]]:
    """The states of an order's parcels, and how many pieces each holds."""
    rows = await fetch(
        "SELECT f.state, SUM(x.quantity) AS pieces FROM fulfillment f JOIN fulfillment_line x ON x.fulfillment_id = f.id "
        "WHERE f.order_id = $1 GROUP BY f.id, f.state ORDER BY f.id",
        order.id,
    )
    return [(row["state"], int(row["pieces"])) for row in rows]


async def arrivals(world: World, order: Order) -> int:
    """How often the customer was told that something arrived."""
    await world.drain()
    return len(
        [each for each in await world.outbox(PHONE) if f"has delivered order {order.code}" in each["text"]]
    )


async def test_what_is_handed_over_is_a_parcel_that_arrived_and_is_called_off_no_more(
    world: World, dealer: Dealer
) -> None:
    session = await checked_out(dealer)
    order = await Order.get(code=session["orderCode"])
    assert await delivered(dealer, orderId=session["id"]) == []
    assert await parcels(order) == [("Delivered", 2)]
    assert (await dealer.order(session["id"]))["status"] == "Delivered"
    # All of it is owed still.
    assert (await Order.get(id=order.id)).state == "PaymentAuthorized"
    assert await arrivals(world, order) == 1
    with pytest.raises(IllegalTransition):
        await call_off(await the_desk(), order.id, "")
    assert await delivered(dealer, orderId=session["id"]) == ["InvalidApp"]
    assert await parcels(order) == [("Delivered", 2)]


async def test_parcels_that_are_under_way_arrive_and_what_is_in_none_comes_with_them(
    world: World, dealer: Dealer
) -> None:
    session = await checked_out(dealer)
    order = await Order.get(code=session["orderCode"])
    await a_parcel(order, pieces=1)
    assert await delivered(dealer, orderId=session["id"]) == []
    assert await parcels(order) == [("Delivered", 1), ("Delivered", 1)]
    assert await arrivals(world, order) == 2


async def test_what_arrived_parcel_by_parcel_is_said_once(world: World, dealer: Dealer) -> None:
    session = await checked_out(dealer)
    order = await Order.get(code=session["orderCode"])
    await move_fulfillment(await the_desk(), await a_parcel(order), "Delivered")
    assert await delivered(dealer, orderId=session["id"]) == []
    assert await parcels(order) == [("Delivered", 2)] and await arrivals(world, order) == 1


async def test_a_day_that_is_to_come_moves_nothing(dealer: Dealer) -> None:
    session = await checked_out(dealer)
    order = await Order.get(code=session["orderCode"])
    tomorrow = (now() + timedelta(days=1)).date().isoformat()
    assert await delivered(dealer, orderId=session["id"], estimatedDeliveryDate=tomorrow) == []
    assert await parcels(order) == [] and (await dealer.order(session["id"]))["status"] == "CheckedOut"


async def a_booked_carrier(order: Order) -> Shipment:
    location = await PickupLocation.filter(platform_id=order.platform_id).first()
    assert location
    quote = await DeliveryQuote.create(
        uid=new_uid(),
        platform_id=order.platform_id,
        environment=order.environment,
        customer_id=order.customer_id,
        location_id=location.id,
        key="one",
        place={},
        weight_g=1000,
        state="Answered",
        expires_at=now(),
    )
    rate = await DeliveryRate.create(
        quote_id=quote.id,
        rate_id="rate",
        carrier_name="DHL",
        carrier_slug="dhl",
        carrier_logo="",
        delivery_time="",
        price_minor=0,
        currency="GHS",
    )
    return await Shipment.create(
        uid=new_uid(),
        platform_id=order.platform_id,
        environment=order.environment,
        order_id=order.id,
        rate_id=rate.id,
        place={},
        state="Confirmed",
    )


async def test_what_a_booked_carrier_has_not_fetched_is_with_nobody(dealer: Dealer) -> None:
    session = await checked_out(dealer)
    order = await Order.get(code=session["orderCode"])
    shipment = await a_booked_carrier(order)
    assert await delivered(dealer, orderId=session["id"]) == ["InvalidApp"]
    assert await parcels(order) == [] and (await dealer.order(session["id"]))["status"] == "CheckedOut"
    await Shipment.filter(id=shipment.id).update(state="InTransit")
    assert await delivered(dealer, orderId=session["id"]) == []
    assert await parcels(order) == [("Delivered", 2)]


async def test_said_by_many_while_the_desk_sends_it(world: World, dealer: Dealer) -> None:
    session = await checked_out(dealer)
    order = await Order.get(code=session["orderCode"])
    line = await fetch_one("SELECT id FROM order_line WHERE order_id = $1", order.id)
    assert line

    async def send() -> None:
        try:
            parcel = await fulfil(await the_desk(), {line["id"]: 1})
            await move_fulfillment(await the_desk(), parcel, "Shipped")
        except DomainError:
            pass

    said = await asyncio.gather(send(), *(delivered(dealer, orderId=session["id"]) for _ in range(3)), send())
    assert [each for each in said if each == []] == [[]]
    assert {state for state, _ in await parcels(order)} == {"Delivered"}
    assert sum(pieces for _, pieces in await parcels(order)) == 2


async def test_once_it_is_paid_what_was_delivered_is_over(world: World, dealer: Dealer) -> None:
    session = await checked_out(dealer)
    order = await Order.get(code=session["orderCode"])
    # Paid before it was handed over.
    await execute("UPDATE customer_order SET state = 'PaymentSettled' WHERE id = $1", order.id)
    assert await delivered(dealer, orderId=session["id"]) == []
    assert (await Order.get(id=order.id)).state == "Delivered"
    assert await Fulfillment.filter(order_id=order.id).count() == 1
