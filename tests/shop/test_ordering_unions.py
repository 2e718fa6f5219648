"""Every refusal that ordering has a type for is reached by somebody's story."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core import clock
from core.cache import clear_caches
from core.db import execute
from services.accounts.signup import create_customer
from services.tenants import Scope
from tests.services.helpers import a_variant
from tests.shop.conftest import Phone
from tests.shop.promoting import a_promotion
from tests.shop.test_deposits import signed_in

SDL = Path(__file__).parents[2] / "api" / "shop" / "schema" / "results.graphql"
GUEST = {"firstName": "Ama", "lastName": "Mensah", "emailAddress": "ama@buyer.test"}
Story = Callable[[Phone, Scope], Awaitable[dict[str, Any]]]

# What is called, by the union that it answers with.
CALLS = {
    "UpdateOrderItemsResult": (
        "mutation($v: ID!, $n: Int!) { answer: addItemToOrder(productVariantId: $v, quantity: $n) { %s } }",
        "mutation($l: ID!, $n: Int!) { answer: adjustOrderLine(orderLineId: $l, quantity: $n) { %s } }",
    ),
    "RemoveOrderItemsResult": (
        "mutation { answer: removeAllOrderLines { %s } }",
        "mutation($l: ID!) { answer: removeOrderLine(orderLineId: $l) { %s } }",
    ),
    "SetOrderShippingMethodResult": (
        "mutation($m: [ID!]!) { answer: setOrderShippingMethod(shippingMethodId: $m) { %s } }",
    ),
    "AddPaymentToOrderResult": (
        "mutation($m: String!, $d: JSON!) { answer: addPaymentToOrder(input: {method: $m, metadata: $d}) { %s } }",
    ),
    "TransitionOrderToStateResult": (
        "mutation($s: String!) { answer: transitionOrderToState(state: $s) { %s } }",
    ),
    "ActiveOrderResult": (
        'mutation { answer: setOrderShippingAddress(input: {streetLine1: "1", countryCode: "GH"}) { %s } }',
        "mutation { answer: unsetOrderShippingAddress { %s } }",
        "mutation { answer: unsetOrderBillingAddress { %s } }",
        "mutation { answer: setOrderCustomFields(input: {customFields: {note: 1}}) { %s } }",
    ),
    "ApplyCouponCodeResult": ("mutation($c: String!) { answer: applyCouponCode(couponCode: $c) { %s } }",),
    "SetCustomerForOrderResult": (
        "mutation($i: CreateCustomerInput!) { answer: setCustomerForOrder(input: $i) { %s } }",
    ),
}
# Whatever takes something out of a cart is let do so.
NEVER = {("RemoveOrderItemsResult", "OrderInterceptorError")}
PLAIN = "__typename ... on Order { id lines { id } } ... on ErrorResult { errorCode message }"


def unions() -> dict[str, list[str]]:
    """The error members of every union that has an order."""
    found = re.findall(r"^union (\w+) = (.+)$", SDL.read_text(), re.MULTILINE)
    members = {name: [each.strip() for each in of.split("|")] for name, of in found}
    return {name: [each for each in of if each != "Order"] for name, of in members.items() if "Order" in of}


async def call(phone: Phone, union: str, which: int = 0, **variables: Any) -> dict[str, Any]:
    return (await phone.ask(CALLS[union][which] % PLAIN, **variables))["answer"]


async def a_cart(phone: Phone, demo: Scope, *, delivered: bool = True) -> tuple[int, str]:
    """A variant of which fifty lie on the shelf, one in the cart; its id and the line's."""
    variant = await a_variant(demo, pieces=50)
    order = await call(phone, "UpdateOrderItemsResult", v=variant, n=1)
    if delivered:
        await call(phone, "SetOrderShippingMethodResult", m=["1"])
    return variant, order["lines"][0]["id"]


def add(pieces: int) -> Story:
    async def story(phone: Phone, demo: Scope) -> dict[str, Any]:
        variant = await a_variant(demo, pieces=50)
        return await call(phone, "UpdateOrderItemsResult", v=variant, n=pieces)

    return story


async def taken_off_the_shelf(phone: Phone, demo: Scope) -> dict[str, Any]:
    variant, line = await a_cart(phone, demo)
    await execute("UPDATE variant SET enabled = $2 WHERE id = $1", variant, False)
    return await call(phone, "UpdateOrderItemsResult", 1, l=line, n=2)


def while_it_is_paid(union: str, which: int = 0, **variables: Any) -> Story:
    async def story(phone: Phone, demo: Scope) -> dict[str, Any]:
        variant, _ = await a_cart(phone, demo)
        await call(phone, "TransitionOrderToStateResult", s="ArrangingPayment")
        named = {name: value if value != "V" else variant for name, value in variables.items()}
        return await call(phone, union, which, **named)

    return story


def without_a_cart(union: str, **variables: Any) -> Story:
    async def story(phone: Phone, _: Scope) -> dict[str, Any]:
        return await call(phone, union, **variables)

    return story


def paying(method: str, *, signed: bool = False, delivered: bool = True, **metadata: Any) -> Story:
    async def story(phone: Phone, demo: Scope) -> dict[str, Any]:
        if signed:
            await signed_in(phone, demo)
        await a_cart(phone, demo, delivered=delivered)
        return await call(phone, "AddPaymentToOrderResult", m=method, d=metadata)

    return story


async def the_phone_is_asked_already(phone: Phone, demo: Scope) -> dict[str, Any]:
    await paying("mobile-money", phone="0246215478", network="mtn")(phone, demo)
    return await call(phone, "AddPaymentToOrderResult", m="standard-payment", d={})


async def the_gateway_says_no(phone: Phone, demo: Scope) -> dict[str, Any]:
    await phone.world.twin("/control/fail", provider="paystack", call="initialize", mode="decline")
    return await paying("connected-payment-method")(phone, demo)


async def wrong_delivery(phone: Phone, demo: Scope) -> dict[str, Any]:
    await a_cart(phone, demo)
    return await call(phone, "SetOrderShippingMethodResult", m=["99"])


async def a_state_for_staff(phone: Phone, demo: Scope) -> dict[str, Any]:
    await a_cart(phone, demo)
    return await call(phone, "TransitionOrderToStateResult", s="Delivered")


async def no_such_code(phone: Phone, _: Scope) -> dict[str, Any]:
    return await call(phone, "ApplyCouponCodeResult", c="NONE")


async def a_code_of_last_week(phone: Phone, demo: Scope) -> dict[str, Any]:
    await a_promotion(demo, "free_shipping", coupon_code="OVER", ends_at=clock.now() - timedelta(days=7))
    return await call(phone, "ApplyCouponCodeResult", c="OVER")


async def a_code_for_one(phone: Phone, demo: Scope) -> dict[str, Any]:
    await a_promotion(demo, "free_shipping", coupon_code="ONE", usage_limit=1)
    await a_cart(phone, demo)
    await call(phone, "ApplyCouponCodeResult", c="ONE")
    await call(phone, "AddPaymentToOrderResult", m="standard-payment", d={})
    return await call(phone, "ApplyCouponCodeResult", c="ONE")


async def signed_in_already(phone: Phone, demo: Scope) -> dict[str, Any]:
    await signed_in(phone, demo)
    return await call(phone, "SetCustomerForOrderResult", i=GUEST)


async def somebodys_address(phone: Phone, demo: Scope) -> dict[str, Any]:
    customer = await create_customer(demo, phone="+233246000000", full_name="Ama Mensah")
    await execute("UPDATE customer SET email = $2 WHERE id = $1", customer.id, GUEST["emailAddress"])
    await a_cart(phone, demo)
    return await call(phone, "SetCustomerForOrderResult", i=GUEST)


async def nobody_without_an_account(phone: Phone, demo: Scope) -> dict[str, Any]:
    await a_cart(phone, demo)
    await execute("UPDATE platform SET guest_checkout = $2 WHERE id = $1", demo.platform_id, False)
    clear_caches()
    unpaid = await call(phone, "AddPaymentToOrderResult", m="standard-payment", d={})
    assert unpaid["__typename"] == "OrderStateTransitionError"
    return await call(phone, "SetCustomerForOrderResult", i=GUEST)


STORIES: dict[tuple[str, str], Story] = {
    ("UpdateOrderItemsResult", "OrderModificationError"): while_it_is_paid(
        "UpdateOrderItemsResult", v="V", n=1
    ),
    ("UpdateOrderItemsResult", "OrderLimitError"): add(1001),
    ("UpdateOrderItemsResult", "NegativeQuantityError"): add(0),
    ("UpdateOrderItemsResult", "InsufficientStockError"): add(51),
    ("UpdateOrderItemsResult", "OrderInterceptorError"): taken_off_the_shelf,
    ("RemoveOrderItemsResult", "OrderModificationError"): while_it_is_paid("RemoveOrderItemsResult"),
    ("SetOrderShippingMethodResult", "OrderModificationError"): while_it_is_paid(
        "SetOrderShippingMethodResult", m=["1"]
    ),
    ("SetOrderShippingMethodResult", "IneligibleShippingMethodError"): wrong_delivery,
    ("SetOrderShippingMethodResult", "NoActiveOrderError"): without_a_cart(
        "SetOrderShippingMethodResult", m=["1"]
    ),
    ("AddPaymentToOrderResult", "OrderPaymentStateError"): the_phone_is_asked_already,
    ("AddPaymentToOrderResult", "IneligiblePaymentMethodError"): paying("barter"),
    ("AddPaymentToOrderResult", "PaymentFailedError"): the_gateway_says_no,
    ("AddPaymentToOrderResult", "PaymentDeclinedError"): paying("shopping-card", signed=True, pin="9999"),
    ("AddPaymentToOrderResult", "OrderStateTransitionError"): paying("standard-payment", delivered=False),
    ("AddPaymentToOrderResult", "NoActiveOrderError"): without_a_cart(
        "AddPaymentToOrderResult", m="standard-payment", d={}
    ),
    ("TransitionOrderToStateResult", "OrderStateTransitionError"): a_state_for_staff,
    ("ActiveOrderResult", "NoActiveOrderError"): without_a_cart("ActiveOrderResult"),
    ("ApplyCouponCodeResult", "CouponCodeInvalidError"): no_such_code,
    ("ApplyCouponCodeResult", "CouponCodeExpiredError"): a_code_of_last_week,
    ("ApplyCouponCodeResult", "CouponCodeLimitError"): a_code_for_one,
    ("SetCustomerForOrderResult", "AlreadyLoggedInError"): signed_in_already,
    ("SetCustomerForOrderResult", "EmailAddressConflictError"): somebodys_address,
    ("SetCustomerForOrderResult", "NoActiveOrderError"): without_a_cart("SetCustomerForOrderResult", i=GUEST),
    ("SetCustomerForOrderResult", "GuestCheckoutError"): nobody_without_an_account,
}


def test_every_member_has_a_story() -> None:
    members = {(union, member) for union, of in unions().items() for member in of}
    assert members == STORIES.keys() | NEVER
    assert unions().keys() == CALLS.keys()


@pytest.mark.parametrize(("union", "member"), STORIES, ids=lambda name: name.removesuffix("Result"))
async def test_a_refusal_is_its_unions_own_member(phone: Phone, demo: Scope, union: str, member: str) -> None:
    answer = await STORIES[union, member](phone, demo)
    assert answer["__typename"] == member
    assert answer["errorCode"] and answer["message"]


async def test_everything_without_a_cart_is_said_to_be_so(phone: Phone) -> None:
    for which in range(len(CALLS["ActiveOrderResult"])):
        answer = await call(phone, "ActiveOrderResult", which)
        assert answer["__typename"] == "NoActiveOrderError"
    moved = await call(phone, "TransitionOrderToStateResult", s="ArrangingPayment")
    assert moved["__typename"] == "OrderStateTransitionError"
