"""What promotions take off an order, in the shop: shown, agreed on, paid, and given back."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from core import clock
from core.db import execute, fetch, fetch_one
from services.promotions.managing import delete_promotion
from services.tenants import Scope, scope_by_code
from tests.deposits.hands import an_option
from tests.services.helpers import a_variant
from tests.shop.conftest import Phone
from tests.shop.promoting import a_promotion
from tests.shop.test_deposits import signed_in

CART = """... on Order { id code state couponCodes subTotal subTotalWithTax shipping shippingWithTax total totalWithTax
  discounts { adjustmentSource type description amount amountWithTax }
  promotions { name couponCode conditions { code args { name value } } actions { code args { name value } } }
  taxSummary { taxRate taxBase taxTotal } dueNow dueLater
  shippingLines { price priceWithTax discountedPrice discountedPriceWithTax discounts { amountWithTax type } }
  lines { id quantity taxRate unitPrice unitPriceWithTax discountedUnitPriceWithTax proratedUnitPriceWithTax linePrice
    linePriceWithTax discountedLinePrice discountedLinePriceWithTax proratedLinePrice proratedLinePriceWithTax lineTax
    taxLines { taxRate } discounts { type amount amountWithTax } } }"""
ERRORS = """... on ErrorResult { errorCode message } ... on CouponCodeInvalidError { couponCode }
  ... on CouponCodeExpiredError { couponCode } ... on CouponCodeLimitError { couponCode limit }"""
ADD = f"mutation($v: ID!, $n: Int!) {{ addItemToOrder(productVariantId: $v, quantity: $n) {{ {CART} }} }}"
APPLY = f"mutation($c: String!) {{ applyCouponCode(couponCode: $c) {{ __typename {CART} {ERRORS} }} }}"
REMOVE = f"mutation($c: String!) {{ removeCouponCode(couponCode: $c) {{ {CART.replace('... on Order', '...')} }} }}"
DELIVER = f'mutation {{ setOrderShippingMethod(shippingMethodId: ["1"]) {{ {CART} }} }}'
PAY = f"""mutation($m: String!) {{ addPaymentToOrder(input: {{method: $m, metadata: {{}}}}) {{ __typename {CART}
  ... on Order {{ payments {{ amount state }} }} ... on ErrorResult {{ errorCode message }} }} }}"""
MOVE = f"mutation($s: String!) {{ transitionOrderToState(state: $s) {{ {CART} }} }}"
ACTIVE = f"{{ activeOrder {{ {CART.replace('... on Order', '...')} }} }}"


async def filled(phone: Phone, demo: Scope, price: int = 10_000, pieces: int = 1) -> Phone:
    """A cart with pieces at that price, delivered for 500."""
    variant = await a_variant(demo, pieces=50)
    await execute("UPDATE variant SET price_minor = $2 WHERE id = $1", variant, price)
    await phone.ask(ADD, v=variant, n=pieces)
    await phone.ask(DELIVER)
    return phone


async def active(phone: Phone) -> dict[str, Any]:
    return (await phone.ask(ACTIVE))["activeOrder"]


async def apply(phone: Phone, code: str) -> dict[str, Any]:
    return (await phone.ask(APPLY, c=code))["applyCouponCode"]


async def pay(phone: Phone, method: str = "standard-payment") -> dict[str, Any]:
    return (await phone.ask(PAY, m=method))["addPaymentToOrder"]


async def test_a_coupon_takes_its_share_off_the_goods_and_is_paid_so(phone: Phone, demo: Scope) -> None:
    ten = await a_promotion(demo, "order_percentage_discount", discount=10, coupon_code="ten", name="Ten off")
    await filled(phone, demo)
    before = await active(phone)
    assert (before["discounts"], before["couponCodes"], before["totalWithTax"]) == ([], [], 10_500)
    cart = await apply(phone, "Ten")
    assert (cart["couponCodes"], cart["subTotalWithTax"], cart["totalWithTax"]) == (["TEN"], 9_000, 9_500)
    source = f"PROMOTION:{ten.id}"
    assert cart["discounts"] == [
        {
            "adjustmentSource": source,
            "type": "DISTRIBUTED_ORDER_PROMOTION",
            "description": "Ten off",
            "amount": -1000,
            "amountWithTax": -1000,
        }
    ]
    assert cart["promotions"] == [
        {
            "name": "Ten off",
            "couponCode": "TEN",
            "conditions": [],
            "actions": [{"code": "order_percentage_discount", "args": [{"name": "discount", "value": "10"}]}],
        }
    ]
    line = cart["lines"][0]
    assert (line["linePriceWithTax"], line["discountedLinePriceWithTax"]) == (10_000, 10_000)
    assert (line["proratedLinePriceWithTax"], line["proratedUnitPriceWithTax"]) == (9_000, 9_000)
    paid = await pay(phone)
    assert (paid["state"], paid["payments"]) == ("PaymentSettled", [{"amount": 9_500, "state": "Settled"}])
    same = ("couponCodes", "discounts", "totalWithTax", "lines", "promotions")
    assert {name: paid[name] for name in same} == {name: cart[name] for name in same}


async def test_a_code_that_is_taken_back_takes_nothing_off(phone: Phone, demo: Scope) -> None:
    await a_promotion(demo, "order_fixed_discount", discount=2_000, coupon_code="LESS")
    assert (await phone.ask(REMOVE, c="LESS"))["removeCouponCode"] is None
    await filled(phone, demo)
    assert (await apply(phone, "LESS"))["totalWithTax"] == 8_500
    again = await apply(phone, "less")
    assert again["couponCodes"] == ["LESS"]
    cart = (await phone.ask(REMOVE, c="LESS"))["removeCouponCode"]
    assert (cart["couponCodes"], cart["discounts"], cart["totalWithTax"]) == ([], [], 10_500)
    history = "{ activeOrder { history { totalItems items { type data isPublic } } } }"
    found = (await phone.ask(history))["activeOrder"]["history"]
    assert [each["type"] for each in found["items"]] == ["ORDER_COUPON_APPLIED", "ORDER_COUPON_REMOVED"]
    assert found["items"][0]["data"]["couponCode"] == "LESS" and found["totalItems"] == 2


async def test_a_promotion_without_a_code_holds_as_soon_as_its_conditions_do(
    phone: Phone, demo: Scope
) -> None:
    await a_promotion(
        demo, "free_shipping", when={"minimum_order_amount": {"amount": 20_000}}, name="Free delivery"
    )
    await filled(phone, demo)
    assert (await active(phone))["totalWithTax"] == 10_500
    line = (await active(phone))["lines"][0]["id"]
    adjust = f"mutation($l: ID!) {{ adjustOrderLine(orderLineId: $l, quantity: 2) {{ {CART} }} }}"
    cart = (await phone.ask(adjust, l=line))["adjustOrderLine"]
    assert (cart["shippingWithTax"], cart["totalWithTax"]) == (0, 20_000)
    assert cart["shippingLines"] == [
        {
            "price": 500,
            "priceWithTax": 500,
            "discountedPrice": 0,
            "discountedPriceWithTax": 0,
            "discounts": [{"amountWithTax": -500, "type": "PROMOTION"}],
        }
    ]
    assert [each["description"] for each in cart["discounts"]] == ["Free delivery"]
    assert (await pay(phone))["totalWithTax"] == 20_000


async def test_one_line_is_cheaper_and_the_order_on_top_of_that(phone: Phone, demo: Scope) -> None:
    variant = await a_variant(demo, pieces=50)
    row = await fetch_one(
        "SELECT p.category_id, c.parent_id FROM variant v JOIN product p ON p.id = v.product_id "
        "JOIN category c ON c.id = p.category_id WHERE v.id = $1",
        variant,
    )
    assert row
    shelf = row["parent_id"] or row["category_id"]
    has_it = {"contains_products": {"minimum": 2, "productVariantIds": [variant]}}
    await a_promotion(
        demo, "products_percentage_discount", discount=50, productVariantIds=[variant], when=has_it
    )
    await a_promotion(
        demo, "collections_percentage_discount", discount=10, collectionIds=[shelf], coupon_code="SHELF"
    )
    await a_promotion(demo, "order_fixed_discount", discount=1_000, coupon_code="LESS")
    await filled(phone, demo, pieces=3)
    await apply(phone, "SHELF")
    cart = await apply(phone, "LESS")
    # 30,000, half of it, a tenth of that less, and 1,000 off the order.
    line = cart["lines"][0]
    assert [each["amountWithTax"] for each in line["discounts"]] == [-15_000, -1_500, -1_000]
    assert (line["discountedLinePriceWithTax"], line["discountedUnitPriceWithTax"]) == (13_500, 4_500)
    assert (line["proratedLinePriceWithTax"], line["proratedUnitPriceWithTax"]) == (12_500, 4_167)
    assert (cart["subTotalWithTax"], cart["totalWithTax"]) == (12_500, 13_000)


async def test_an_order_that_costs_nothing_any_more_is_placed_without_a_payment(
    phone: Phone, demo: Scope
) -> None:
    await a_promotion(demo, "order_fixed_discount", discount=10**9, coupon_code="GIFT")
    await a_promotion(demo, "free_shipping", coupon_code="FREE")
    for method in ("standard-payment", "connected-payment-method"):
        await filled(phone, demo)
        await apply(phone, "GIFT")
        assert (await apply(phone, "FREE"))["totalWithTax"] == 0
        paid = await pay(phone, method)
        assert (paid["state"], paid["payments"], paid["totalWithTax"]) == ("PaymentSettled", [], 0)
    # Whose it was is known, also where nobody was paid.
    parts = await fetch("SELECT payable_minor FROM seller_order")
    assert [part["payable_minor"] for part in parts] == [0, 0]


async def test_codes_that_are_none_are_over_or_are_used_up(phone: Phone, demo: Scope) -> None:
    await a_promotion(demo, "order_percentage_discount", discount=10, coupon_code="ONCE", usage_limit=1)
    await a_promotion(demo, "free_shipping", coupon_code="WEEK", ends_at=clock.now() + timedelta(days=7))
    await a_promotion(demo, "free_shipping", coupon_code="LATER", starts_at=clock.now() + timedelta(days=8))
    off = await a_promotion(demo, "free_shipping", coupon_code="GONE")
    await a_promotion(demo, "free_shipping", coupon_code="OFF", enabled=False)
    await delete_promotion(demo, off.id)
    await filled(phone, demo)
    for code in ("NONE", "LATER", "OFF", "GONE", "", "a" * 5000, "₵"):
        refused = await apply(phone, code)
        assert (refused["__typename"], refused["couponCode"]) == ("CouponCodeInvalidError", code)
        assert refused["errorCode"] == "COUPON_CODE_INVALID_ERROR"
    assert (await apply(phone, "WEEK"))["couponCodes"] == ["WEEK"]
    clock.travel(timedelta(days=7))
    assert (await active(phone))["totalWithTax"] == 10_500
    await phone.ask(REMOVE, c="WEEK")
    refused = await apply(phone, "WEEK")
    assert (refused["__typename"], refused["couponCode"]) == ("CouponCodeExpiredError", "WEEK")
    await apply(phone, "ONCE")
    assert (await pay(phone))["totalWithTax"] == 9_500
    await filled(phone, demo)
    refused = await apply(phone, "ONCE")
    assert (refused["__typename"], refused["couponCode"], refused["limit"]) == (
        "CouponCodeLimitError",
        "ONCE",
        1,
    )


async def test_another_platforms_code_is_none(phone: Phone, demo: Scope) -> None:
    kasuwa = await scope_by_code("kasuwa", "test")
    await a_promotion(kasuwa, "order_percentage_discount", discount=10, coupon_code="THEIRS")
    await filled(phone, demo)
    assert (await apply(phone, "THEIRS"))["errorCode"] == "COUPON_CODE_INVALID_ERROR"


async def test_what_was_agreed_stays_whatever_becomes_of_the_promotion(phone: Phone, demo: Scope) -> None:
    ten = await a_promotion(demo, "order_percentage_discount", discount=10, coupon_code="TEN")
    await filled(phone, demo)
    await apply(phone, "TEN")
    frozen = (await phone.ask(MOVE, s="ArrangingPayment"))["transitionOrderToState"]
    await delete_promotion(demo, ten.id)
    kept = await active(phone)
    assert {**kept, "promotions": None} == {**frozen, "promotions": None}
    assert len(kept["promotions"]) == 1
    paid = await pay(phone)
    assert (paid["totalWithTax"], paid["payments"][0]["amount"]) == (9_500, 9_500)
    assert paid["discounts"] == frozen["discounts"] and paid["lines"] == frozen["lines"]


async def test_a_cart_again_costs_what_promotions_say_now(phone: Phone, demo: Scope) -> None:
    ten = await a_promotion(demo, "order_percentage_discount", discount=10, coupon_code="TEN", usage_limit=5)
    await filled(phone, demo)
    await apply(phone, "TEN")
    await phone.ask(MOVE, s="ArrangingPayment")
    assert await uses(ten.id) == (1, 1)
    await phone.ask(MOVE, s="AddingItems")
    assert await uses(ten.id) == (0, 0)
    await delete_promotion(demo, ten.id)
    cart = await active(phone)
    assert (cart["totalWithTax"], cart["discounts"], cart["lines"][0]["discounts"]) == (10_500, [], [])
    await phone_without(phone, "TEN")
    assert (await pay(phone))["totalWithTax"] == 10_500


async def test_an_order_that_is_called_off_gives_its_use_back(phone: Phone, demo: Scope) -> None:
    once = await a_promotion(
        demo, "order_percentage_discount", discount=10, coupon_code="ONCE", usage_limit=1
    )
    await filled(phone, demo)
    await apply(phone, "ONCE")
    await phone.ask(MOVE, s="ArrangingPayment")
    gone = (await phone.ask(MOVE, s="Cancelled"))["transitionOrderToState"]
    assert (gone["state"], gone["totalWithTax"], await uses(once.id)) == ("Cancelled", 9_500, (0, 0))


async def uses(promotion_id: int) -> tuple[int, int]:
    """What is counted, and the uses that there are."""
    row = await fetch_one(
        "SELECT used, (SELECT COUNT(*) FROM promotion_use u WHERE u.promotion_id = p.id) AS n FROM promotion p "
        "WHERE id = $1",
        promotion_id,
    )
    assert row
    return row["used"], row["n"]


async def test_the_last_use_is_had_by_one(phones: Callable[[], Phone], demo: Scope) -> None:
    once = await a_promotion(
        demo, "order_percentage_discount", discount=10, coupon_code="ONCE", usage_limit=1
    )
    both = [await filled(phones(), demo), await filled(phones(), demo)]
    for phone in both:
        assert (await apply(phone, "ONCE"))["totalWithTax"] == 9_500
    answers = await asyncio.gather(*(pay(phone) for phone in both))
    assert sorted(each["__typename"] for each in answers) == ["Order", "OrderStateTransitionError"]
    assert await uses(once.id) == (1, 1)
    loser = both[0 if answers[0]["__typename"] != "Order" else 1]
    # It isn't charged more than it was shown unawares.
    assert "ONCE" in (await pay(loser))["message"]
    assert (await phone_without(loser, "ONCE"))["totalWithTax"] == 10_500
    assert (await pay(loser))["totalWithTax"] == 10_500


async def phone_without(phone: Phone, code: str) -> dict[str, Any]:
    return (await phone.ask(REMOVE, c=code))["removeCouponCode"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("a@x.test", "0246215478"), ("a@x.test", "0246215479")),
        (("a@x.test", "0246215478"), ("B@x.test", "+233246215478")),
        (("a@x.test", None), ("A@X.test", None)),
    ],
    ids=["by e-mail", "by number", "by e-mail alone"],
)
async def test_a_guest_is_known_by_what_they_leave(
    phones: Callable[[], Phone], demo: Scope, first: tuple[str, str], second: tuple[str, str]
) -> None:
    await a_promotion(
        demo, "order_percentage_discount", discount=10, coupon_code="WELCOME", per_customer_usage_limit=1
    )
    say = """mutation($e: String!, $p: String) { setCustomerForOrder(input: {firstName: "Ama", lastName: "M",
        emailAddress: $e, phoneNumber: $p}) { __typename ... on Order { totalWithTax } } }"""
    one, two = await filled(phones(), demo), await filled(phones(), demo)
    # Nobody knows yet who this is.
    assert (await apply(one, "WELCOME"))["totalWithTax"] == 10_500
    assert (await one.ask(say, e=first[0], p=first[1]))["setCustomerForOrder"]["totalWithTax"] == 9_500
    assert (await pay(one))["totalWithTax"] == 9_500
    await two.ask(say, e=second[0], p=second[1])
    refused = await apply(two, "WELCOME")
    assert (refused["__typename"], refused["limit"]) == ("CouponCodeLimitError", 1)
    assert (await pay(two))["totalWithTax"] == 10_500


async def test_a_deposit_is_a_part_of_what_is_left_to_pay(phone: Phone, demo: Scope) -> None:
    await a_promotion(demo, "order_percentage_discount", discount=10, coupon_code="TEN")
    await a_promotion(demo, "free_shipping", coupon_code="FREE")
    await signed_in(phone, demo)
    variant = await a_variant(demo, pieces=50)
    await execute("UPDATE variant SET price_minor = 10001 WHERE id = $1", variant)
    option = await an_option(demo, variant)
    on_terms = ADD.replace("($v: ID!, $n: Int!)", "($v: ID!, $n: Int!, $o: ID)").replace(
        "quantity: $n)", "quantity: $n, purchaseOptionId: $o)"
    )
    await phone.ask(on_terms, v=variant, n=1, o=option)
    await phone.ask(DELIVER)
    whole = await active(phone)
    await apply(phone, "TEN")
    cart = await apply(phone, "FREE")
    assert (whole["totalWithTax"], cart["totalWithTax"]) == (10_501, 9_001)
    assert cart["dueNow"] + cart["dueLater"] == 9_001 and 0 < cart["dueNow"] < whole["dueNow"]
    paid = await pay(phone)
    assert (paid["state"], paid["dueNow"], paid["dueLater"]) == (
        "PaymentAuthorized",
        cart["dueNow"],
        cart["dueLater"],
    )
    assert paid["payments"][0]["amount"] == cart["dueNow"]
