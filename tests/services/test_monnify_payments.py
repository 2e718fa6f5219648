"""Naira at Monnify: a bank transfer pays once and in full, or a person is asked to look."""

import hashlib
import hmac

import orjson
import pytest
from aiohttp import ClientSession

from core.clock import now
from core.db import execute, fetch
from models import PaymentMethod
from services import ledger
from services.buyers import Buyer
from services.cards import card_of
from services.checkout import pay
from services.orders import get_order
from services.payments.funding import fund_card
from services.tenants import scope_by_code
from tests.services.helpers import a_buyer, a_variant, fill_cart, stock_of


@pytest.fixture
async def buyer(world) -> Buyer:
    """Somebody at Kasuwa Demo, where naira are paid through Monnify."""
    scope = await scope_by_code("kasuwa", "test")
    await PaymentMethod.create(
        platform_id=scope.platform_id,
        environment="test",
        code="transfer",
        name="Bank transfer",
        kind="gateway",
        provider="monnify",
        position=9,
    )
    return await a_buyer(scope)


async def transfer(url: str, naira: str = "") -> None:
    form = {"outcome": "pay", "amount": naira}
    async with ClientSession() as client, client.post(url, data=form, allow_redirects=False) as answer:
        assert answer.status in (200, 303)


async def balance(buyer: Buyer) -> int:
    return (await card_of(buyer.scope, buyer.customer_id)).balance_minor


async def the_book_is_right() -> None:
    assert await ledger.check_book() == ledger.TrialBalance(0, [], [])


async def test_a_transfer_pays_by_its_webhook_alone(world, buyer):
    payment = await fund_card(buyer, 500_050, method_code="transfer")
    await transfer(payment.payment_url)

    async def funded() -> bool:
        return await balance(buyer) > 0

    await world.until(funded)
    assert await balance(buyer) == 500_050
    [event] = await fetch("SELECT provider, kind, reference FROM external_event")
    assert event == {"provider": "monnify", "kind": "charge", "reference": payment.reference}
    await the_book_is_right()


async def test_a_transfer_in_parts_pays_when_all_of_it_came_and_not_before(world, buyer):
    payment = await fund_card(buyer, 500_050, method_code="transfer")
    await transfer(payment.payment_url, "5000")
    await noticed(world, 1)
    assert await balance(buyer) == 0
    await transfer(payment.payment_url, "0.50")
    await world.until(lambda: has_balance(buyer, 500_050))
    await the_book_is_right()


async def test_what_came_too_little_is_on_the_card_when_the_time_for_the_rest_is_over(world, buyer):
    variant = await a_variant(buyer.scope, pieces=3)
    await fill_cart(buyer, variant, 3)
    order = await pay(buyer, "transfer")
    await transfer(order.payments[0].payment_url, "1")
    await noticed(world, 1)
    assert await stock_of(variant) == (3, 3)
    await its_time_is_over()
    await world.until(lambda: has_balance(buyer, 100))
    # The pieces are for others again, the cart is kept, and nothing is anywhere but where it belongs.
    assert await stock_of(variant) == (3, 0)
    assert (await get_order(buyer.scope, order_id=order.id)).state == "AddingItems"
    # What comes still later comes onto the card too, once.
    await transfer(order.payments[0].payment_url, "2")
    await noticed(world, 2)
    await its_time_is_over()
    await world.until(lambda: has_balance(buyer, 300))
    await the_book_is_right()


async def test_what_came_too_much_for_an_order_buys_it_and_the_rest_is_on_the_card(world, buyer):
    variant = await a_variant(buyer.scope, pieces=3)
    await fill_cart(buyer, variant, 1)
    order = await pay(buyer, "transfer")
    owed = order.total_minor // 100
    await transfer(order.payments[0].payment_url, str(owed + 100))
    await world.until(lambda: has_balance(buyer, 10_000))
    assert (await get_order(buyer.scope, order_id=order.id)).state == "PaymentSettled"
    await the_book_is_right()


async def test_more_than_was_asked_fills_the_card_with_all_of_it(world, buyer):
    payment = await fund_card(buyer, 500_000, method_code="transfer")
    await transfer(payment.payment_url, "50000")
    await world.until(lambda: has_balance(buyer, 5_000_000))
    await its_time_is_over()
    await world.drain()
    assert await balance(buyer) == 5_000_000
    await the_book_is_right()


async def test_a_guest_gets_back_what_came_too_much(world):
    scope = await scope_by_code("kasuwa", "test")
    guest = Buyer(scope, "app")
    variant = await a_variant(scope, pieces=3)
    await fill_cart(guest, variant, 1)
    order = await pay(guest, "monnify")
    await transfer(order.payments[0].payment_url, str(order.total_minor // 100 + 200))

    async def sent_back() -> bool:
        await execute("UPDATE refund SET next_attempt_at = $1 WHERE next_attempt_at IS NOT NULL", now())
        rows = await fetch("SELECT state, amount_minor FROM refund")
        return rows == [{"state": "Done", "amount_minor": 20_000}]

    await world.until(sent_back)
    assert (await get_order(scope, order_id=order.id)).state == "PaymentSettled"
    await the_book_is_right()


async def test_money_that_the_gateway_will_not_send_back_is_on_the_card(world, buyer):
    variant = await a_variant(buyer.scope, pieces=10)
    await fill_cart(buyer, variant, 1)
    order = await pay(buyer, "transfer")
    await pay(buyer, "standard-payment")
    await world.twin("/control/fail", provider="monnify", call="refund", mode="decline", times=99)
    await transfer(order.payments[0].payment_url)

    async def has_it() -> bool:
        await execute("UPDATE refund SET next_attempt_at = $1 WHERE next_attempt_at IS NOT NULL", now())
        return await balance(buyer) == order.total_minor

    await world.until(has_it)
    await the_book_is_right()


async def has_balance(buyer: Buyer, minor: int) -> bool:
    return await balance(buyer) == minor


async def noticed(world, times: int) -> None:
    """So many notices came and were worked on."""

    async def done() -> bool:
        return len(await fetch("SELECT id FROM external_event WHERE done_at IS NOT NULL")) >= times

    await world.until(done)
    await world.drain()


async def its_time_is_over() -> None:
    await execute("UPDATE payment_attempt SET expires_at = $1, next_attempt_at = $1", now())


async def test_a_forged_webhook_is_refused_and_nothing_is_stored(world):
    body = orjson.dumps({"eventType": "SUCCESSFUL_TRANSACTION", "eventData": {"paymentReference": "mk-x"}})
    for key in ("another", "sk_test_demo"):
        signature = hmac.new(key.encode(), body, hashlib.sha512).hexdigest()
        answer = await world.http.post(
            "/webhooks/monnify", data=body, headers={"monnify-signature": signature}
        )
        assert answer.status == 403
    assert (await world.http.post("/webhooks/monnify", data=b"\xff")).status == 403
    assert (await world.http.post("/webhooks/nobody", data=body)).status == 404
    assert not await fetch("SELECT id FROM external_event")


async def test_money_that_came_for_an_order_already_paid_goes_back(world, buyer):
    variant = await a_variant(buyer.scope, pieces=10)
    await fill_cart(buyer, variant, 1)
    order = await pay(buyer, "transfer")
    await pay(buyer, "standard-payment")
    await transfer(order.payments[0].payment_url)

    async def sent_back() -> bool:
        await execute("UPDATE refund SET next_attempt_at = $1 WHERE next_attempt_at IS NOT NULL", now())
        return [row["state"] for row in await fetch("SELECT state FROM refund")] == ["Done"]

    await world.until(sent_back)
    assert (await get_order(buyer.scope, order_id=order.id)).state == "PaymentSettled"
    await the_book_is_right()
