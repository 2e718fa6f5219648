"""Balances paid early: from a card, on a page, by phone, by somebody else; and collected by every stored method."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from core import clock
from core.db import execute, fetch, fetch_one
from core.errors import DomainError, InvalidInput, NotFound, NotSignedIn, PaymentPending, PinWrong
from services.buyers import Buyer
from services.cards import card_of
from services.carts import add_to_cart
from services.checkout import choose_shipping, pay
from services.deposits.cancelling import cancel_order
from services.deposits.merchant import collect_payment, remove_payment_method
from services.deposits.paying import Which, pay_balance
from services.deposits.schedule import work_charges
from services.deposits.statements import balance_by_code, balances_of
from services.orders import get_order
from services.shipping import methods_of
from services.tenants import scope_by_code
from tests.conftest import World
from tests.deposits.hands import an_option, buy, charges_of, the_book_explains_what_is_owed
from tests.deposits.test_story import come_to_rest, days_pass, press
from tests.services.helpers import PIN, a_buyer, a_variant, fill_cart

APPROVES, POOR = "+233244000001", "+233551230001"


@pytest.fixture
async def sold(demo):
    variant = await a_variant(demo, pieces=10)
    option = await an_option(demo, variant)
    buyer = await a_buyer(demo, balance_minor=100_000, pin=True)
    yield buyer, await buy(buyer, variant, option)
    await the_book_explains_what_is_owed()


async def card(buyer: Buyer) -> int:
    return (await card_of(buyer.scope, buyer.customer_id or 0)).balance_minor


async def test_a_friend_pays_with_their_own_pin_by_the_orders_code_alone(demo, sold):
    buyer, order = sold
    friend = await a_buyer(demo, balance_minor=50_000, pin=True)
    shown = await balance_by_code(demo, order.code)
    assert (shown.outstanding_minor, shown.about, shown.method) == (29_750, "", None)
    with pytest.raises(PinWrong):
        await pay_balance(friend, Which(code=order.code), "shopping-card", pin="9999")
    with pytest.raises(NotFound):
        await pay_balance(friend, Which(order_id=order.id), "shopping-card", pin=PIN)
    paid = await pay_balance(
        friend, Which(code=order.code), "shopping-card", amount_minor=10_000, pin=PIN, keep=True
    )
    assert paid.state == "Settled" and await card(friend) == 40_000
    [balance] = await balances_of(demo, buyer.customer_id)
    assert (balance.outstanding_minor, balance.method) == (19_750, "shopping card")
    told = await fetch("SELECT DISTINCT \"to\" FROM outbound_message WHERE template = 'balance_paid'")
    assert len(told) == 2
    stored = await fetch_one("SELECT customer_id FROM stored_method")
    assert stored and stored["customer_id"] == buyer.customer_id


async def test_a_key_pays_once_and_more_than_is_owed_is_refused(demo, sold):
    buyer, order = sold
    with pytest.raises(InvalidInput):
        await pay_balance(buyer, Which(order_id=order.id), "shopping-card", amount_minor=29_751, pin=PIN)
    how: Any = {"amount_minor": 5_000, "pin": PIN, "idempotency_key": "once"}
    first = await pay_balance(buyer, Which(order_id=order.id), "shopping-card", **how)
    assert (await pay_balance(buyer, Which(order_id=order.id), "shopping-card", **how)).id == first.id
    assert await card(buyer) == 100_000 - 12_750 - 5_000


async def test_everybody_at_once_takes_what_is_owed_once(demo, sold):
    _, order = sold
    friends = [await a_buyer(demo, balance_minor=29_750, pin=True) for _ in range(8)]
    clock.travel(timedelta(days=31))
    await asyncio.gather(
        *(pay_balance(friend, Which(code=order.code), "shopping-card", pin=PIN) for friend in friends),
        *(collect_payment(demo, order.id, amount_minor=7_000) for _ in range(4)),
        *(work_charges() for _ in range(3)),
        return_exceptions=True,
    )
    while await work_charges():
        pass
    done = await get_order(demo, order_id=order.id)
    assert done and done.state == "PaymentSettled"
    paid = await fetch_one("SELECT SUM(amount_minor) AS n FROM payment WHERE state = 'Settled'")
    assert paid and paid["n"] == 42_500


async def test_a_deposit_needs_an_account_and_something_to_pay_now(demo):
    variant = await a_variant(demo, pieces=10)
    option = await an_option(demo, variant)
    guest = Buyer(demo, "app")
    await add_to_cart(guest, variant, 1, option_id=option)
    await choose_shipping(guest, [(await methods_of(demo))[0].id])
    with pytest.raises(NotSignedIn):
        await pay(guest, "standard-payment")


async def test_all_of_it_later_places_the_order_without_a_payment(demo):
    variant = await a_variant(demo, pieces=10)
    option = await an_option(demo, variant, charge_ppm=0)
    buyer = await a_buyer(demo, balance_minor=50_000, pin=True)
    order = await buy(buyer, variant, option)
    assert (order.state, order.due_now_minor, order.outstanding_minor) == ("PaymentAuthorized", 0, 42_500)
    assert await card(buyer) == 50_000 and not order.payments
    await the_book_explains_what_is_owed()
    clock.travel(timedelta(days=31))
    assert await work_charges() == 1
    assert await card(buyer) == 7_500


async def test_products_that_need_an_option_are_not_sold_without_one(demo):
    variant = await a_variant(demo, pieces=10)
    await an_option(demo, variant, requires_option=True)
    buyer = await a_buyer(demo, balance_minor=50_000, pin=True)
    await fill_cart(buyer, variant, 1)
    with pytest.raises(DomainError) as refused:
        await pay(buyer, "shopping-card", pin=PIN)
    assert "Choose first how to pay for" in refused.value.message


async def test_a_page_pays_a_part_and_while_it_waits_nobody_collects(world: World) -> None:
    scope = await scope_by_code("demo", "test")
    variant = await a_variant(scope, pieces=10)
    buyer = await a_buyer(scope, balance_minor=100_000, pin=True)
    order = await buy(buyer, variant, await an_option(scope, variant))
    page = await pay_balance(buyer, Which(order_id=order.id), "connected-payment-method", amount_minor=9_000)
    again = await pay_balance(buyer, Which(order_id=order.id), "connected-payment-method", amount_minor=9_000)
    assert page.payment_url and again.payment_url == page.payment_url
    with pytest.raises(PaymentPending):
        await collect_payment(scope, order.id)
    await press(page.payment_url)
    await come_to_rest(world, order.id)
    [charge] = await charges_of(order.id)
    assert charge["collected_minor"] == 9_000
    # The page of before was paid, so a second one is another payment.
    other = await pay_balance(buyer, Which(order_id=order.id), "connected-payment-method", amount_minor=9_000)
    assert other.payment_url != page.payment_url
    # It is given up for the card, and paid all the same: what is too much is on the card.
    await pay_balance(buyer, Which(order_id=order.id), "shopping-card", pin=PIN)
    await press(other.payment_url or "")
    await execute("UPDATE payment_attempt SET next_attempt_at = $1 WHERE state <> 'Succeeded'", clock.now())
    await come_to_rest(world, order.id)

    async def booked() -> bool:
        await execute(
            "UPDATE payment_attempt SET next_attempt_at = $1 WHERE state <> 'Succeeded'", clock.now()
        )
        row = await fetch_one("SELECT COUNT(*) AS n FROM payment WHERE state = 'Settled'")
        return bool(row and row["n"] == 4)

    await world.until(booked)
    assert await card(buyer) == 100_000 - 12_750 - 20_750 + 9_000
    await the_book_explains_what_is_owed()


@pytest.mark.parametrize(("phone", "state"), [(APPROVES, "Paid"), (POOR, "Waiting")])
async def test_a_wallet_is_asked_when_its_balance_falls_due(world: World, phone: str, state: str) -> None:
    scope = await scope_by_code("demo", "test")
    variant = await a_variant(scope, pieces=10)
    buyer = await a_buyer(scope, pin=True)
    option = await an_option(scope, variant)
    order = await buy(buyer, variant, option, "mobile-money", phone=APPROVES, network="mtn")
    await come_to_rest(world, order.id)
    await execute("UPDATE stored_method SET phone = $1", phone)
    await days_pass(world, 30.5)
    await come_to_rest(world, order.id)
    [charge] = await charges_of(order.id)
    assert charge["state"] == state and (charge["next_step_at"] is None) == (state == "Paid")
    await the_book_explains_what_is_owed()


async def test_a_card_at_monnify_is_charged_again_by_its_token(world: World) -> None:
    scope = await scope_by_code("kasuwa", "test")
    variant = await a_variant(scope, pieces=10)
    buyer = await a_buyer(scope, pin=True)
    order = await buy(buyer, variant, await an_option(scope, variant), "monnify")
    await press(order.payments[0].payment_url or "", card="4111111111111111")
    await come_to_rest(world, order.id)
    [balance] = await balances_of(scope, buyer.customer_id or 0)
    assert balance.method and balance.method.endswith("1111")
    await days_pass(world, 30.5)
    await come_to_rest(world, order.id)
    done = await get_order(scope, order_id=order.id)
    assert done and (done.state, done.outstanding_minor) == ("PaymentSettled", 0)
    await the_book_explains_what_is_owed()


async def test_a_removed_card_is_forgotten_at_its_gateway_and_the_customer_is_asked_to_pay(
    world: World,
) -> None:
    scope = await scope_by_code("demo", "test")
    variant = await a_variant(scope, pieces=10)
    buyer = await a_buyer(scope, pin=True)
    order = await buy(buyer, variant, await an_option(scope, variant), "connected-payment-method")
    await press(order.payments[0].payment_url or "")
    await come_to_rest(world, order.id)
    await remove_payment_method(scope, order.id)
    await world.drain()
    forgotten = await fetch_one("SELECT code, next_attempt_at FROM stored_method")
    assert forgotten == {"code": "", "next_attempt_at": None}
    await days_pass(world, 30.5)
    number = await fetch_one("SELECT phone FROM customer WHERE id = $1", buyer.customer_id)
    assert number and "is due. Pay: http" in (await world.outbox(number["phone"]))[0]["text"]


async def test_money_that_comes_after_the_order_was_called_off_is_on_the_payers_card(world: World) -> None:
    scope = await scope_by_code("demo", "test")
    variant = await a_variant(scope, pieces=10)
    buyer = await a_buyer(scope, balance_minor=100_000, pin=True)
    order = await buy(buyer, variant, await an_option(scope, variant))
    page = await pay_balance(buyer, Which(order_id=order.id), "connected-payment-method", amount_minor=9_000)
    clock.travel(timedelta(minutes=40))
    await world.drain()
    await cancel_order(scope, order.uid, customer_id=buyer.customer_id)
    await press(page.payment_url or "")

    async def booked() -> bool:
        await execute(
            "UPDATE payment_attempt SET next_attempt_at = $1 WHERE state <> 'Succeeded'", clock.now()
        )
        return await card(buyer) == 109_000

    await world.until(booked)
    templates = {row["template"] for row in await fetch("SELECT template FROM outbound_message")}
    assert "payment_difference" in templates and "balance_paid" not in templates
    # It went back whole, so nothing of it goes back again.
    back = await fetch("SELECT state, amount_minor FROM refund WHERE amount_minor = 9000")
    assert back == [{"state": "OnCard", "amount_minor": 9_000}]
    await the_book_explains_what_is_owed()
