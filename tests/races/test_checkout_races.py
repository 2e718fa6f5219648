"""Many at once: nothing is sold twice, charged twice or lost."""

import asyncio

import pytest

from core.db import fetch, fetch_one
from core.errors import DomainError, InsufficientStock
from services import ledger
from services.buyers import Buyer
from services.carts import add_to_cart, find_cart
from services.checkout import pay
from tests.services.helpers import PIN, a_buyer, a_customer, a_variant, fill_cart, stock_of

DELIVERY = 500


async def book_is_right() -> None:
    assert await ledger.check_book() == ledger.TrialBalance(0, [], [])


async def test_two_hundred_buyers_at_once_get_exactly_the_fifty_pieces_there_are(demo):
    variant = await a_variant(demo, pieces=50)
    price = (await fetch_one("SELECT price_minor FROM variant WHERE id = $1", variant))["price_minor"]
    buyers = [await a_buyer(demo, balance_minor=price) for _ in range(100)]
    buyers += [await a_buyer(demo) for _ in range(100)]
    for buyer in buyers:
        await fill_cart(buyer, variant, 1)

    async def buy(buyer: Buyer) -> bool:
        method = "standard-payment"
        try:
            await pay(buyer, method)
        except InsufficientStock:
            return False
        return True

    bought = await asyncio.gather(*(buy(buyer) for buyer in buyers))
    assert sum(bought) == 50
    assert await stock_of(variant) == (0, 0)
    placed = await fetch_one("SELECT COUNT(*) AS n FROM customer_order WHERE state = 'PaymentSettled'")
    settled = await fetch_one(
        "SELECT COUNT(*) AS n, SUM(amount_minor) AS s FROM payment WHERE state = 'Settled'"
    )
    assert (placed["n"], settled["n"], settled["s"]) == (50, 50, 50 * (price + DELIVERY))
    await book_is_right()


async def test_one_customer_paying_ten_times_at_once_pays_once(demo):
    variant = await a_variant(demo, pieces=100)
    buyer = await a_buyer(demo, balance_minor=10_000_000, pin=True)
    await fill_cart(buyer, variant, 3)

    async def tap() -> object:
        try:
            return (await pay(buyer, "shopping-card", pin=PIN, idempotency_key="tap")).code
        except DomainError as refusal:
            return refusal

    codes = await asyncio.gather(*(tap() for _ in range(10)))
    assert len({code for code in codes if isinstance(code, str)}) == 1
    assert not [code for code in codes if not isinstance(code, str)]
    assert (await stock_of(variant))[0] == 97
    assert len(await fetch("SELECT id FROM payment WHERE state = 'Settled'")) == 1
    await book_is_right()


async def test_a_card_never_pays_for_more_than_is_on_it(demo):
    variant = await a_variant(demo, pieces=100)
    price = (await fetch_one("SELECT price_minor FROM variant WHERE id = $1", variant))["price_minor"]
    customer = await a_customer(demo, balance_minor=price + 1)
    card = await fetch_one("SELECT id FROM ledger_account WHERE customer_id = $1", customer.id)
    sales = await ledger.shared_account(demo, "sales", "sales")
    source = ledger.Account(card["id"], guarded=True)

    async def spend(n: int) -> bool:
        try:
            await ledger.post(
                demo, key=f"spend:{n}", kind="test", narrative="", sides=[(source, -price), (sales, price)]
            )
        except DomainError:
            return False
        return True

    assert sum(await asyncio.gather(*(spend(n) for n in range(20)))) == 1
    await book_is_right()


async def test_first_items_added_at_the_same_moment_share_one_cart(demo):
    variant = await a_variant(demo, pieces=100)
    customer = await a_customer(demo)
    await asyncio.gather(
        *(
            add_to_cart(Buyer(demo, channel, customer_id=customer.id), variant, 1)
            for channel in ("app", "ussd") * 5
        )
    )
    cart = await find_cart(Buyer(demo, "app", customer_id=customer.id))
    assert cart.quantity == 10 and len(cart.lines) == 1
    assert len(await fetch("SELECT id FROM customer_order WHERE customer_id = $1", customer.id)) == 1


async def test_orders_with_the_same_parts_in_another_order_never_block_each_other(demo):
    rows = await fetch(
        "SELECT v.id FROM variant v JOIN stock_level s ON s.variant_id = v.id WHERE s.on_hand > 60 "
        "AND v.platform_id = $1 ORDER BY v.id LIMIT 4",
        demo.platform_id,
    )
    parts = [row["id"] for row in rows]
    assert len(parts) == 4
    buyers = [await a_buyer(demo) for _ in range(20)]
    for n, buyer in enumerate(buyers):
        for part in parts if n % 2 else reversed(parts):
            await fill_cart(buyer, part, 1)
    orders = await asyncio.gather(*(pay(buyer, "standard-payment") for buyer in buyers))
    assert {order.state for order in orders} == {"PaymentSettled"}
    await book_is_right()


@pytest.mark.parametrize("quantity", [0, -1, -(10**9), 10**6])
async def test_a_quantity_that_is_none_changes_nothing(demo, quantity):
    variant = await a_variant(demo, pieces=10)
    buyer = await a_buyer(demo)
    with pytest.raises(DomainError):
        await add_to_cart(buyer, variant, quantity)
    assert await find_cart(buyer) is None
