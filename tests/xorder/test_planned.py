"""What a planned payment says of itself stays true, whenever its money comes and whoever changes it meanwhile."""

from collections.abc import Callable
from uuid import UUID

import pytest

from core.db import fetch
from core.errors import OrderNotModifiable
from models import Customer
from services.customers.closing import close_customer
from services.deposits.paying import Which, pay_balance
from services.orders.access import Caller
from services.planned_payments.starting import authorize, find_planned
from services.staff import login
from services.tenants import Scope
from tests.conftest import World
from tests.deposits.hands import sum_of, the_book_explains_what_is_owed
from tests.xorder.conftest import PLAN, Hands, Somebody, somebody
from tests.xorder.test_changes import CHANGE
from tests.xorder.test_payments import CANCEL, at_page, declared


async def test_a_page_that_was_given_up_and_is_paid_pays_what_it_asked_for(
    world: World, customer: Somebody
) -> None:
    order = await customer.orders_on_account()
    plan = await customer.plans(order, amount=10)
    page = (await customer.initializes(order, plan))["actionRedirectUrl"]
    await customer.initializes(order, await customer.plans(order, amount=5))
    changes = {"id": plan["id"], "amount": 20, "paymentGatewayCode": "by-hand"}
    await customer.hands.ask(PLAN, c={"orderId": str(order.uid), "payment": changes})
    await at_page(page, "pay")

    async def paid() -> bool:
        return bool((await customer.payment(order, plan["id"]))["status"] == "Paid")

    assert await world.until(paid)
    shown = await customer.payment(order, plan["id"])
    assert (shown["sum"]["amount"], shown["gatewayCode"]) == (10, plan["gatewayCode"])
    await the_book_explains_what_is_owed()


async def test_a_payment_that_was_changed_while_it_was_begun_takes_nothing(customer: Somebody) -> None:
    order = await customer.orders_on_account()
    plan = await customer.plans(order, amount=10, paymentGatewayCode="shopping-card")
    caller = Caller(customer.scope, customer=await Customer.get(id=customer.customer.id))
    seen = await find_planned(caller, order.uid, UUID(plan["id"]))
    await customer.hands.ask(PLAN, c={"orderId": str(order.uid), "payment": {"id": plan["id"], "amount": 20}})
    with pytest.raises(OrderNotModifiable, match="changed meanwhile"):
        await authorize(caller, seen, {"pin": "1234"})
    assert (await customer.payment(order, plan["id"]))["transactions"] == []


async def test_a_payment_that_is_over_is_not_called_off_again_and_again(
    world: World, customer: Somebody, desk: Hands
) -> None:
    order = await customer.orders_on_account()
    which = Which(order_id=order.id)
    made = await pay_balance(customer.buyer, which, "connected-payment-method", amount_minor=1000)
    await at_page(made.payment_url or "", "decline")

    async def declined() -> bool:
        return bool((await customer.payments(order))[0]["status"] == "Declined")

    assert await world.until(declined)
    shown = (await customer.payments(order))[0]
    await desk.ask(CANCEL, c=declared(customer, order, shown))
    told = await fetch("SELECT id FROM order_event WHERE kind = 'payment_called_off'")
    assert (told, await customer.payments(order)) == ([], [shown])


async def test_what_came_from_a_closed_account_goes_back_by_hand(
    customer: Somebody, desk: Hands, hands: Callable[[str | None], Hands], scope: Scope
) -> None:
    order = await customer.orders_on_account()
    friend = await somebody(hands, scope, balance_minor=1_000, pin=True)
    await pay_balance(friend.buyer, Which(code=order.code), "shopping-card", amount_minor=1_000, pin="1234")
    await close_customer(
        await login(scope, "admin@makola.test", "makola-demo", None), friend.customer.id, "They asked for it"
    )
    await desk.ask(CHANGE, c={"orderId": str(order.uid), "status": "Cancelled"})
    waits = await fetch("SELECT r.state, r.amount_minor FROM refund r")
    assert waits == [{"state": "Stored", "amount_minor": 1_000}]
    assert await sum_of(scope, "suspense") == 1_000
    assert await sum_of(scope, f"card:{friend.customer.id}") == 0
    await the_book_explains_what_is_owed()
