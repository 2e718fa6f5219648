"""Payments are planned within what is owed, made as at every other door, and confirmed or called off by a desk alone."""

from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import ClientSession

from core.db import fetch, fetch_one
from services.orders.views import OrderView
from services.tenants import Scope, scope_by_code
from tests.conftest import World
from tests.deposits.hands import sum_of, the_book_explains_what_is_owed
from tests.xorder.conftest import PLAN, Hands, Somebody, somebody, staff_with_role

CONFIRM, CANCEL = (
    f"mutation($c: Input{name}OrderPaymentType!) {{ {name.lower()}OrderPayment(command: $c) }}"
    for name in ("Confirm", "Cancel")
)


def declared(customer: Somebody, order: OrderView, payment: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A payment as a desk declares it."""
    return {
        "payment": {
            "orderId": str(order.uid),
            "operationType": "PaymentIn",
            "number": payment["number"],
            "isApproved": False,
            "isCancelled": False,
            "customerId": customer.uid,
            "sum": payment["sum"]["amount"],
            "currency": "GHS",
            "taxTotal": 0,
        }
        | more
    }


async def state_of(order: OrderView) -> str:
    row = await fetch_one("SELECT state FROM customer_order WHERE id = $1", order.id)
    assert row
    return str(row["state"])


async def plan_refused(customer: Somebody, order: OrderView, **payment: Any) -> dict[str, Any]:
    return await customer.hands.refused(PLAN, c={"orderId": str(order.uid), "payment": payment})


async def test_a_plan_is_changed_in_parts_and_no_two_hold_the_same_money(customer: Somebody) -> None:
    order = await customer.orders_on_account()
    total = order.total_minor / 100
    first = await customer.plans(
        order, amount=20, comment="half", billingAddress={"line1": "1 Ring Road", "city": "Accra"}
    )
    assert (first["status"], first["sum"]["amount"], first["gatewayCode"]) == (
        "New",
        20,
        "connected-payment-method",
    )
    rest = await customer.plans(order, paymentGatewayCode="mobile-money")
    assert rest["sum"]["amount"] == pytest.approx(total - 20)
    assert (await plan_refused(customer, order, amount=1))["field"] == "payment.amount"
    for changes, shown in (
        ({"comment": "a part"}, {"comment": "a part", "sum": {"amount": 20}}),
        (
            {"billingAddress": {"line1": "2 Ring Road"}},
            {"billingAddress": {"line1": "2 Ring Road", "city": "Accra"}},
        ),
        ({"billingAddress": {"city": None}}, {"billingAddress": {"line1": "2 Ring Road", "city": None}}),
        ({"amount": 15.5}, {"sum": {"amount": 15.5}, "comment": "a part"}),
        ({"paymentGatewayCode": "by-hand"}, {"gatewayCode": "by-hand"}),
        ({"comment": None, "outerId": "ERP-7"}, {"comment": None, "outerId": "ERP-7"}),
    ):
        command = {"orderId": str(order.uid), "payment": {"id": first["id"], **changes}}
        await customer.hands.ask(PLAN, c=command)
        now = await customer.payment(order, first["id"])
        assert {name: now[name] for name in shown} == shown
    assert len(await customer.payments(order)) == 2


async def test_what_can_t_be_planned_is_told(
    customer: Somebody, hands: Callable[[str | None], Hands], scope: Scope
) -> None:
    order = await customer.orders_on_account()
    for given, field in (
        ({"amount": 0}, "payment.amount"),
        ({"amount": -1}, "payment.amount"),
        ({"amount": 1.005}, "payment.amount"),
        ({"amount": 10_000_000}, "payment.amount"),
        ({"currency": "NGN"}, "payment.currency"),
        ({"price": 1}, "payment.price"),
        ({"vendorId": customer.uid}, "payment.vendorId"),
        ({"vendorId": "nobody"}, "payment.vendorId"),
        ({"comment": "x" * 1001}, "payment.comment"),
        ({"billingAddress": {"line1": "x" * 256}}, "payment.billingAddress.street"),
        ({"billingAddress": {"addressType": 9}}, "payment.billingAddress"),
        ({"dynamicProperties": [{"name": "Nothing", "value": "1"}]}, "Nothing"),
        ({"paymentGatewayCode": "gold"}, "method"),
    ):
        assert (await plan_refused(customer, order, **given))["field"] == field, given
    assert await customer.payments(order) == []
    other = await somebody(hands, scope)
    command = {"orderId": str(order.uid), "payment": {"amount": 1}}
    for stranger in (
        other.hands,
        await staff_with_role(hands, await scope_by_code("kasuwa", "test"), "owner"),
    ):
        assert (await stranger.refused(PLAN, c=command))["code"] == "NotFound"
    assert (await (await staff_with_role(hands, scope, "catalogue")).refused(PLAN, c=command))[
        "code"
    ] == "Forbidden"
    assert (await (await staff_with_role(hands, scope, "support")).refused(PLAN, c=command))[
        "code"
    ] == "Forbidden"
    assert (await hands(None).refused(PLAN, c=command))["code"] == "Unauthorized"


async def test_an_order_is_paid_in_two_parts_by_card_and_by_hand(
    customer: Somebody, desk: Hands, scope: Scope
) -> None:
    order = await customer.orders_on_account()
    before = await sum_of(scope, "gateway:by_hand")
    card = await customer.plans(order, amount=30, paymentGatewayCode="shopping-card")
    form = await customer.initializes(order, card)
    assert (form["paymentActionType"], form["publicParameters"]) == (
        "PreparedForm",
        [{"key": "pin", "value": ""}],
    )
    wrong = await customer.authorizes(order, card, pin="0000")
    assert (wrong["isSuccess"], wrong["errorMessage"]) == (False, "That PIN is not right.")
    for _ in range(2):
        assert (await customer.authorizes(order, card, pin="1234"))["isSuccess"] is True
    assert (await customer.payment(order, card["id"]))["status"] == "Paid"
    rest = await customer.plans(order, paymentGatewayCode="by-hand")
    assert (await customer.initializes(order, rest))["paymentActionType"] == "None"
    assert "desk" in (await customer.authorizes(order, rest))["errorMessage"]
    await the_book_explains_what_is_owed()
    for _ in range(3):
        assert (await desk.ask(CONFIRM, c=declared(customer, order, rest)))["confirmOrderPayment"] is True
    assert await state_of(order) == "PaymentSettled"
    assert await sum_of(scope, "gateway:by_hand") - before == -round(rest["sum"]["amount"] * 100)
    assert [each["status"] for each in await customer.payments(order)] == ["Paid", "Paid"]
    await the_book_explains_what_is_owed()
    told = await desk.refused(CANCEL, c=declared(customer, order, rest))
    assert told["code"] == "IllegalTransition"
    assert (await plan_refused(customer, order, id=rest["id"], amount=1))["code"] == "OrderNotModifiable"
    assert (await customer.initializes(order, rest))["errorMessage"] == "This payment was made already."


async def test_what_a_desk_declares_must_be_so(
    customer: Somebody, desk: Hands, hands: Callable[[str | None], Hands], scope: Scope
) -> None:
    order = await customer.orders_on_account()
    payment = await customer.plans(order, amount=30)
    for wrong, field in (
        ({"sum": 29}, "payment.sum"),
        ({"sum": 30.001}, "payment.sum"),
        ({"sum": -30}, "payment.sum"),
        ({"currency": "USD"}, "payment.currency"),
        ({"currency": "cedis"}, "payment.currency"),
        ({"taxTotal": 31}, "payment.taxTotal"),
        ({"taxTotal": -1}, "payment.taxTotal"),
        ({"customerId": str(order.uid)}, "payment.customerId"),
        ({"number": "PA1"}, "payment.number"),
        ({"id": payment["id"], "number": "PA1"}, "payment.number"),
        ({"orderId": "nothing"}, "payment.orderId"),
        ({"orderId": customer.uid}, "id"),
    ):
        for act in (CONFIRM, CANCEL):
            assert (await desk.refused(act, c=declared(customer, order, payment, **wrong)))[
                "field"
            ] == field, wrong
    assert (await customer.payment(order, payment["id"]))["status"] == "New"
    whole = declared(customer, order, payment)
    kasuwa = await staff_with_role(hands, await scope_by_code("kasuwa", "test"), "owner")
    seller = await staff_with_role(hands, scope, "seller", order.lines[0].seller_id)
    for who, code in (
        (customer.hands, "Forbidden"),
        (await staff_with_role(hands, scope, "support"), "Forbidden"),
        (seller, "Forbidden"),
        (kasuwa, "NotFound"),
        (hands(None), "Unauthorized"),
    ):
        for act in (CONFIRM, CANCEL):
            assert (await who.refused(act, c=whole))["code"] == code
    finance = await staff_with_role(hands, scope, "finance")
    assert (await finance.ask(CONFIRM, c=whole))["confirmOrderPayment"] is True
    acts = await fetch(
        "SELECT act, data FROM audit_entry WHERE noun = 'planned_payment' AND act = 'confirmed'"
    )
    assert len(acts) == 1


async def test_a_payment_is_called_off_and_its_money_planned_anew(customer: Somebody, desk: Hands) -> None:
    order = await customer.orders_on_account()
    payment = await customer.plans(order)
    page = (await customer.initializes(order, payment))["actionRedirectUrl"]
    assert page == (await customer.initializes(order, payment))["actionRedirectUrl"]
    assert (await customer.payment(order, payment["id"]))["status"] == "Pending"
    assert (await plan_refused(customer, order, id=payment["id"], amount=5))["code"] == "PaymentPending"
    whole = declared(customer, order, payment, cancelReason="pays in cash")
    for _ in range(2):
        assert (await desk.ask(CANCEL, c=whole))["cancelOrderPayment"] is True
    shown = await customer.payment(order, payment["id"])
    assert (shown["status"], shown["cancelReason"], shown["isCancelled"]) == (
        "Cancelled",
        "pays in cash",
        True,
    )
    assert (await customer.initializes(order, payment))["errorMessage"] == "This payment was called off."
    assert (await desk.refused(CONFIRM, c=whole))["code"] == "OrderNotModifiable"
    again = await customer.plans(order, paymentGatewayCode="by-hand")
    await desk.ask(CONFIRM, c=declared(customer, order, again))
    assert await state_of(order) == "PaymentSettled"
    await the_book_explains_what_is_owed()


async def test_a_page_is_paid_and_a_decline_can_be_tried_again(world: World, customer: Somebody) -> None:
    order = await customer.orders_on_account()
    payment = await customer.plans(order, amount=40)
    await at_page(
        (await customer.initializes(order, payment, callbackUrl="http://shop.test/back"))[
            "actionRedirectUrl"
        ],
        "decline",
    )

    async def declined() -> bool:
        return bool((await customer.payment(order, payment["id"]))["status"] == "Declined")

    await world.until(declined)
    begun = await customer.initializes(order, payment)
    await at_page(begun["actionRedirectUrl"], "pay")

    async def told() -> bool:
        return bool((await customer.authorizes(order, payment))["isSuccess"])

    await world.until(told)
    shown = await customer.payment(order, payment["id"])
    assert (shown["status"], [each["status"] for each in shown["transactions"]]) == (
        "Paid",
        ["Declined", "Settled"],
    )
    await the_book_explains_what_is_owed()


async def at_page(url: str, outcome: str) -> None:
    """Press Pay or Decline on the provider's page, and don't come back."""
    async with ClientSession() as client:
        answer = await client.post(url, data={"outcome": outcome}, allow_redirects=False)
        assert answer.status < 400


async def test_a_wallet_s_owner_approves_on_their_phone(
    world: World, customer: Somebody, desk: Hands
) -> None:
    order = await customer.orders_on_account()
    payment = await customer.plans(order, amount=25, paymentGatewayCode="mobile-money")
    form = await customer.initializes(order, payment)
    assert [each["key"] for each in form["publicParameters"]] == ["phone", "network"]
    assert "number" in (await customer.authorizes(order, payment))["errorMessage"]
    assert (await customer.authorizes(order, payment, phone="0551234987", network="mtn"))["isSuccess"] is True
    pending = await desk.refused(CANCEL, c=declared(customer, order, payment))
    assert pending["code"] == "PaymentPending"

    async def paid() -> bool:
        return bool((await customer.payment(order, payment["id"]))["status"] == "Paid")

    await world.until(paid)
    await the_book_explains_what_is_owed()


async def test_a_desk_doesn_t_pay_from_a_customer_s_card(customer: Somebody, desk: Hands) -> None:
    order = await customer.orders_on_account()
    payment = await customer.plans(order, paymentGatewayCode="shopping-card")
    told = await desk.refused(
        "mutation($c: InputAuthorizePaymentType!) { authorizePayment(command: $c) { isSuccess } }",
        c={"paymentId": payment["id"], "parameters": [{"key": "pin", "value": "1234"}]},
    )
    assert told["code"] == "Forbidden"
