"""Payouts and refunds at once: nothing is paid twice, nothing is lost, and the book agrees."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

from core import clock
from core.db import execute, fetch
from core.errors import DomainError
from services.fulfillment.making import fulfil
from services.payments.giving_back import give_back
from services.payouts.batches import create_batch, mark_paid
from services.payouts.reading import list_payouts
from services.seller_orders.dividing import Refunded
from services.tenants import Scope
from tests.sellers.hands import (
    a_desk,
    buy_of,
    charge_commission,
    refund,
    sums,
    the_sellers_are_owed_what_the_book_says,
    variants_of_sellers,
)
from tests.services.helpers import a_buyer


async def test_batches_and_refunds_at_the_same_moment(demo: Scope) -> None:
    sellers = await variants_of_sellers(demo, 3)
    await execute("UPDATE stock_level SET on_hand = 100")
    await charge_commission(demo, 123_457)
    desk = await a_desk(demo)
    buyer = await a_buyer(demo, balance_minor=100_000_000, pin=True)
    orders = [await buy_of(buyer, *(variant for _, variant in sellers)) for _ in range(9)]
    clock.travel(timedelta(days=8))
    keys = [None, "the same", None, "the same", None, None]
    refunds = [
        refund(demo, order.id, Refunded({}, alike_minor=order.total_minor // 3), f"r:{order.id}:{n}")
        for order in orders
        for n in range(2)
    ]
    batches = [create_batch(desk, idempotency_key=key) for key in keys]
    jobs = [*refunds[:6], *batches[:3], *refunds[6:12], *batches[3:], *refunds[12:]]
    done = await asyncio.gather(*jobs, return_exceptions=True)
    assert not [each for each in done if isinstance(each, BaseException)], done
    await the_sellers_are_owed_what_the_book_says(desk)

    # Where a sale was in a payout before it was refunded, the refund counts against what is sold next.
    for _ in range(9):
        await buy_of(buyer, *(variant for _, variant in sellers))
    clock.travel(timedelta(days=17))
    await create_batch(desk)
    payouts, _ = await list_payouts(desk, take=100)

    async def mark(payout_id: int, reference: str) -> bool:
        try:
            await mark_paid(desk, payout_id, reference)
        except DomainError:
            return False
        return True

    marked = await asyncio.gather(*(mark(each.id, f"GT-{n}") for each in payouts for n in range(3)))
    assert sum(marked) == len(payouts)
    await the_sellers_are_owed_what_the_book_says(desk)
    assert await fetch("SELECT id FROM seller_order WHERE payout_id IS NULL") == []
    unpaid = "SELECT id FROM seller_refund WHERE payout_id IS NULL AND seller_order_id IS NOT NULL"
    assert await fetch(unpaid) == []
    assert not [code for code in await sums(demo) if code.startswith("payable")]


async def test_staff_give_back_and_send_at_the_same_moment(demo: Scope) -> None:
    ((_, variant),) = await variants_of_sellers(demo, 1)
    desk = await a_desk(demo)
    buyer = await a_buyer(demo, balance_minor=100_000_000, pin=True)
    order = await buy_of(buyer, variant, pieces=5)
    payment, line = order.payments[-1], order.lines[0].id
    part = order.total_minor // 3

    async def act(doing: Awaitable[object]) -> str:
        try:
            await doing
        except DomainError as error:
            return type(error).__name__
        return ""

    refunds = [give_back(desk, payment.id, Refunded({}, alike_minor=part), "the same") for _ in range(6)]
    parcels = [fulfil(desk, {line: 2}) for _ in range(5)]
    clock.travel(timedelta(days=8))
    jobs = [*refunds[:3], *parcels, create_batch(desk), *refunds[3:], create_batch(desk)]
    done = await asyncio.gather(*map(act, jobs))
    assert set(done) <= {"", "OrderRefusal"}
    (sent,) = await fetch("SELECT SUM(quantity) AS n FROM fulfillment_line")
    (back,) = await fetch("SELECT COUNT(*) AS n, SUM(amount_minor) AS sum FROM refund")
    assert (int(sent["n"]), back["n"], int(back["sum"])) == (4, 3, 3 * part)
    await the_sellers_are_owed_what_the_book_says(desk)
