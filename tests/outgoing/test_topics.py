"""Every topic is told of by somebody, where it happens."""

from typing import Any

import pytest

from core.db import fetch, fetch_one
from models import BillPurchase, OrderLine, Payment, SellerApplication
from services.bills import Wanted, billers_of, buy_bill
from services.checkout import pay
from services.fulfillment.making import fulfil, move_fulfillment
from services.orders.acting import call_off
from services.outgoing import Fact, announce_all
from services.outgoing.endpoints import create_endpoint
from services.outgoing.topics import TOPICS
from services.payments.giving_back import give_back
from services.seller_orders.dividing import Refunded
from services.sellers.reviewing import approve
from services.tenants import Scope, scope_by_code
from tests.conftest import World
from tests.outgoing.receiver import Receiver
from tests.sellers.hands import a_desk
from tests.services.bill_hands import due_now
from tests.services.helpers import PIN, a_buyer, a_customer, a_variant, fill_cart
from tests.services.test_shipments import a_parcel
from workers.jobs import drain

# Told of in the other stories of this folder.
ELSEWHERE = {
    "order.placed",
    "order.paid",
    "order.state_changed",
    "payment.settled",
    "balance.due",
    "balance.overdue",
    "endpoint.test",
}
HERE = {
    "payment.declined",
    "order.cancelled",
    "refund.done",
    "fulfillment.moved",
    "shipment.moved",
    "bill.delivered",
    "seller.approved",
}


def test_every_topic_is_in_a_story() -> None:
    """Those of financing are in its own stories."""
    assert {topic for topic in TOPICS if not topic.startswith("financing.")} == ELSEWHERE | HERE


async def listen(scope: Scope, receiver: Receiver, *topics: str) -> Any:
    desk = await a_desk(scope)
    await create_endpoint(desk, url=receiver.url, topics=topics)
    return desk


def only(receiver: Receiver) -> dict[str, Any]:
    """The one thing that was told."""
    (got,) = receiver.got
    data: dict[str, Any] = got.told["data"]
    return data


async def test_a_declined_payment_is_told(world: World, demo: Scope, receiver: Receiver) -> None:
    await listen(demo, receiver, "payment.declined")
    buyer = await a_buyer(demo)
    await fill_cart(buyer, await a_variant(demo, pieces=10), 1)
    order = await pay(buyer, "mobile-money", phone="+233551230001", network="mtn")

    async def declined() -> Any:
        return (await Payment.get(order_id=order.id)).state == "Declined"

    await world.until(declined)
    await world.drain()
    told = only(receiver)
    assert told["payment"]["order_id"] == order.id and told["reason"]


async def test_a_refund_a_parcel_and_a_cancelled_order_are_told(
    market: Any, demo: Scope, receiver: Receiver
) -> None:
    desk = await listen(demo, receiver, "refund.done", "fulfillment.moved", "order.cancelled")
    buyer = await a_buyer(demo, balance_minor=10**7, pin=True)
    variant = await a_variant(demo, pieces=10)
    orders = []
    for _n in range(2):
        await fill_cart(buyer, variant, 1)
        orders.append(await pay(buyer, "shopping-card", pin=PIN))
    sent, called_off = orders
    refund = await give_back(desk, sent.payments[0].id, Refunded({}, alike_minor=100), "scratched")
    line = await OrderLine.get(order_id=sent.id)
    parcel = await fulfil(desk, {line.id: 1}, tracking_code="T1")
    await move_fulfillment(desk, parcel, "Shipped")
    await call_off(desk, called_off.id, "changed their mind")
    await drain(market)
    told = {got.told["type"]: got.told["data"] for got in receiver.got}
    assert len(receiver.got) == 3
    assert told["refund.done"]["refund"] == {
        "id": refund.id, "payment_id": sent.payments[0].id, "amount_minor": 100, "currency": "GHS", "state": "OnCard",
    }  # fmt: skip
    moved = told["fulfillment.moved"]["fulfillment"]
    assert (moved["order_code"], moved["of"], moved["to"], moved["tracking_code"]) == (
        sent.code,
        "Pending",
        "Shipped",
        "T1",
    )
    assert told["order.cancelled"]["order"]["id"] == called_off.id


async def test_a_carriers_parcel_is_told_at_each_step(world: World, receiver: Receiver) -> None:
    await listen(await scope_by_code("kasuwa", "test"), receiver, "shipment.moved")
    parcel = await a_parcel(world)
    await parcel.until("Confirmed")
    await parcel.move("in-transit")
    await parcel.until("InTransit")
    await world.drain()
    assert [got.told["data"]["shipment"]["to"] for got in receiver.got] == ["Confirmed", "InTransit"]
    assert receiver.got[0].told["data"]["shipment"]["order_id"] == parcel.order_id


async def test_a_delivered_bill_is_told_without_whose_number_it_is(world: World, receiver: Receiver) -> None:
    kasuwa = await scope_by_code("kasuwa", "test")
    await listen(kasuwa, receiver, "bill.delivered")
    customer = await a_customer(kasuwa, balance_minor=10**6, pin=True)
    mtn = (await billers_of(kasuwa, "airtime"))[0]
    wanted = Wanted(kind="airtime", service=mtn.uid, amount_minor=100_000, number="+2348012345678")
    bought = await buy_bill(kasuwa, customer.id, wanted, pin=PIN)

    async def delivered() -> Any:
        await due_now()
        return (await BillPurchase.get(reference=bought.reference)).state == "Delivered"

    await world.until(delivered)
    await world.drain()
    bill = only(receiver)["bill"]
    assert (bill["reference"], bill["amount_minor"], bill["late"]) == (bought.reference, 100_000, False)
    assert "8012345678" not in receiver.got[0].body.decode()


async def test_an_approved_seller_is_told(market: Any, demo: Scope, receiver: Receiver) -> None:
    desk = await listen(demo, receiver, "seller.*")
    applied = await SellerApplication.create(
        platform_id=demo.platform_id,
        environment=demo.environment,
        shop_name="Abosokai Parts",
        full_name="Kay Sam",
        phone="+233240000001",
        email="kay@x.test",
        tin="P0001",
    )
    approved = await approve(desk, applied.id)
    await approve(desk, applied.id)
    await drain(market)
    assert only(receiver)["seller"]["id"] == approved.seller_id
    assert only(receiver)["seller"]["name"] == "Abosokai Parts"


@pytest.mark.parametrize("facts", [1, 200])
async def test_a_batch_is_announced_in_two_statements(
    market: Any, demo: Scope, receiver: Receiver, statements: list[str], facts: int
) -> None:
    await listen(demo, receiver, "*")
    await announce_all([])
    many = [
        Fact(demo.platform_id, demo.environment, "balance.due", f"balance.due:{n}", {}) for n in range(facts)
    ]
    await fetch_one("SELECT 1 AS n")
    statements.clear()
    await announce_all(many)
    # And once who listens.
    assert len(statements) == 3
    assert len(await fetch("SELECT id FROM webhook_delivery")) == facts
