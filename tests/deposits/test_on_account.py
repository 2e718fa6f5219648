"""Orders whose price is all paid later: what is owed, by instalments, and what it does to the book."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from core import clock
from core.clock import now
from core.db import dialect, fetch, fetch_one, transaction
from core.errors import (
    IllegalTransition,
    InvalidInput,
    NoActiveOrder,
    NotSignedIn,
    OrderNotModifiable,
    OrderRefusal,
    PaymentPending,
)
from services.buyers import Buyer
from services.carts import add_to_cart
from services.checkout import choose_shipping, pay
from services.checkout.on_account import Instalment, place_on_account
from services.deposits.cancelling import cancel_order
from services.deposits.methods import keep_card
from services.deposits.paying import Which, pay_balance
from services.fulfillment.making import fulfil, move_fulfillment
from services.orders import get_order
from services.orders.views import OrderView
from services.shipping import methods_of
from services.staff import Desk
from services.tenants import Scope, scope_by_code
from tests.conftest import World
from tests.deposits.hands import an_option, buy, charges_of, sum_of, the_book_explains_what_is_owed
from tests.services.helpers import PIN, a_buyer, a_variant


def in_parts(*weights: int) -> Any:
    """Terms: so many parts of the total, a month apart; the last has what is left over."""

    def terms(total: int) -> list[Instalment]:
        parts = [total * weight // sum(weights) for weight in weights]
        parts[-1] += total - sum(parts)
        return [
            Instalment(now() + timedelta(days=30 * (n + 1)), part) for n, part in enumerate(parts) if part
        ]

    return terms


@pytest.fixture
async def scope(world: World) -> Scope:
    return await scope_by_code("demo", "test")


async def a_cart(scope: Scope, buyer: Buyer, pieces: int = 2) -> OrderView:
    await add_to_cart(buyer, await a_variant(scope, pieces=10), pieces)
    return await choose_shipping(buyer, [(await methods_of(scope))[0].id])


async def test_all_of_an_order_is_owed_by_instalments(world: World, scope: Scope) -> None:
    buyer = await a_buyer(scope, pin=True)
    cart = await a_cart(scope, buyer)
    placed = await place_on_account(scope, cart.uid, in_parts(1, 1, 1))
    order = await get_order(scope, order_id=placed.order_id)
    assert order and (order.state, order.due_now_minor, order.outstanding_minor) == (
        "PaymentAuthorized",
        0,
        cart.total_minor,
    )
    charges = await charges_of(order.id)
    assert sum(charge["amount_minor"] for charge in charges) == cart.total_minor and len(charges) == 3
    assert sum(due.tax_minor for due in order.due) == order.tax_minor
    assert await sum_of(scope, "receivable") == -cart.total_minor
    await the_book_explains_what_is_owed()
    await world.drain()
    phone = await fetch_one("SELECT phone FROM customer WHERE id = $1", buyer.customer_id)
    assert phone and f"order {order.code} is placed" in (await world.outbox(phone["phone"]))[0]["text"]


async def test_an_order_on_account_is_paid_in_parts_and_then_goes_on_its_way(
    world: World, scope: Scope
) -> None:
    buyer = await a_buyer(scope, balance_minor=1_000_000, pin=True)
    cart = await a_cart(scope, buyer)
    placed = await place_on_account(scope, cart.uid, in_parts(1, 1))
    which = Which(uid=cart.uid)
    await pay_balance(buyer, which, "shopping-card", amount_minor=1_000, pin=PIN)
    order = await get_order(scope, order_id=placed.order_id)
    assert order and (order.state, order.outstanding_minor) == ("PaymentAuthorized", cart.total_minor - 1_000)
    await pay_balance(buyer, which, "shopping-card", pin=PIN)
    order = await get_order(scope, order_id=placed.order_id)
    assert order and (order.state, order.outstanding_minor) == ("PaymentSettled", 0)
    assert await sum_of(scope, "receivable") == 0
    await the_book_explains_what_is_owed()


async def test_calling_an_order_on_account_off_gives_back_what_was_paid_of_it(
    world: World, scope: Scope
) -> None:
    buyer = await a_buyer(scope, balance_minor=5_000, pin=True)
    cart = await a_cart(scope, buyer)
    placed = await place_on_account(scope, cart.uid, in_parts(1))
    which = Which(uid=cart.uid)
    await pay_balance(buyer, which, "shopping-card", amount_minor=5_000, pin=PIN)
    done = await cancel_order(scope, cart.uid)
    assert (done.returned_minor, done.kept_minor, done.forgiven_minor) == (5_000, 0, cart.total_minor - 5_000)
    order = await get_order(scope, order_id=placed.order_id)
    assert order and order.state == "Cancelled" and await sum_of(scope, "sales") == 0
    await the_book_explains_what_is_owed()


async def test_many_calls_for_one_cart_place_it_once(world: World, scope: Scope) -> None:
    buyer = await a_buyer(scope)
    cart = await a_cart(scope, buyer)
    many = 100 if dialect() == "postgres" else 20
    placed = await asyncio.gather(*(place_on_account(scope, cart.uid, in_parts(1, 1)) for _ in range(many)))
    assert [each.anew for each in placed].count(True) == 1
    assert {each.order_id for each in placed} == {cart.id}
    assert len(await charges_of(cart.id)) == 2
    await the_book_explains_what_is_owed()


async def test_terms_that_do_not_come_to_the_total_place_nothing(world: World, scope: Scope) -> None:
    buyer = await a_buyer(scope)
    cart = await a_cart(scope, buyer)
    with pytest.raises(InvalidInput):
        await place_on_account(scope, cart.uid, lambda total: [Instalment(now(), total - 1)])
    order = await get_order(scope, order_id=cart.id)
    assert order and order.state == "AddingItems" and not await charges_of(cart.id)


async def test_what_was_agreed_for_the_whole_takes_the_place_of_a_lines_own_terms(
    world: World, scope: Scope
) -> None:
    buyer = await a_buyer(scope)
    variant = await a_variant(scope, pieces=10)
    await add_to_cart(buyer, variant, 1, option_id=await an_option(scope, variant))
    cart = await choose_shipping(buyer, [(await methods_of(scope))[0].id])
    await place_on_account(scope, cart.uid, in_parts(1, 1))
    order = await get_order(scope, order_id=cart.id)
    assert order and order.outstanding_minor == order.total_minor and order.lines[0].option is None
    await the_book_explains_what_is_owed()


async def test_only_a_customers_cart_that_nobody_pays_for_is_placed_on_account(
    world: World, scope: Scope
) -> None:
    with pytest.raises(NoActiveOrder):
        await place_on_account(scope, uuid4(), in_parts(1))
    guest = Buyer(scope, "app")
    cart = await a_cart(scope, guest)
    with pytest.raises(NotSignedIn):
        await place_on_account(scope, cart.uid, in_parts(1))
    paying = await a_buyer(scope)
    cart = await a_cart(scope, paying)
    await pay(paying, "connected-payment-method")
    with pytest.raises(PaymentPending):
        await place_on_account(scope, cart.uid, in_parts(1))
    paid = await a_buyer(scope, balance_minor=1_000_000, pin=True)
    cart = await a_cart(scope, paid)
    await pay(paid, "shopping-card", pin=PIN)
    with pytest.raises(OrderNotModifiable):
        await place_on_account(scope, cart.uid, in_parts(1))
    elsewhere = await scope_by_code("kasuwa", "test")
    cart = await a_cart(scope, await a_buyer(scope))
    with pytest.raises(NoActiveOrder):
        await place_on_account(elsewhere, cart.uid, in_parts(1))


async def send(scope: Scope, order_id: int) -> int:
    """All pieces of an order leave, in one parcel; its id."""
    lines = await fetch("SELECT id, quantity FROM order_line WHERE order_id = $1", order_id)
    parcel = await fulfil(await a_desk(scope), {line["id"]: line["quantity"] for line in lines})
    await move_fulfillment(await a_desk(scope), parcel, "Shipped")
    return parcel


async def a_desk(scope: Scope) -> Desk:
    row = await fetch_one(
        "SELECT id, email FROM staff_user WHERE platform_id = $1 AND environment = $2 AND role = 'owner'",
        scope.platform_id,
        scope.environment,
    )
    assert row
    return Desk(scope, row["id"], row["email"], "owner")


async def state_of(scope: Scope, order_id: int) -> str:
    order = await get_order(scope, order_id=order_id)
    assert order
    return order.state


async def test_what_is_bought_on_account_leaves_before_it_is_paid_and_is_not_called_off_then(
    world: World, scope: Scope
) -> None:
    buyer = await a_buyer(scope, balance_minor=1_000_000, pin=True)
    cart = await a_cart(scope, buyer)
    await place_on_account(scope, cart.uid, in_parts(1, 1))
    parcel = await send(scope, cart.id)
    assert await state_of(scope, cart.id) == "PaymentAuthorized"
    with pytest.raises(IllegalTransition):
        await cancel_order(scope, cart.uid)
    await pay_balance(buyer, Which(uid=cart.uid), "shopping-card", pin=PIN)
    assert await state_of(scope, cart.id) == "Shipped"
    await move_fulfillment(await a_desk(scope), parcel, "Delivered")
    assert await state_of(scope, cart.id) == "Delivered"
    await the_book_explains_what_is_owed()


async def test_an_order_that_arrived_before_its_instalments_were_taken_is_delivered_once_they_are(
    world: World, scope: Scope
) -> None:
    buyer = await a_buyer(scope, balance_minor=1_000_000)
    cart = await a_cart(scope, buyer)
    await place_on_account(scope, cart.uid, in_parts(1, 1))
    method = await fetch_one(
        "SELECT id FROM payment_method WHERE platform_id = $1 AND environment = $2 AND code = 'shopping-card'",
        scope.platform_id,
        scope.environment,
    )
    assert method and buyer.customer_id
    async with transaction():
        await keep_card(scope, cart.id, buyer.customer_id, method["id"])
    parcel = await send(scope, cart.id)
    await move_fulfillment(await a_desk(scope), parcel, "Delivered")
    clock.travel(timedelta(days=31))
    await world.drain()
    assert await state_of(scope, cart.id) == "PaymentAuthorized"
    clock.travel(timedelta(days=30))
    await world.drain()
    assert await state_of(scope, cart.id) == "Delivered"
    await the_book_explains_what_is_owed()


async def test_what_is_bought_with_a_deposit_waits_for_its_balance(world: World, scope: Scope) -> None:
    buyer = await a_buyer(scope, balance_minor=1_000_000, pin=True)
    variant = await a_variant(scope, pieces=10)
    order = await buy(buyer, variant, await an_option(scope, variant))
    with pytest.raises(OrderRefusal):
        await send(scope, order.id)
