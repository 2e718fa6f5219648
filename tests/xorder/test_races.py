"""Desks and payers at once: the money of a payment comes once, or not at all."""

import asyncio
from typing import Any

import pytest

from core.db import fetch
from services.orders.views import OrderView
from tests.conftest import World
from tests.deposits.hands import the_book_explains_what_is_owed
from tests.xorder.conftest import AUTHORIZE, INITIALIZE, PLAN, Hands, Somebody
from tests.xorder.test_changes import CHANGE
from tests.xorder.test_payments import CANCEL, CONFIRM, at_page, declared


async def settled() -> list[dict[str, Any]]:
    return await fetch("SELECT amount_minor FROM payment WHERE state = 'Settled'")


def with_card(payment: dict[str, Any]) -> dict[str, Any]:
    return {"paymentId": payment["id"], "parameters": [{"key": "pin", "value": "1234"}]}


@pytest.mark.parametrize("amount", [None, 20])
async def test_desks_confirm_while_the_customer_pays(
    customer: Somebody, desk: Hands, amount: float | None
) -> None:
    order = await customer.orders_on_account()
    plan = await customer.plans(
        order, paymentGatewayCode="shopping-card", **({"amount": amount} if amount else {})
    )
    said = declared(customer, order, plan)
    answers = await asyncio.gather(
        *(desk.send(CONFIRM, c=said) for _ in range(4)),
        *(customer.hands.send(AUTHORIZE, c=with_card(plan)) for _ in range(4)),
    )
    assert "INTERNAL" not in str(answers)
    assert len(await settled()) == 1
    assert (await customer.payment(order, plan["id"]))["status"] == "Paid"
    await the_book_explains_what_is_owed()


async def test_a_payment_is_called_off_or_paid(customer: Somebody, desk: Hands) -> None:
    order = await customer.orders_on_account()
    plan = await customer.plans(order, amount=20, paymentGatewayCode="shopping-card")
    said = declared(customer, order, plan)
    answers = await asyncio.gather(
        *(desk.send(CANCEL, c=said) for _ in range(3)),
        *(customer.hands.send(AUTHORIZE, c=with_card(plan)) for _ in range(3)),
        *(desk.send(CONFIRM, c=said) for _ in range(3)),
    )
    assert "INTERNAL" not in str(answers)
    status = (await customer.payment(order, plan["id"]))["status"]
    assert (status, len(await settled())) in (("Paid", 1), ("Cancelled", 0))
    await the_book_explains_what_is_owed()


async def test_an_order_that_is_called_off_meanwhile_keeps_no_money(customer: Somebody, desk: Hands) -> None:
    order = await customer.orders_on_account()
    plan = await customer.plans(order, amount=20, paymentGatewayCode="shopping-card")
    answers = await asyncio.gather(
        *(customer.hands.send(AUTHORIZE, c=with_card(plan)) for _ in range(2)),
        *(desk.send(CHANGE, c={"orderId": str(order.uid), "status": "Cancelled"}) for _ in range(3)),
        *(desk.send(CONFIRM, c=declared(customer, order, plan)) for _ in range(2)),
    )
    assert "INTERNAL" not in str(answers)
    back = await fetch("SELECT amount_minor FROM refund")
    assert back == await settled()
    await the_book_explains_what_is_owed()


async def test_a_payment_is_changed_or_confirmed_as_it_was(customer: Somebody, desk: Hands) -> None:
    order = await customer.orders_on_account()
    plan = await customer.plans(order, amount=20, paymentGatewayCode="by-hand")
    said = declared(customer, order, plan)
    answers = await asyncio.gather(
        *(_changes(customer, order, id=plan["id"], amount=21 + n) for n in range(3)),
        *(desk.send(CONFIRM, c=said) for _ in range(3)),
        *(_changes(customer, order, id=plan["id"], amount=31 + n) for n in range(3)),
    )
    assert "INTERNAL" not in str(answers)
    shown = await customer.payment(order, plan["id"])
    came = [row["amount_minor"] for row in await settled()]
    if shown["status"] == "Paid":
        assert (shown["sum"]["amount"], came) == (20, [2_000])
    else:
        assert (shown["sum"]["amount"] > 20, came) == (True, [])
    await the_book_explains_what_is_owed()


async def test_plans_that_are_made_at_once_hold_no_more_than_is_owed(customer: Somebody, desk: Hands) -> None:
    order = await customer.orders_on_account()
    third = order.total_minor // 300
    answers = await asyncio.gather(*(_changes(customer, order, amount=third) for _ in range(6)))
    answers += await asyncio.gather(*(_changes(customer, order, id="the rest") for _ in range(6)))
    assert "INTERNAL" not in str(answers)
    plans = await customer.payments(order)
    assert sum(round(each["sum"]["amount"] * 100) for each in plans) == order.total_minor
    # All are confirmed, each of them twice, while its customer would pay them too.
    await asyncio.gather(
        *(desk.send(CONFIRM, c=declared(customer, order, each)) for each in plans * 2),
        *(customer.hands.send(AUTHORIZE, c=with_card(each)) for each in plans),
    )
    assert sum(row["amount_minor"] for row in await settled()) == order.total_minor
    assert {each["status"] for each in await customer.payments(order)} == {"Paid"}
    await the_book_explains_what_is_owed()


async def test_what_comes_on_a_page_while_desks_confirm_is_in_the_book(
    world: World, customer: Somebody, desk: Hands
) -> None:
    order = await customer.orders_on_account()
    plan = await customer.plans(order)
    page = (await customer.initializes(order, plan))["actionRedirectUrl"]
    said, named = declared(customer, order, plan), {"paymentId": plan["id"]}
    answers = await asyncio.gather(
        *(desk.send(CONFIRM, c=said) for _ in range(3)),
        at_page(page, "pay"),
        *(customer.hands.send(AUTHORIZE, c=named) for _ in range(2)),
        *(customer.hands.send(INITIALIZE, c=named) for _ in range(2)),
    )
    assert "INTERNAL" not in str(answers)

    async def page_is_known() -> bool:
        tries = (await customer.payment(order, plan["id"]))["transactions"]
        return tries[0]["status"] == "Settled"

    assert await world.until(page_is_known)
    # Where a desk has confirmed it as well, one of the two is the customer's again.
    came = await settled()
    back = await fetch("SELECT amount_minor FROM refund")
    assert (len(came), len(back)) in ((1, 0), (2, 1))
    assert {row["amount_minor"] for row in came + back} == {order.total_minor}
    assert (await customer.payment(order, plan["id"]))["status"] == "Paid"
    await the_book_explains_what_is_owed()


async def _changes(customer: Somebody, order: OrderView, **payment: Any) -> dict[str, Any]:
    return await customer.hands.send(PLAN, c={"orderId": str(order.uid), "payment": payment})
