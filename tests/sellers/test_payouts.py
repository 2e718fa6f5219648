"""Sellers are paid what they are owed, once, when it is due, with a statement that the book agrees with."""

import csv
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from core.db import execute, fetch, fetch_one
from core.errors import Forbidden, IllegalTransition, InvalidInput, NotFound
from services.deposits.cancelling import cancel_order
from services.deposits.schedule import work_charges
from services.payouts.batches import create_batch, mark_paid
from services.payouts.reading import list_payouts, seller_balances
from services.payouts.statements import as_csv, statement_of
from services.seller_orders.dividing import Refunded
from services.tenants import Scope, scope_by_code
from tests.deposits.hands import an_option, buy
from tests.sellers.hands import (
    a_desk,
    buy_of,
    charge_commission,
    own_delivery,
    refund,
    sums,
    the_sellers_are_owed_what_the_book_says,
    variants_of_sellers,
)
from tests.services.helpers import a_buyer

HELD = timedelta(days=7, minutes=1)


async def test_a_sale_is_paid_out_after_the_days_it_is_held_and_once(demo: Scope) -> None:
    (a, va), (_, vb) = await variants_of_sellers(demo, 2)
    await charge_commission(demo, 100_000)
    desk = await a_desk(demo)
    buyer = await a_buyer(demo, balance_minor=1_000_000, pin=True)
    await buy_of(buyer, va, vb)
    assert await create_batch(desk) == []
    balance = next(each for each in (await seller_balances(desk))[0] if each.seller_id == a)
    assert (balance.due_minor, balance.in_payouts_minor) == (0, 0) and balance.waiting_minor > 0
    clock.travel(HELD)
    book = await sums(demo)
    made = await create_batch(desk, idempotency_key="monday")
    assert {f"payable:{each.seller_id}": each.amount_minor for each in made} == {
        code: sum_ for code, sum_ in book.items() if code.startswith("payable")
    }
    assert await create_batch(desk) == []
    assert await create_batch(desk, idempotency_key="monday") == made
    await the_sellers_are_owed_what_the_book_says(desk)

    paid = await mark_paid(desk, made[0].id, "GT-1")
    assert paid == await mark_paid(desk, made[0].id, " GT-1 ")
    with pytest.raises(IllegalTransition, match="under GT-1"):
        await mark_paid(desk, made[0].id, "GT-2")
    assert (await sums(demo))["bank"] == made[0].amount_minor
    await the_sellers_are_owed_what_the_book_says(desk)


async def test_what_is_taken_back_after_the_payout_counts_against_the_next(demo: Scope) -> None:
    ((a, variant),) = await variants_of_sellers(demo, 1)
    await charge_commission(demo, 100_000)
    desk = await a_desk(demo)
    buyer = await a_buyer(demo, balance_minor=1_000_000, pin=True)
    first = await buy_of(buyer, variant, pieces=2)
    clock.travel(HELD)
    ((payout,)) = await create_batch(desk)
    await mark_paid(desk, payout.id, "GT-1")
    await refund(demo, first.id, Refunded({a: first.subtotal_minor}), "r:1")
    balance = (await seller_balances(desk, seller_id=a))[0][0]
    assert balance.owed_minor == balance.due_minor == -payout.amount_minor
    assert await create_batch(desk) == []
    third = await buy_of(buyer, variant, pieces=3)
    clock.travel(2 * HELD)
    ((second,)) = await create_batch(desk)
    lines = (await statement_of(desk, second.id)).lines
    assert [line.kind for line in lines] == ["Refund", "Sale"]
    goods = third.subtotal_minor - first.subtotal_minor
    assert second.amount_minor == goods - goods // 10
    await the_sellers_are_owed_what_the_book_says(desk)


async def test_nothing_of_an_order_is_due_before_its_buyer_has_paid_all_of_it(demo: Scope) -> None:
    ((a, variant),) = await variants_of_sellers(demo, 1)
    desk = await a_desk(demo)
    buyer = await a_buyer(demo, balance_minor=1_000_000, pin=True)
    await buy(buyer, variant, await an_option(demo, variant))
    clock.travel(timedelta(days=29))
    assert await create_batch(desk) == []
    assert (await seller_balances(desk, seller_id=a))[0][0].waiting_minor > 0
    clock.travel(timedelta(days=30, hours=1))
    await work_charges()
    assert await create_batch(desk) == []
    clock.travel(timedelta(days=30, hours=2) + HELD)
    ((payout,)) = await create_batch(desk)
    assert payout.seller_id == a
    await the_sellers_are_owed_what_the_book_says(desk)


async def test_of_a_deposit_that_is_kept_the_seller_has_their_share(demo: Scope) -> None:
    await execute("UPDATE platform SET deposit_policy = 'keep' WHERE id = $1", demo.platform_id)
    scope = replace(demo, deposit_policy="keep")
    ((_, variant),) = await variants_of_sellers(demo, 1)
    await charge_commission(demo, 100_000)
    desk = await a_desk(demo)
    buyer = await a_buyer(demo, balance_minor=1_000_000, pin=True)
    order = await buy(buyer, variant, await an_option(demo, variant))
    done = await cancel_order(scope, order.uid)
    clock.travel(HELD)
    ((payout,)) = await create_batch(desk)
    assert [line.kind for line in (await statement_of(desk, payout.id)).lines] == ["Sale", "Refund"]
    book = await sums(demo)
    assert done.kept_minor == book["sales"] == payout.amount_minor + book["commission"] + book["delivery"]
    await the_sellers_are_owed_what_the_book_says(desk)


async def test_a_statement_is_a_table_that_no_spreadsheet_runs(demo: Scope) -> None:
    ((a, variant),) = await variants_of_sellers(demo, 1)
    await charge_commission(demo, 33_333)
    await execute("UPDATE seller SET name = $2 WHERE id = $1", a, '=HYPERLINK("x", "y")')
    desk = await a_desk(demo)
    buyer = await a_buyer(demo, balance_minor=1_000_000, pin=True)
    order = await buy_of(buyer, variant, pieces=3)
    await refund(demo, order.id, Refunded({}, alike_minor=1234), "r:1")
    clock.travel(HELD)
    ((payout,)) = await create_batch(desk)
    await mark_paid(desk, payout.id, "-GT 1")
    statement = await statement_of(desk, payout.id)
    heading, *rows = csv.reader(StringIO(as_csv(statement)))
    table = [dict(zip(heading, row, strict=True)) for row in rows]
    assert [row["kind"] for row in table] == ["Sale", "Refund", "Total"]
    assert {row["seller"] for row in table} == {'\'=HYPERLINK("x", "y")'}
    assert table[-1]["order"] == "'-GT 1"
    for name in ("goods", "delivery", "commission", "payable"):
        minor = [round(float(row[name]) * 100) for row in table]
        assert sum(minor[:-1]) == minor[-1]
    booked = await fetch_one(
        "SELECT p.amount_minor FROM posting p JOIN journal_entry e ON e.id = p.entry_id "
        "JOIN ledger_account a ON a.id = p.account_id WHERE e.key = $1 AND a.kind = 'payable'",
        f"payout:{payout.id}",
    )
    assert (
        booked and round(float(table[-1]["payable"]) * 100) == payout.amount_minor == -booked["amount_minor"]
    )


async def test_a_seller_sees_what_is_theirs_and_pays_nobody(demo: Scope) -> None:
    (a, va), (b, vb) = await variants_of_sellers(demo, 2)
    buyer = await a_buyer(demo, balance_minor=1_000_000, pin=True)
    await buy_of(buyer, va, vb)
    clock.travel(HELD)
    payouts = {each.seller_id: each for each in await create_batch(await a_desk(demo))}
    seller = replace(await a_desk(demo, "seller"), seller_id=a)
    assert [each.seller_id for each in (await seller_balances(seller))[0]] == [a]
    assert await list_payouts(seller) == ([payouts[a]], 1)
    assert (await statement_of(seller, payouts[a].id)).payout == payouts[a]
    assert (await seller_balances(seller, seller_id=b))[0] == []
    assert await list_payouts(seller, seller_id=b) == ([], 0)
    with pytest.raises(NotFound):
        await statement_of(seller, payouts[b].id)
    with pytest.raises(Forbidden):
        await mark_paid(seller, payouts[a].id, "GT-1")
    with pytest.raises(Forbidden):
        await create_batch(seller)


async def test_only_who_may_and_only_in_their_own_shop(demo: Scope) -> None:
    ((_, variant),) = await variants_of_sellers(demo, 1)
    buyer = await a_buyer(demo, balance_minor=1_000_000, pin=True)
    await buy_of(buyer, variant)
    clock.travel(HELD)
    desk, helper = await a_desk(demo), await a_desk(demo, "support")
    stranger = await a_desk(await scope_by_code("kasuwa", "test"))
    assert await create_batch(stranger) == []
    ((payout,)) = await create_batch(desk)
    for who, refusal in ((helper, Forbidden), (stranger, NotFound)):
        with pytest.raises(refusal):
            await mark_paid(who, payout.id, "GT-1")
        with pytest.raises(refusal):
            await statement_of(who, payout.id)
    for ask in (seller_balances, list_payouts, create_batch):
        with pytest.raises(Forbidden):
            await ask(helper)
    assert (await list_payouts(stranger))[1] == 0
    for reference in ("", "  ", "x" * 121):
        with pytest.raises(InvalidInput):
            await mark_paid(desk, payout.id, reference)


steps = st.lists(
    st.tuples(
        st.sampled_from(["sell", "sell", "refund", "refund all", "pay out", "mark", "wait"]),
        st.integers(0, 10_000),
    ),
    max_size=9,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ppm=st.integers(0, 1_000_000), story=steps)
async def test_whatever_is_sold_refunded_and_paid_out_adds_up(
    demo: Scope, ppm: int, story: list[tuple[str, int]]
) -> None:
    clock.reset()
    sellers = await variants_of_sellers(demo, 3)
    await charge_commission(demo, ppm, **{f"s{sellers[0][0]}": 99_999})
    if await fetch_one("SELECT id FROM shipping_method WHERE seller_id IS NOT NULL") is None:
        await own_delivery(demo, sellers[1][0], 777)
    van = await fetch_one("SELECT id FROM shipping_method WHERE seller_id IS NOT NULL")
    assert van
    desk, buyer = await a_desk(demo), await a_buyer(demo, balance_minor=100_000_000, pin=True)
    sold: list[Any] = []
    for n, (act, number) in enumerate(story):
        key = f"r:{desk.staff_id}:{n}"
        if act == "sell":
            some = sellers[number % 3 :] or sellers
            own = [1, van["id"]] if len(some) > 1 and number % 2 and sellers[1] in some else [1]
            sold.append(await buy_of(buyer, *(variant for _, variant in some), ways=own))
        elif act.startswith("refund") and sold:
            order = sold[number % len(sold)]
            left = await _left_of(order.id)
            amount = left if act == "refund all" else left * number // 10_000
            if amount:
                await refund(demo, order.id, Refunded({}, alike_minor=amount), key)
        elif act == "pay out":
            await create_batch(desk)
        elif act == "mark":
            for payout in (await list_payouts(desk, state="Created", take=1))[0]:
                await mark_paid(desk, payout.id, f"GT-{n}")
        elif act == "wait":
            clock.travel(timedelta(days=number % 9, hours=n))
        await the_sellers_are_owed_what_the_book_says(desk)
    for n, order in enumerate(sold):
        if left := await _left_of(order.id):
            await refund(demo, order.id, Refunded({}, alike_minor=left), f"all:{desk.staff_id}:{n}")
    await the_sellers_are_owed_what_the_book_says(desk)
    rows = await fetch("SELECT commission_minor - commission_returned_minor AS kept FROM seller_order")
    assert not any(row["kept"] for row in rows)


async def _left_of(order_id: int) -> int:
    row = await fetch_one(
        "SELECT o.total_minor - CAST(COALESCE((SELECT SUM(r.goods_minor + r.delivery_minor) FROM seller_refund r "
        "WHERE r.order_id = o.id), 0) AS BIGINT) AS n FROM customer_order o WHERE o.id = $1",
        order_id,
    )
    assert row
    return int(row["n"])
