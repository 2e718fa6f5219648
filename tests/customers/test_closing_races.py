"""Closing while somebody pays: either the payment is there and the closing is refused, or the account is closed and nothing moved."""

import asyncio

import pytest

from core.errors import AccountLocked, DomainError, IllegalTransition
from models import AccountClosing, Customer, Payment
from services.buyers import Buyer
from services.checkout import pay
from services.customers.closing import close_customer
from services.customers.leaving import work_closing
from services.payments.funding import fund_card
from services.tenants import Scope
from tests.customers.hands import somebody
from tests.sellers.hands import a_desk, the_book_is_right
from tests.services.helpers import a_customer, a_variant, fill_cart


@pytest.mark.parametrize("turn", range(8))
async def test_a_payment_and_a_closing_at_the_same_moment_never_both_win(demo: Scope, turn: int) -> None:
    customer = await a_customer(demo, pin=True)
    buyer = Buyer(demo, "app", customer.id)
    await fill_cart(buyer, await a_variant(demo, pieces=5), 1)
    desk = await a_desk(demo)

    async def close() -> str:
        await asyncio.sleep(turn * 0.004)
        try:
            await close_customer(desk, customer.id, "They asked for it")
        except IllegalTransition:
            return "refused"
        return "closed"

    async def buy() -> str:
        try:
            await pay(buyer, "standard-payment")
        except AccountLocked:
            return "locked"
        return "paid"

    async def top_up() -> str:
        try:
            await fund_card(buyer, 1000, method_code="mobile-money", phone=customer.phone, network="mtn")
        except AccountLocked:
            return "locked"
        return "begun"

    became, *money = await asyncio.gather(close(), buy(), top_up())
    assert (became == "closed") == (set(money) == {"locked"}), (became, money)
    closed = (await Customer.get(id=customer.id)).closed_at is not None
    assert closed == (became == "closed")
    assert await Payment.filter(customer_id=customer.id).count() == len({"paid", "begun"} & set(money))
    await the_book_is_right()


async def test_two_who_close_at_once_close_once_and_two_workers_erase_once(demo: Scope) -> None:
    customer, _ = await somebody(demo)
    desks = [await a_desk(demo) for _ in range(4)]
    closings = await asyncio.gather(*(close_customer(desk, customer.id, "x") for desk in desks))
    assert len({each.id for each in closings}) == 1

    async def work() -> None:
        for row in await AccountClosing.claim():
            try:
                await work_closing(row)
            except DomainError:
                return

    for _ in range(4):
        await asyncio.gather(*(work() for _ in range(4)))
    assert (await AccountClosing.get(customer_id=customer.id)).state in ("Exported", "Erased")
    await the_book_is_right()
