"""A cart becomes one order however often it is asked for, and a status changes by the table."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from core.db import dialect, fetch, fetch_one
from services.checkout import pay
from services.orders.statuses import STATUSES, next_statuses, status_of
from services.orders.views import OrderView
from services.tenants import Scope, scope_by_code
from tests.deposits.hands import the_book_explains_what_is_owed
from tests.services.helpers import PIN, stock_of
from tests.xorder.conftest import Hands, Somebody, somebody, staff_with_role

CREATE = """mutation($c: InputCreateOrderFromCartType!) { createOrderFromCart(command: $c) { id number status createdDate
  shoppingCartId total { amount } items { quantity } inPayments { id } } }"""
CHANGE = "mutation($c: InputChangeOrderStatusType!) { changeOrderStatus(command: $c) }"
STATUS = "query($i: String) { order(id: $i) { status isApproved isCancelled cancelledDate cancelReason } }"


async def status(hands: Hands, order: OrderView) -> str:
    return str((await hands.ask(STATUS, i=str(order.uid)))["order"]["status"])


async def change(desk: Hands, order: OrderView, to: str) -> None:
    assert await desk.ask(CHANGE, c={"orderId": str(order.uid), "status": to}) == {"changeOrderStatus": True}


async def refused(desk: Hands, order: OrderView, to: str) -> dict[str, Any]:
    return await desk.refused(CHANGE, c={"orderId": str(order.uid), "status": to})


async def test_of_a_thousand_calls_for_one_cart_each_is_answered_with_the_one_order(
    customer: Somebody, desk: Hands
) -> None:
    calls = 1_000 if dialect() == "postgres" else 60
    on_hand = (await stock_of(46))[0]
    cart = await customer.a_cart(46, 2)
    asking = [customer.hands, desk] * (calls // 2)
    answers = await asyncio.gather(*(each.ask(CREATE, c={"cartId": str(cart.uid)}) for each in asking))
    made = [answer["createOrderFromCart"] for answer in answers]
    assert len(made) == calls and all(each == made[0] for each in made)
    assert (made[0]["id"], made[0]["status"], made[0]["items"]) == (str(cart.uid), "New", [{"quantity": 2}])
    assert await stock_of(46) == (on_hand - 2, 0)
    orders = await fetch("SELECT id FROM customer_order WHERE placed_at IS NOT NULL")
    charges = await fetch("SELECT amount_minor FROM scheduled_charge")
    assert (len(orders), [row["amount_minor"] for row in charges]) == (
        1,
        [round(made[0]["total"]["amount"] * 100)],
    )
    events = await fetch("SELECT id FROM order_event WHERE kind = 'placed_on_account'")
    assert len(events) == 1
    await the_book_explains_what_is_owed()


async def test_a_cart_that_was_paid_elsewhere_is_answered_with_its_order(customer: Somebody) -> None:
    cart = await customer.a_cart()
    await pay(customer.buyer, "shopping-card", pin=PIN)
    made = (await customer.hands.ask(CREATE, c={"cartId": str(cart.uid)}))["createOrderFromCart"]
    assert (made["id"], len(made["inPayments"])) == (str(cart.uid), 1)


async def test_whose_cart_it_isn_t_places_nothing(
    customer: Somebody, hands: Callable[[str | None], Hands], scope: Scope
) -> None:
    cart = await customer.a_cart()
    kasuwa = await scope_by_code("kasuwa", "test")
    for who, code in (
        ((await somebody(hands, scope)).hands, "NotFound"),
        ((await somebody(hands, kasuwa)).hands, "NotFound"),
        (await staff_with_role(hands, kasuwa, "owner"), "NotFound"),
        (await staff_with_role(hands, scope, "finance"), "Forbidden"),
        (await staff_with_role(hands, scope, "seller", cart.lines[0].seller_id), "Forbidden"),
        (hands(None), "Unauthorized"),
    ):
        assert (await who.refused(CREATE, c={"cartId": str(cart.uid)}))["code"] == code
    for nonsense in (None, "1", str(customer.uid)):
        told = await customer.hands.refused(CREATE, c={"cartId": nonsense})
        assert told["field"] == "cartId"
    row = await fetch_one("SELECT state FROM customer_order WHERE id = $1", cart.id)
    assert row == {"state": "AddingItems"}
    clerk = await staff_with_role(hands, scope, "desk")
    assert (await clerk.ask(CREATE, c={"cartId": str(cart.uid)}))["createOrderFromCart"]["id"] == str(
        cart.uid
    )


async def test_a_cart_that_can_t_be_placed_says_why(customer: Somebody) -> None:
    from core.db import execute

    cart = await customer.a_cart(46, 5)
    await execute("UPDATE stock_level SET on_hand = 1 WHERE variant_id = 46")
    assert (await customer.hands.refused(CREATE, c={"cartId": str(cart.uid)}))["code"] == "InsufficientStock"
    await execute("UPDATE stock_level SET on_hand = 100 WHERE variant_id = 46")
    await execute("DELETE FROM shipping_line WHERE order_id = $1", cart.id)
    assert (await customer.hands.refused(CREATE, c={"cartId": str(cart.uid)}))["code"] == "IllegalTransition"


async def test_a_status_changes_by_the_table_and_says_what_is_allowed(
    customer: Somebody, desk: Hands
) -> None:
    order = await customer.orders_on_account()
    for to in ("Processing", "Completed", "Nonsense", "approved"):
        told = await refused(desk, order, to)
        assert (told["code"], told["allowed"]) == (
            "IllegalTransition",
            ["Approved", "Cancelled", "Payment required"],
        )
        assert "Approved, Cancelled, Payment required" in told["message"]
    for to in ("Payment required", "Payment required", "Approved"):
        await change(desk, order, to)
        assert await status(customer.hands, order) == to
    payment = await customer.plans(order, paymentGatewayCode="shopping-card")
    await customer.authorizes(order, payment, pin="1234")
    for to in ("Processing", "Completed"):
        await change(desk, order, to)
        assert await status(customer.hands, order) == to
    row = await fetch_one("SELECT state FROM customer_order WHERE id = $1", order.id)
    assert row == {"state": "Delivered"}
    assert (await refused(desk, order, "Cancelled"))["allowed"] == []
    log = await fetch("SELECT data FROM audit_entry WHERE noun = 'order' AND act = 'updated'")
    assert len(log) == 4


async def test_what_parcels_bring_is_completed_by_them(customer: Somebody, desk: Hands) -> None:
    from core.db import execute

    order = await customer.orders_on_account()
    await customer.authorizes(
        order, await customer.plans(order, paymentGatewayCode="shopping-card"), pin="1234"
    )
    await change(desk, order, "Processing")
    await execute(
        "INSERT INTO fulfillment (uid, created_at, updated_at, platform_id, environment, order_id, state, method, tracking_code) "
        "SELECT uid, created_at, updated_at, platform_id, environment, id, 'Pending', 'van', '' FROM customer_order WHERE id = $1",
        order.id,
    )
    told = await refused(desk, order, "Completed")
    assert "parcels" in told["message"] and told["allowed"] == ["Cancelled"]


async def test_only_a_desk_that_may_changes_a_status(
    customer: Somebody, hands: Callable[[str | None], Hands], scope: Scope
) -> None:
    order = await customer.orders_on_account()
    kasuwa = await scope_by_code("kasuwa", "test")
    for who, code in (
        (customer.hands, "Forbidden"),
        (await staff_with_role(hands, scope, "support"), "Forbidden"),
        (await staff_with_role(hands, scope, "seller", order.lines[0].seller_id), "NotFound"),
        (await staff_with_role(hands, kasuwa, "owner"), "NotFound"),
        (hands(None), "Unauthorized"),
    ):
        assert (await refused(who, order, "Approved"))["code"] == code
    assert await status(customer.hands, order) == "New"


async def test_a_cancelled_order_is_forgiven_and_its_pieces_are_on_the_shelf(
    customer: Somebody, desk: Hands
) -> None:
    on_hand = (await stock_of(46))[0]
    order = await customer.orders_on_account()
    planned = await customer.plans(order, amount=5)
    await change(desk, order, "Cancelled")
    assert (await customer.payment(order, planned["id"]))["status"] == "Cancelled"
    assert (await customer.initializes(order, planned))["isSuccess"] is False
    shown = (await customer.hands.ask(STATUS, i=str(order.uid)))["order"]
    assert (shown["status"], shown["isCancelled"]) == ("Cancelled", True) and shown["cancelledDate"]
    assert await stock_of(46) == (on_hand, 0)
    await change(desk, order, "Cancelled")
    await the_book_explains_what_is_owed()


def test_every_status_of_every_state_is_one_of_the_list_and_leads_to_others() -> None:
    from services.orders.states import ORDER_STATES

    for state in ORDER_STATES.transitions:
        for said in STATUSES:
            assert status_of(state, said) in STATUSES
            following = next_statuses(state, said)
            assert set(following) <= set(STATUSES) - {status_of(state, said)}
    assert status_of("PaymentSettled", "Payment required") == "Approved"


@pytest.mark.parametrize(
    ("field", "first", "last"),
    [("orderStatuses", "New", "Cancelled"), ("orderLineItemStatuses", "New", "Cancelled"), ("paymentStatuses", "New", "Cancelled"), ("shipmentStatuses", "New", "Cancelled")],
)  # fmt: skip
async def test_the_lists_of_statuses(customer: Somebody, field: str, first: str, last: str) -> None:
    items = (await customer.hands.ask(f"{{ {field} {{ items {{ key value }} }} }}"))[field]["items"]
    assert (items[0]["key"], items[-1]["key"]) == (first, last)
    assert (await customer.hands.refused(f'{{ {field}(cultureName: "??") {{ items {{ key }} }} }}'))[
        "code"
    ] == "InvalidInput"
