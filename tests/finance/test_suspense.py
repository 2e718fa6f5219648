"""Suspense: every amount in the account is somebody's open refund or bill, and it is said what is being done about it."""

from datetime import timedelta

from core import clock
from core.clock import now
from core.db import execute, fetch_one
from models import BillPurchase, PaymentAttempt
from services.bills import Wanted, billers_of, buy_bill
from services.checkout import pay
from services.finance.suspense import read_suspense
from services.payments.giving_back import give_back
from services.seller_orders.dividing import Refunded
from services.tenants import scope_by_code
from tests.sellers.hands import a_desk
from tests.services.helpers import PIN, a_buyer, a_customer, a_variant, fill_cart


async def test_an_open_refund_and_an_open_bill_explain_the_account(world) -> None:
    kasuwa = await scope_by_code("kasuwa", "test")
    desk = await a_desk(kasuwa)
    empty = await read_suspense(desk)
    assert (empty.items, empty.booked_minor, empty.unexplained_minor) == ([], 0, 0)

    customer = await a_customer(kasuwa, balance_minor=10**7, pin=True)
    await world.twin("/control/fail", provider="vtpass", call="pay", mode="timeout_after", times=1)
    [mtn, *_] = await billers_of(kasuwa, "airtime")
    wanted = Wanted(kind="airtime", service=mtn.uid, amount_minor=100_000, number="+2348012345678")
    bought = await buy_bill(kasuwa, customer.id, wanted, pin=PIN)
    found = await read_suspense(desk)
    (bill,) = found.items
    assert (bill.kind, bill.amount_minor, bill.state) == ("bill", 100_000, "Unknown")
    assert bill.doing == "Vtpass was asked once what became of it, and is asked again."
    assert (found.waiting_minor, found.booked_minor, found.unexplained_minor) == (100_000, 100_000, 0)

    clock.travel(timedelta(minutes=1))
    buyer = await a_buyer(kasuwa)
    await fill_cart(buyer, await a_variant(kasuwa, pieces=9), 1)
    order = await pay(buyer, "standard-payment")
    await give_back(desk, order.payments[-1].id, Refunded({}, alike_minor=700), "one")
    found = await read_suspense(desk)
    assert [(each.kind, each.amount_minor) for each in found.items] == [("bill", 100_000), ("refund", 700)]
    assert found.items[1].order_code == order.code
    assert found.items[1].doing == "Waits until somebody gives it back by hand and says so at the order."
    assert (found.total, found.unexplained_minor) == (2, 0)
    assert [each.kind for each in (await read_suspense(desk, skip=1, take=1)).items] == ["refund"]
    # Another shop sees nothing of it.
    assert (await read_suspense(await a_desk(await scope_by_code("demo", "test")))).total == 0

    await BillPurchase.filter(reference=bought.reference).update(next_attempt_at=now())
    await world.drain()
    found = await read_suspense(desk)
    assert ([each.kind for each in found.items], found.unexplained_minor) == (["refund"], 0)


async def test_what_no_row_explains_is_told(world) -> None:
    demo = await scope_by_code("demo", "test")
    desk = await a_desk(demo)
    buyer = await a_buyer(demo)
    await fill_cart(buyer, await a_variant(demo, pieces=9), 1)
    order = await pay(buyer, "standard-payment")
    await give_back(desk, order.payments[-1].id, Refunded({}, alike_minor=700), "one")
    # Somebody meddled with the rows: the book doesn't forget.
    await execute("DELETE FROM refund")
    assert (await read_suspense(desk)).unexplained_minor == 700


async def test_a_payment_that_nobody_is_sure_about_is_listed(world) -> None:
    demo = await scope_by_code("demo", "test")
    desk, buyer = await a_desk(demo), await a_buyer(demo)
    await fill_cart(buyer, await a_variant(demo, pieces=9), 1)
    await world.twin("/control/fail", provider="paystack", call="charge", mode="timeout_after", times=1)
    order = await pay(buyer, "mobile-money", phone="0244000001", network="mtn")
    await PaymentAttempt.filter(payment_id=order.payments[0].id).update(next_attempt_at=now())
    await world.twin("/control/fail", provider="paystack", call="verify", mode="timeout_after", times=5)
    await world.drain()
    (unclear,) = (await read_suspense(desk)).unclear
    total = await fetch_one("SELECT total_minor FROM customer_order WHERE id = $1", order.id)
    assert total is not None
    assert (unclear.order_code, unclear.amount_minor) == (order.code, total["total_minor"])
    assert unclear.doing.startswith("Paystack was asked")
