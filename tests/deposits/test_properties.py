"""Whatever is done with a balance, in whatever order: what is due, collected, set aside and returned adds up."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from core.db import fetch, fetch_one
from core.errors import DomainError
from services.buyers import Buyer
from services.cards import card_of
from services.deposits.authorizing import expire_authorizations
from services.deposits.cancelling import cancel_order
from services.deposits.merchant import (
    authorize_payment,
    collect_payment,
    remove_payment_method,
    update_due_date,
    void_authorization,
)
from services.deposits.paying import Which, pay_balance
from services.deposits.schedule import work_charges
from services.orders import OrderView
from services.tenants import Scope
from tests.deposits.hands import an_option, buy, in_days, the_book_explains_what_is_owed
from tests.services.helpers import PIN, a_buyer, a_variant

Act = Callable[[Scope, OrderView, Buyer, Buyer, int], Awaitable[object]]


async def _wait(scope: Scope, order: OrderView, owner: Buyer, friend: Buyer, amount: int) -> None:
    clock.travel(timedelta(days=amount % 40, hours=1))
    await work_charges()
    await expire_authorizations()


async def _pay(scope: Scope, order: OrderView, owner: Buyer, friend: Buyer, amount: int) -> None:
    await pay_balance(
        owner, Which(order_id=order.id), "shopping-card", amount_minor=amount, pin=PIN, keep=amount % 2 == 0
    )


async def _friend_pays(scope: Scope, order: OrderView, owner: Buyer, friend: Buyer, amount: int) -> None:
    await pay_balance(friend, Which(code=order.code), "shopping-card", amount_minor=amount, pin=PIN)


ACTS: dict[str, Act] = {
    "authorize": lambda scope, order, *_: authorize_payment(scope, order.id, amount_minor=_[2]),
    "authorize all": lambda scope, order, *_: authorize_payment(scope, order.id),
    "collect": lambda scope, order, *_: collect_payment(scope, order.id, amount_minor=_[2]),
    "collect all": lambda scope, order, *_: collect_payment(scope, order.id),
    "void": lambda scope, order, *_: void_authorization(scope, order.id),
    "move": lambda scope, order, *_: update_due_date(scope, order.id, in_days(1 + _[2] % 90)),
    "remove method": lambda scope, order, *_: remove_payment_method(scope, order.id),
    "call off": lambda scope, order, *_: cancel_order(scope, order.uid),
    "wait": _wait,
    "pay": _pay,
    "a friend pays": _friend_pays,
}
# Calling off ends a story: it comes seldom.
steps = st.lists(
    st.tuples(
        st.sampled_from([*ACTS, *(name for name in ACTS if name != "call off")]), st.integers(0, 40_000)
    ),
    max_size=12,
)


async def money_of(buyer: Buyer) -> int:
    return (await card_of(buyer.scope, buyer.customer_id or 0)).balance_minor


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(12_750, 60_000), story=steps)
async def test_money_adds_up_after_every_step(demo: Scope, start: int, story: list[tuple[str, int]]) -> None:
    clock.reset()
    variant = await a_variant(demo, pieces=10)
    option = await an_option(demo, variant)
    owner = await a_buyer(demo, balance_minor=start, pin=True)
    friend = await a_buyer(demo, balance_minor=15_000, pin=True)
    order = await buy(owner, variant, option)
    for name, amount in story:
        with suppress(DomainError):
            await ACTS[name](demo, order, owner, friend, amount)
        await the_book_explains_what_is_owed()
        await _adds_up(order, start + 15_000, await money_of(owner) + await money_of(friend))


async def _adds_up(order: OrderView, had: int, has: int) -> None:
    charges = await fetch(
        "SELECT amount_minor, collected_minor, state FROM scheduled_charge WHERE order_id = $1", order.id
    )
    assert sum(charge["amount_minor"] for charge in charges) == order.deferred_minor
    paid = await _sum("payment", "amount_minor", f"order_id = {order.id} AND state = 'Settled'")
    back = await _sum(
        "refund", "amount_minor", f"payment_id IN (SELECT id FROM payment WHERE order_id = {order.id})"
    )
    aside = await _sum(
        "payment_authorization",
        "amount_minor - collected_minor",
        f"order_id = {order.id} AND state = 'Active'",
    )
    # What was paid filled the deposit and the charges; what left the cards was paid, is set aside, or came back.
    assert paid == order.due_now_minor + sum(charge["collected_minor"] for charge in charges)
    assert had - has == paid + aside - back
    if all(charge["state"] == "Paid" for charge in charges):
        assert paid == order.total_minor


async def _sum(table: str, amount: str, where: str) -> int:
    row = await fetch_one(
        f"SELECT CAST(COALESCE(SUM({amount}), 0) AS BIGINT) AS n FROM {table} WHERE {where}"
    )
    assert row
    return int(row["n"])
