"""What a hostile or careless caller does with payments and carts that aren't theirs to have, once and at the same moment."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from core.db import fetch, fetch_one
from services.cards import card_of
from services.customers.closing import close_customer
from services.customers.locking import lock_customer
from services.deposits.paying import Which, pay_balance
from services.ledger import post, shared_account
from services.orders.views import OrderView
from services.payments.giving_back import give_back
from services.payments.settling import settle
from services.seller_orders.dividing import Refunded
from services.staff import login
from services.tenants import Scope
from tests.conftest import World
from tests.deposits.hands import the_book_explains_what_is_owed
from tests.xorder.conftest import PLAN, Hands, Somebody
from tests.xorder.test_changes import CREATE
from tests.xorder.test_payments import CANCEL, CONFIRM, at_page, declared, plan_refused

DESCRIBE = """mutation($c: InputUpdateOrderPaymentDynamicPropertiesType!) {
  updateOrderPaymentDynamicProperties(command: $c) { id } }"""


def said_of(order: OrderView, payment_id: str) -> dict[str, Any]:
    return {
        "orderId": str(order.uid),
        "paymentId": payment_id,
        "dynamicProperties": [],
    }


@pytest.mark.parametrize(
    "payment",
    [{"id": "till-7"}, {"id": "x" * 200}, {"id": "till-7", "outerId": "ERP-7"}],
    ids=["name", "long name", "name and outer id"],
)
async def test_the_same_call_again_plans_no_other_payment(
    customer: Somebody, payment: dict[str, str]
) -> None:
    order = await customer.orders_on_account()
    for amount in (1, 1, 2):
        command = {"orderId": str(order.uid), "payment": payment | {"amount": amount}}
        await customer.hands.ask(PLAN, c=command)
    (shown,) = await customer.payments(order)
    assert shown["sum"]["amount"] == 2
    # Whatever its name in another system becomes, and however its id is written.
    for name in (payment["id"], shown["id"].replace("-", ""), shown["id"].upper()):
        changes = {"id": name, "outerId": "ERP-8", "amount": 3}
        await customer.hands.ask(PLAN, c={"orderId": str(order.uid), "payment": changes})
    assert [(each["id"], each["sum"]["amount"]) for each in await customer.payments(order)] == [
        (shown["id"], 3)
    ]


async def test_a_name_is_of_one_order_alone(customer: Somebody) -> None:
    one, two = await customer.orders_on_account(), await customer.orders_on_account()
    for order, amount in ((one, 1), (two, 2), (one, 3)):
        changes = {"id": "first", "amount": amount}
        await customer.hands.ask(PLAN, c={"orderId": str(order.uid), "payment": changes})
    assert [[each["sum"]["amount"] for each in await customer.payments(order)] for order in (one, two)] == [
        [3],
        [2],
    ]


@pytest.mark.parametrize("act", [lock_customer, close_customer])
async def test_a_desk_places_no_cart_of_an_account_that_is_locked_or_closed(
    customer: Somebody, desk: Hands, scope: Scope, act: Callable[..., Any]
) -> None:
    cart = await customer.a_cart()
    staff = await login(scope, "admin@makola.test", "makola-demo", None)
    if act is close_customer:
        # Nothing may be left on the card of an account that is closed.
        await empty_card(scope, customer)
    await act(staff, customer.customer.id, "Somebody else has their phone")
    assert (await desk.refused(CREATE, c={"cartId": str(cart.uid)}))["code"] == "AccountLocked"
    row = await fetch_one("SELECT state FROM customer_order WHERE id = $1", cart.id)
    assert row == {"state": "AddingItems"}


async def empty_card(scope: Scope, customer: Somebody) -> None:
    card = await card_of(scope, customer.customer.id)
    suspense = await shared_account(scope, "suspense", "suspense")
    sides = [(card.account, -card.balance_minor), (suspense, card.balance_minor)]
    await post(scope, key="emptied", kind="card_funding", narrative="Emptied", sides=sides)


async def test_an_account_is_closed_or_its_cart_is_placed(
    customer: Somebody, desk: Hands, scope: Scope
) -> None:
    cart = await customer.a_cart()
    await empty_card(scope, customer)
    staff = await login(scope, "admin@makola.test", "makola-demo", None)
    answers = await asyncio.gather(
        close_customer(staff, customer.customer.id, "They asked for it"),
        *(hands.send(CREATE, c={"cartId": str(cart.uid)}) for hands in [desk, customer.hands] * 4),
        return_exceptions=True,
    )
    assert "INTERNAL" not in str(answers)
    closed = await fetch("SELECT id FROM customer WHERE closed_at IS NOT NULL")
    placed = await fetch("SELECT id FROM customer_order WHERE placed_at IS NOT NULL")
    assert len(closed) + len(placed) == 1


async def test_what_is_kept_with_a_payment_from_elsewhere_holds_nothing_of_what_is_owed(
    world: World, customer: Somebody
) -> None:
    order = await customer.orders_on_account()

    async def declined() -> bool:
        return {each["status"] for each in await customer.payments(order)} == {"Declined"}

    for _ in range(2):
        made = await pay_balance(customer.buyer, Which(order_id=order.id), "connected-payment-method")
        await at_page(made.payment_url or "", "decline")
        assert await world.until(declined)
    for each in await customer.payments(order):
        await customer.hands.ask(DESCRIBE, c=said_of(order, each["id"]))
        assert "without a plan" in (await customer.initializes(order, each))["errorMessage"]
        assert "without a plan" in (await plan_refused(customer, order, id=each["id"], amount=1))["message"]
    assert await declined()
    plan = await customer.plans(order)
    assert round(plan["sum"]["amount"] * 100) == order.total_minor


async def test_a_payment_is_described_while_its_money_comes(
    world: World, customer: Somebody, desk: Hands
) -> None:
    order = await customer.orders_on_account()
    for _ in range(5):
        which = Which(order_id=order.id)
        made = await pay_balance(customer.buyer, which, "connected-payment-method", amount_minor=1_000)
        uid = str(made.uid)
        await at_page(made.payment_url or "", "pay")
        answers = await asyncio.gather(
            *(customer.hands.send(DESCRIBE, c=said_of(order, uid)) for _ in range(5)),
            settle(made.id),
            *(desk.send(DESCRIBE, c=said_of(order, uid)) for _ in range(5)),
            return_exceptions=True,
        )
        assert [each for each in answers if each and "errors" in str(each)] == []
        assert (await customer.payment(order, uid))["status"] == "Paid"
    assert await fetch("SELECT SUM(amount_minor) AS n FROM payment WHERE state = 'Settled'") == [{"n": 5_000}]
    await the_book_explains_what_is_owed()


async def test_a_key_of_a_payment_that_was_declined_says_so_again(world: World, customer: Somebody) -> None:
    order = await customer.orders_on_account()
    plan = await customer.plans(order, amount=10, paymentGatewayCode="mobile-money")
    wallet = {"phone": "+233551230001", "network": "mtn"}
    customer.hands.headers["Idempotency-Key"] = "once"
    assert (await customer.authorizes(order, plan, **wallet))["isSuccess"] is True

    async def declined() -> bool:
        return bool((await customer.payment(order, plan["id"]))["status"] == "Declined")

    assert await world.until(declined)
    told = await customer.authorizes(order, plan, **wallet)
    assert told["isSuccess"] is False and told["errorMessage"]
    assert len((await customer.payment(order, plan["id"]))["transactions"]) == 1


@pytest.mark.parametrize("amount", ["1_0", "٣", " 5", "5."])
async def test_an_amount_in_text_is_written_as_a_number(customer: Somebody, amount: str) -> None:
    order = await customer.orders_on_account()
    told = await plan_refused(customer, order, amount=amount)
    assert told["code"] not in ("INTERNAL", "Internal")
    assert await customer.payments(order) == []


async def test_what_went_back_is_neither_confirmed_nor_made_again(
    customer: Somebody, desk: Hands, scope: Scope
) -> None:
    order = await customer.orders_on_account()
    cash = await customer.plans(order, amount=5, paymentGatewayCode="by-hand")
    card = await customer.plans(order, paymentGatewayCode="shopping-card")
    await desk.ask(CONFIRM, c=declared(customer, order, cash))
    await customer.authorizes(order, card, pin="1234")
    staff = await login(scope, "admin@makola.test", "makola-demo", None)
    for made in await fetch("SELECT id, amount_minor FROM payment ORDER BY id"):
        await give_back(staff, made["id"], Refunded({}, alike_minor=made["amount_minor"]), "all of it")
    for payment in (cash, card):
        said = declared(customer, order, payment)
        told = await desk.refused(CONFIRM, c=said)
        assert (told["code"], told["field"]) == ("OrderNotModifiable", "payment.number")
        assert (await desk.refused(CANCEL, c=said))["code"] == "IllegalTransition"
        again = await customer.authorizes(order, payment, pin="1234")
        assert (again["isSuccess"], again["errorMessage"]) == (
            False,
            "This payment was made, and its money went back.",
        )
    assert [each["status"] for each in await customer.payments(order)] == ["Refunded", "Refunded"]
    assert len(await fetch("SELECT id FROM payment")) == 2
    await the_book_explains_what_is_owed()


async def test_a_payment_that_was_confirmed_stays_paid_when_its_page_is_paid_too(
    world: World, customer: Somebody, desk: Hands
) -> None:
    order = await customer.orders_on_account()
    plan = await customer.plans(order)
    page = (await customer.initializes(order, plan))["actionRedirectUrl"]
    await desk.ask(CONFIRM, c=declared(customer, order, plan))
    await at_page(page, "pay")

    async def back_on_the_card() -> bool:
        returned = await fetch("SELECT amount_minor FROM refund WHERE state = 'OnCard'")
        return returned == [{"amount_minor": order.total_minor}]

    assert await world.until(back_on_the_card)
    assert (await customer.payment(order, plan["id"]))["status"] == "Paid"
    assert (await customer.authorizes(order, plan))["isSuccess"] is True
    await desk.ask(CONFIRM, c=declared(customer, order, plan))
    await the_book_explains_what_is_owed()
