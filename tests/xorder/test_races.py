"""Desks and payers at once: the money of a payment comes once, or not at all."""

import asyncio
from typing import Any

import pytest

from core.db import fetch
from tests.deposits.hands import the_book_explains_what_is_owed
from tests.xorder.conftest import AUTHORIZE, Hands, Somebody
from tests.xorder.test_changes import CHANGE
from tests.xorder.test_payments import CANCEL, CONFIRM, declared


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
