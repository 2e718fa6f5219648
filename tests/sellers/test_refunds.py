"""What is given back of an order is taken back of its sellers and of the market, to the last minor unit."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import clock
from core.errors import InvalidInput
from services.cards import card_of
from services.deposits.paying import Which, pay_balance
from services.orders.acting import call_off
from services.orders.worth import worth
from services.payments.giving_back import give_back
from services.payouts.batches import create_batch
from services.seller_orders.dividing import Left, Refunded, commission_of, spread
from services.tenants import Scope
from tests.deposits.hands import an_option, buy, sum_of, the_book_explains_what_is_owed
from tests.sellers.hands import (
    a_desk,
    buy_of,
    charge_commission,
    own_delivery,
    refund,
    sums,
    the_book_is_right,
    the_sellers_are_owed_what_the_book_says,
    variants_of_sellers,
)
from tests.services.helpers import PIN, a_buyer

money = st.integers(0, 100_000)
parts = st.lists(st.tuples(money, money, st.integers(0, 1_000_000)), min_size=1, max_size=4)


@given(parts, money, st.lists(st.integers(0, 1000), max_size=6))
def test_refunds_in_any_parts_leave_no_commission_once_all_is_back(
    sellers: list[tuple[int, int, int]], markets: int, shares: list[int]
) -> None:
    left = [Left(n, n, goods, own, ppm) for n, (goods, own, ppm) in enumerate(sellers, 1)]
    left.append(Left(None, None, 0, markets))
    kept = {part.seller_id: commission_of(part.goods_minor, part.commission_ppm) for part in left}
    for share in [*shares, 1000]:
        whole = sum(part.goods_minor + part.delivery_minor for part in left)
        amount = whole * share // 1000
        backs = {back.of.seller_id: back for back in spread(Refunded({}, alike_minor=amount), left)}
        assert sum(back.goods_minor + back.delivery_minor for back in backs.values()) == amount
        for back in backs.values():
            assert 0 <= back.commission_minor <= back.goods_minor <= back.of.goods_minor
            assert 0 <= back.delivery_minor <= back.of.delivery_minor
            kept[back.of.seller_id] -= back.commission_minor
        left = [
            Left(
                part.seller_order_id,
                part.seller_id,
                part.goods_minor - (backs[part.seller_id].goods_minor if part.seller_id in backs else 0),
                part.delivery_minor
                - (backs[part.seller_id].delivery_minor if part.seller_id in backs else 0),
                part.commission_ppm,
            )
            for part in left
        ]
    assert set(kept.values()) == {0}


def test_goods_of_a_seller_and_delivery_go_back_to_whom_they_were_of() -> None:
    left = [Left(1, 7, 1000, 100, 100_000), Left(2, 8, 2000, 0, 50_000), Left(None, None, 0, 300)]
    backs = spread(Refunded({7: 400}, delivery_minor=200), left)
    assert [(b.of.seller_id, b.goods_minor, b.delivery_minor) for b in backs] == [
        (7, 400, 50),
        (None, 0, 150),
    ]
    assert (backs[0].commission_minor, backs[0].payable_minor, backs[1].payable_minor) == (40, 410, 0)


@pytest.mark.parametrize(
    "wanted",
    [
        Refunded({7: 1001}),
        Refunded({9: 1}),
        Refunded({7: -1}),
        Refunded({}, delivery_minor=401),
        Refunded({}, delivery_minor=-1),
        Refunded({7: 1000}, alike_minor=2401),
        Refunded({}, alike_minor=-1),
    ],
)
def test_more_than_is_left_is_refused(wanted: Refunded) -> None:
    left = [Left(1, 7, 1000, 100, 100_000), Left(2, 8, 2000, 0, 50_000), Left(None, None, 0, 300)]
    with pytest.raises(InvalidInput):
        spread(wanted, left)


async def test_partial_refunds_of_an_order_end_with_nothing_kept(demo: Scope) -> None:
    (a, va), (b, vb) = await variants_of_sellers(demo, 2)
    await charge_commission(demo, 123_457)
    van = await own_delivery(demo, b, 333)
    buyer = await a_buyer(demo, balance_minor=1_000_000, pin=True)
    order = await buy_of(buyer, va, vb, ways=[1, van])
    goods = {line.seller_id: line.total_minor for line in order.lines}
    await refund(demo, order.id, Refunded({a: 101}), "r:1")
    await refund(demo, order.id, Refunded({}, delivery_minor=77), "r:2")
    await refund(demo, order.id, Refunded({b: 99}, alike_minor=1001), "r:3")
    book = await sums(demo)
    assert book["sales"] == order.total_minor - 101 - 77 - 99 - 1001
    await the_sellers_are_owed_what_the_book_says(await a_desk(demo))
    with pytest.raises(InvalidInput):
        await refund(demo, order.id, Refunded({a: goods[a]}), "r:4")
    await refund(demo, order.id, Refunded({}, alike_minor=book["sales"]), "r:5")
    assert await sums(demo) == {}
    await the_book_is_right()


async def test_staff_give_back_pieces_of_one_seller_and_the_others_keep_theirs(demo: Scope) -> None:
    (a, va), (b, vb) = await variants_of_sellers(demo, 2)
    await charge_commission(demo, 100_000)
    desk = await a_desk(demo)
    buyer = await a_buyer(demo, balance_minor=1_000_000, pin=True)
    order = await buy_of(buyer, va, vb, pieces=2)
    before = await sums(demo)
    line = next(line for line in order.lines if line.seller_id == a)
    payment = order.payments[-1].id
    back = await worth(desk, payment, {line.id: 1}, delivery_minor=100, beside_minor=0)
    await give_back(desk, payment, back, "broken")
    piece, after = line.unit_price_minor, await sums(demo)
    assert after[f"payable:{a}"] == before[f"payable:{a}"] - piece + piece // 10
    assert after[f"payable:{b}"] == before[f"payable:{b}"]
    assert after["delivery"] == before["delivery"] - 100
    await the_sellers_are_owed_what_the_book_says(desk)
    await give_back(desk, payment, Refunded({}, alike_minor=order.total_minor - back.total_minor), "the rest")
    assert await sums(demo) == {}


async def test_of_an_order_that_staff_call_off_nothing_is_paid_out(demo: Scope) -> None:
    ((_, variant),) = await variants_of_sellers(demo, 1)
    desk = await a_desk(demo)
    buyer = await a_buyer(demo, balance_minor=1_000_000, pin=True)
    order = await buy_of(buyer, variant)
    await call_off(desk, order.id, "sold out")
    clock.travel(timedelta(days=8))
    assert await create_batch(desk) == []
    await give_back(desk, order.payments[-1].id, Refunded({}, alike_minor=order.total_minor), "sold out")
    assert await create_batch(desk) == [] and await sums(demo) == {}
    await the_sellers_are_owed_what_the_book_says(desk)


@pytest.mark.parametrize("reasons", [("w" * 150, "w" * 150, "w" * 300), ("late (2)", "late", "late")])
async def test_refunds_for_the_same_reason_are_each_in_the_book(
    demo: Scope, reasons: tuple[str, str, str]
) -> None:
    ((_, variant),) = await variants_of_sellers(demo, 1)
    desk = await a_desk(demo)
    buyer = await a_buyer(demo, balance_minor=1_000_000, pin=True)
    order = await buy_of(buyer, variant)
    before = await sums(demo)
    for reason in reasons:
        # Of the delivery alone, which no seller has a part of.
        await give_back(desk, order.payments[-1].id, Refunded({}, delivery_minor=100), reason)
    assert (await sums(demo))["delivery"] == before["delivery"] - 300
    assert await sum_of(demo, "suspense") == 0
    await the_sellers_are_owed_what_the_book_says(desk)


@pytest.mark.parametrize("policy", ["refund", "keep", "part"])
@pytest.mark.parametrize("in_full", [False, True])
@pytest.mark.parametrize("first", [0, 101, 10**9])
async def test_whatever_was_given_back_before_an_order_is_called_off_nobody_has_more_than_they_paid(
    demo: Scope, policy: str, in_full: bool, first: int
) -> None:
    demo = replace(demo, deposit_policy=policy, deposit_kept_ppm=333_333)
    ((_, variant),) = await variants_of_sellers(demo, 1)
    await charge_commission(demo, 123_457)
    option, desk = await an_option(demo, variant), await a_desk(demo)
    buyer = await a_buyer(demo, balance_minor=1_000_000, pin=True)
    order = await buy(buyer, variant, option)
    payments = [order.payments[-1]]
    if in_full:
        payments.append(await pay_balance(buyer, Which(order_id=order.id), "shopping-card", pin=PIN))
    for payment in payments if first else []:
        back = Refunded({}, alike_minor=min(first, payment.amount_minor))
        await give_back(desk, payment.id, back, "first")
    await call_off(desk, order.id, "no more")
    await the_sellers_are_owed_what_the_book_says(desk)
    await the_book_explains_what_is_owed()
    kept = (await sums(demo)).get("sales", 0)
    assert (await card_of(demo, buyer.customer_id or 0)).balance_minor == 1_000_000 - kept
    assert kept >= 0
