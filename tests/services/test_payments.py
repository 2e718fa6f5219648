"""Money at the gateway: whatever its answers, an order is paid once or not at all, and the book is right."""

import asyncio
import hashlib
import hmac
from datetime import timedelta

import orjson
import pytest
from aiohttp import ClientSession

from core.clock import now
from core.db import execute, fetch, fetch_one
from core.errors import OrderNotModifiable, PaymentFailed, PaymentPending
from services import ledger
from services.buyers import Buyer
from services.cards import card_of
from services.carts import add_to_cart, find_cart, set_line_quantity
from services.checkout import pay, transition_order
from services.orders import OrderView, get_order
from services.orders.counting import count_sales
from services.payments.funding import fund_card
from services.tenants import scope_by_code
from tests.services.helpers import a_buyer, a_customer, a_variant, fill_cart, stock_of

APPROVES, POOR, SILENT = "0244000001", "+233551230001", "+233551230003"


@pytest.fixture
async def shop(world):
    """A buyer with two pieces in the cart, of ten on the shelf."""
    scope = await scope_by_code("demo", "test")
    variant = await a_variant(scope, pieces=10)
    buyer = await a_buyer(scope)
    await fill_cart(buyer, variant, 2)
    return buyer, variant


async def due_now() -> None:
    await execute("UPDATE payment_attempt SET next_attempt_at = $1 WHERE next_attempt_at IS NOT NULL", now())
    await execute("UPDATE refund SET next_attempt_at = $1 WHERE next_attempt_at IS NOT NULL", now())


async def until(world, buyer: Buyer, order: OrderView, state: str) -> OrderView:
    async def reached() -> OrderView | None:
        await due_now()
        current = await get_order(buyer.scope, order_id=order.id)
        return current if current.payments[-1].state == state else None

    return await world.until(reached)


async def charged(world, reference: str) -> int:
    async with ClientSession() as client:
        answer = await client.get(f"{world.twins}/control/state", params={"reference": reference})
        return (await answer.json())["charges"]


async def press(url: str, outcome: str = "pay") -> None:
    async with ClientSession() as client, client.post(url, data={"outcome": outcome}) as answer:
        assert answer.status < 400


async def the_book_is_right() -> None:
    assert await ledger.check_book() == ledger.TrialBalance(0, [], [])


async def test_mobile_money_that_is_approved_pays_the_order_and_sends_a_receipt(world, shop):
    buyer, variant = shop
    order = await pay(buyer, "mobile-money", phone=APPROVES, network="mtn")
    assert (order.state, order.payments[0].state) == ("ArrangingPayment", "Created")
    assert await stock_of(variant) == (10, 2)
    order = await until(world, buyer, order, "Settled")
    assert order.state == "PaymentSettled" and not order.active
    assert await stock_of(variant) == (8, 0)
    customer = await fetch_one("SELECT phone FROM customer WHERE id = $1", buyer.customer_id)
    await world.drain()
    assert order.code in (await world.outbox(customer["phone"]))[0]["text"]
    assert await charged(world, order.payments[0].reference) == 1
    await the_book_is_right()


async def test_mobile_money_that_is_declined_keeps_the_cart_and_says_why(world, shop):
    buyer, variant = shop
    order = await pay(buyer, "mobile-money", phone=POOR, network="mtn")
    order = await until(world, buyer, order, "Declined")
    assert (order.state, order.active, order.quantity) == ("AddingItems", True, 2)
    assert order.payments[0].reason
    assert await stock_of(variant) == (10, 0)
    await set_line_quantity(buyer, order.lines[0].id, 1)
    await the_book_is_right()


@pytest.mark.parametrize(
    "mode", ["timeout_before", "timeout_after", "error_500_before", "error_500_after", "garbage"]
)
async def test_an_answer_that_never_comes_is_asked_after_and_charged_once(world, shop, mode):
    buyer, variant = shop
    await world.twin("/control/fail", provider="paystack", call="charge", mode=mode)
    order = await pay(buyer, "mobile-money", phone=APPROVES, network="mtn")
    order = await until(world, buyer, order, "Settled")
    assert await charged(world, order.payments[0].reference) == 1
    assert await stock_of(variant) == (8, 0)
    await the_book_is_right()


async def test_while_money_may_be_moving_nothing_else_is_tried(world, shop):
    buyer, variant = shop
    order = await pay(buyer, "mobile-money", phone=APPROVES, network="mtn")
    for again in (
        pay(buyer, "mobile-money", phone=APPROVES, network="mtn"),
        pay(buyer, "standard-payment"),
        transition_order(buyer, "AddingItems"),
    ):
        with pytest.raises(PaymentPending):
            await again
    with pytest.raises(OrderNotModifiable):
        await add_to_cart(buyer, variant, 1)
    await until(world, buyer, order, "Settled")
    assert len(await fetch("SELECT id FROM payment")) == 1


async def test_a_page_is_the_same_page_when_asked_for_twice_and_pays_once(world, shop):
    buyer, _ = shop
    first = await pay(buyer, "connected-payment-method")
    second = await pay(buyer, "connected-payment-method")
    url = first.payments[0].payment_url
    assert url and [p.payment_url for p in second.payments] == [url]
    await press(url)
    await press(url)
    order = await until(world, buyer, first, "Settled")
    assert order.state == "PaymentSettled"
    await the_book_is_right()


async def test_a_page_whose_buyer_never_comes_back_still_pays_the_order_by_its_webhook(world, shop):
    buyer, _ = shop
    order = await pay(buyer, "connected-payment-method")
    await press(order.payments[0].payment_url)

    async def paid() -> bool:
        return (await get_order(buyer.scope, order_id=order.id)).state == "PaymentSettled"

    await world.until(paid)


async def test_a_page_that_was_given_up_and_paid_all_the_same_buys_the_cart_where_it_still_stands(
    world, shop
):
    buyer, variant = shop
    order = await pay(buyer, "connected-payment-method")
    await transition_order(buyer, "AddingItems")
    assert await stock_of(variant) == (10, 0)
    await press(order.payments[0].payment_url)
    order = await until(world, buyer, order, "Settled")
    assert order.state == "PaymentSettled"
    assert await stock_of(variant) == (8, 0)
    await the_book_is_right()


async def test_a_late_payment_for_an_order_that_was_paid_otherwise_goes_back(world, shop):
    buyer, variant = shop
    order = await pay(buyer, "connected-payment-method")
    await pay(buyer, "standard-payment")
    assert await stock_of(variant) == (8, 0)
    await press(order.payments[0].payment_url)

    async def sent_back() -> bool:
        await due_now()
        rows = await fetch("SELECT state FROM refund")
        return [row["state"] for row in rows] == ["Done"]

    await world.until(sent_back)
    assert await stock_of(variant) == (8, 0)
    suspense = await ledger.shared_account(buyer.scope, "suspense", "suspense")
    assert await ledger.balance_of(suspense) == 0
    await the_book_is_right()


async def test_a_page_that_nobody_pays_puts_the_pieces_back_after_half_an_hour(world, shop):
    from core import clock

    buyer, variant = shop
    order = await pay(buyer, "connected-payment-method")
    assert await stock_of(variant) == (10, 2)
    clock.travel(timedelta(minutes=31))
    order = await until(world, buyer, order, "Declined")
    assert order.state == "AddingItems" and await stock_of(variant) == (10, 0)


@pytest.mark.parametrize("mode", ["error_500_before", "timeout_after", "decline"])
async def test_a_page_that_can_t_be_opened_is_said_at_once_and_keeps_the_cart(world, shop, mode):
    buyer, variant = shop
    await world.twin("/control/fail", provider="paystack", call="initialize", mode=mode)
    with pytest.raises(PaymentFailed):
        await pay(buyer, "connected-payment-method")
    assert (await find_cart(buyer)).state == "AddingItems"
    assert await stock_of(variant) == (10, 0)
    assert (await pay(buyer, "connected-payment-method")).payments[-1].payment_url


async def webhook(world, body: bytes, key: str = "sk_test_demo") -> int:
    signature = hmac.new(key.encode(), body, hashlib.sha512).hexdigest()
    answer = await world.http.post(
        "/webhooks/paystack", data=body, headers={"x-paystack-signature": signature}
    )
    return answer.status


async def test_the_same_webhook_ten_times_acts_once_and_is_answered_each_time(world):
    scope = await scope_by_code("demo", "test")
    customer = await a_customer(scope)
    buyer = Buyer(scope, "app", customer_id=customer.id)
    await world.twin("/control/fail", provider="paystack", call="charge.success", mode="no_webhook")
    payment = await fund_card(buyer, 5000, method_code="connected-payment-method")
    await press(payment.payment_url)
    body = orjson.dumps(
        {"event": "charge.success", "data": {"id": 77, "reference": payment.reference, "status": "success"}}
    )
    assert await asyncio.gather(*(webhook(world, body) for _ in range(10))) == [200] * 10

    async def funded() -> bool:
        return (await card_of(scope, customer.id)).balance_minor > 0

    await world.until(funded)
    assert (await card_of(scope, customer.id)).balance_minor == 5000
    events = await fetch("SELECT id FROM external_event WHERE reference = $1", payment.reference)
    assert len(events) == 1
    await the_book_is_right()


async def test_a_forged_webhook_is_refused_and_nothing_is_stored(world):
    body = orjson.dumps({"event": "charge.success", "data": {"id": 1, "reference": "mk-x", "amount": 10}})
    assert await webhook(world, body, key="sk_test_other") == 403
    assert (await world.http.post("/webhooks/paystack", data=body)).status == 403
    assert (await world.http.post("/webhooks/paystack", data=b"\xff\x00{")).status == 403
    assert not await fetch("SELECT id FROM external_event")


async def test_a_genuine_webhook_about_money_that_never_came_moves_none(world, shop):
    buyer, _ = shop
    order = await pay(buyer, "connected-payment-method")
    body = orjson.dumps(
        {
            "event": "charge.success",
            "data": {"id": 5, "reference": order.payments[0].reference, "status": "success", "amount": 1},
        }
    )
    assert await webhook(world, body) == 200
    await world.drain()
    order = await get_order(buyer.scope, order_id=order.id)
    assert (order.state, order.payments[0].state) == ("ArrangingPayment", "Pending")
    assert not await fetch("SELECT id FROM journal_entry")


async def test_a_webhook_that_comes_in_pieces_is_read_whole(world, shop):
    import asyncio

    buyer, _ = shop
    order = await pay(buyer, "connected-payment-method")
    body = orjson.dumps(
        {
            "event": "charge.success",
            "data": {"id": 9, "reference": order.payments[0].reference, "status": "success"},
        }
    )
    signature = hmac.new(b"sk_test_demo", body, hashlib.sha512).hexdigest()
    reader, writer = await asyncio.open_connection(world.settings.host, world.settings.port)
    head = (
        f"POST /webhooks/paystack HTTP/1.1\r\nHost: x\r\nConnection: close\r\nx-paystack-signature: {signature}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body[:20])
    await writer.drain()
    writer.write(body[20:])
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200"), answer


async def test_a_wallet_that_wants_a_code_declines_and_frees_the_cart(world, shop):
    buyer, variant = shop
    order = await pay(buyer, "mobile-money", phone="+233551230004", network="mtn")
    order = await until(world, buyer, order, "Declined")
    assert order.state == "AddingItems" and await stock_of(variant) == (10, 0)


async def test_mobile_money_that_is_never_approved_frees_the_cart_when_its_time_is_over(world, shop):
    from core import clock

    buyer, variant = shop
    order = await pay(buyer, "mobile-money", phone="+233551230002", network="mtn")
    await world.drain()
    clock.travel(timedelta(minutes=6))
    order = await until(world, buyer, order, "Declined")
    assert order.state == "AddingItems" and await stock_of(variant) == (10, 0)
    await pay(buyer, "standard-payment")


async def test_an_error_while_asking_after_what_was_given_up_is_not_an_answer(world, shop):
    from core import clock

    buyer, _ = shop
    await world.twin("/control/fail", provider="paystack", call="charge.success", mode="no_webhook")
    order = await pay(buyer, "connected-payment-method")
    clock.travel(timedelta(minutes=31))
    await until(world, buyer, order, "Declined")
    await press(order.payments[0].payment_url)
    await world.twin("/control/fail", provider="paystack", call="verify", mode="error_500_before", times=2)
    await due_now()
    await world.drain()
    waiting = await fetch_one("SELECT next_attempt_at FROM payment_attempt")
    assert waiting["next_attempt_at"] is not None
    order = await until(world, buyer, order, "Settled")
    assert order.state == "PaymentSettled"
    await the_book_is_right()


async def test_a_refund_that_was_asked_for_before_its_worker_died_is_found_and_not_asked_again(world, shop):
    buyer, _ = shop
    order = await pay(buyer, "connected-payment-method")
    await pay(buyer, "standard-payment")
    await press(order.payments[0].payment_url)
    await world.twin("/control/fail", provider="paystack", call="refund", mode="timeout_after")

    async def sent_back() -> bool:
        await due_now()
        # As if the worker had died with the answer: nothing of the first try was written down.
        await execute("UPDATE refund SET state = 'Stored' WHERE state = 'Unknown'")
        return [row["state"] for row in await fetch("SELECT state FROM refund")] == ["Done"]

    await world.until(sent_back)
    async with ClientSession() as client:
        query = {"reference": order.payments[0].reference}
        answer = await client.get(f"{world.twins}/control/state", params=query)
        assert (await answer.json())["transactions"][0]["refunds"] == 1


async def test_a_webhook_while_a_worker_is_asking_is_not_forgotten(world, shop):
    from models import PaymentAttempt
    from services.payments.attempts import work_attempt

    buyer, _ = shop
    order = await pay(buyer, "connected-payment-method")
    await due_now()
    held = (await PaymentAttempt.claim())[0]
    await execute("UPDATE payment_attempt SET next_attempt_at = $1", now() + timedelta(seconds=1))
    await work_attempt(held)
    row = await PaymentAttempt.get(id=held.id)
    assert row.lease is None and row.next_attempt_at <= now() + timedelta(seconds=1)
    assert order.state == "ArrangingPayment"


async def test_a_key_of_a_guest_is_not_the_same_key_of_a_customer(world):
    from services.orders import OrderView

    scope = await scope_by_code("demo", "test")
    variant = await a_variant(scope, pieces=10)
    buyer = await a_buyer(scope)
    await fill_cart(buyer, variant, 1)
    paid: OrderView = await pay(buyer, "standard-payment", idempotency_key="1")
    guest = Buyer(scope, "app")
    await fill_cart(guest, variant, 1)
    same_number = Buyer(scope, "app", order_id=buyer.customer_id)
    from core.errors import NoActiveOrder

    with pytest.raises(NoActiveOrder):
        await pay(same_number, "standard-payment", idempotency_key="1")
    assert (await pay(guest, "standard-payment", idempotency_key="1")).id != paid.id


async def test_a_key_that_paid_for_another_cart_does_not_pass_for_this_one(world, shop):
    from core.errors import IdempotencyConflict

    buyer, variant = shop
    first = await pay(buyer, "standard-payment", idempotency_key="k")
    assert (await pay(buyer, "standard-payment", idempotency_key="k")).id == first.id
    await fill_cart(buyer, variant, 1)
    with pytest.raises(IdempotencyConflict):
        await pay(buyer, "standard-payment", idempotency_key="k")


async def test_what_was_sold_is_found_first_by_those_who_sort_by_sales(world):
    from services.search import search

    scope = await scope_by_code("demo", "test")
    variant = await a_variant(scope, pieces=10)
    buyer = await a_buyer(scope)
    await fill_cart(buyer, variant, 7)
    await pay(buyer, "standard-payment")
    await asyncio.gather(count_sales(), count_sales())
    assert await count_sales() == 0
    product = (await fetch_one("SELECT product_id FROM variant WHERE id = $1", variant))["product_id"]
    for sort in ("top_selling", "recommended"):
        assert (await search(scope, "", sort=sort)).hits[0].product_id == product
