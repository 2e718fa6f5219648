"""What the cart and the checkout refuse, in the union's own words."""

from typing import Any

import pytest

from tests.shop.conftest import Phone

ADD = """mutation($id: ID!, $n: Int!) { addItemToOrder(productVariantId: $id, quantity: $n) {
  __typename ... on Order { id lines { id quantity } } ... on ErrorResult { errorCode message }
  ... on InsufficientStockError { quantityAvailable order { totalQuantity } } ... on OrderLimitError { maxItems } } }"""
ADJUST = """mutation($id: ID!, $n: Int!) { adjustOrderLine(orderLineId: $id, quantity: $n) {
  __typename ... on Order { lines { quantity } } ... on ErrorResult { errorCode message } } }"""
DELIVER = 'mutation { setOrderShippingMethod(shippingMethodId: ["1"]) { __typename } }'
PAY = """mutation($m: String!, $d: JSON!) { addPaymentToOrder(input: {method: $m, metadata: $d}) {
  __typename ... on Order { state payments { state } } ... on ErrorResult { errorCode message }
  ... on OrderStateTransitionError { fromState toState transitionError }
  ... on IneligiblePaymentMethodError { eligibilityCheckerMessage } } }"""
MOVE = """mutation($s: String!) { transitionOrderToState(state: $s) {
  __typename ... on Order { state } ... on OrderStateTransitionError { errorCode fromState toState transitionError } } }"""


async def in_stock(phone: Phone) -> str:
    found = await phone.ask('{ search(input: {term: ""}) { items { productVariantId inStock } } }')
    return next(str(i["productVariantId"]) for i in found["search"]["items"] if i["inStock"])


async def test_more_than_there_is_leaves_the_cart_as_it_was(phone: Phone) -> None:
    variant = await in_stock(phone)
    await phone.ask(ADD, id=variant, n=1)
    refused = (await phone.ask(ADD, id=variant, n=990))["addItemToOrder"]
    assert (refused["__typename"], refused["errorCode"]) == (
        "InsufficientStockError",
        "INSUFFICIENT_STOCK_ERROR",
    )
    assert refused["quantityAvailable"] > 0
    assert refused["order"] == {"totalQuantity": 1}


async def test_whose_first_item_can_not_be_had_is_shown_an_empty_cart(phone: Phone) -> None:
    refused = (await phone.ask(ADD, id=await in_stock(phone), n=990))["addItemToOrder"]
    assert refused["order"] == {"totalQuantity": 0}
    assert await phone.ask("{ activeOrder { totalQuantity } }") == {"activeOrder": {"totalQuantity": 0}}


@pytest.mark.parametrize(
    ("quantity", "code"),
    [(0, "NEGATIVE_QUANTITY_ERROR"), (-5, "NEGATIVE_QUANTITY_ERROR"), (2**31 - 1, "ORDER_LIMIT_ERROR")],
)
async def test_impossible_quantities(phone: Phone, quantity: int, code: str) -> None:
    refused = (await phone.ask(ADD, id=await in_stock(phone), n=quantity))["addItemToOrder"]
    assert refused["errorCode"] == code
    assert await phone.ask("{ activeOrder { id } }") == {"activeOrder": None}


@pytest.mark.parametrize(
    "wrong", ["", "0", "-1", "x", "١", "9" * 19, "9" * 40, "1.5", " 1", "1; DROP TABLE customer"]
)
async def test_an_id_that_is_none_finds_nothing(phone: Phone, wrong: str) -> None:
    nothing = await phone.ask(
        """query($i: ID!) { product(id: $i) { id } collection(id: $i) { id } order(id: $i) { id }
        products(options: {filter: {id: {eq: "0"}}}) { totalItems }
        search(input: {collectionId: $i}) { totalItems } }""",
        i=wrong,
    )
    assert nothing == {
        "product": None,
        "collection": None,
        "order": None,
        "products": {"totalItems": 0},
        "search": {"totalItems": 0},
    }
    assert (await phone.refused(ADD, id=wrong, n=1))["extensions"]["code"] == "NOT_FOUND"
    await phone.ask(ADD, id=await in_stock(phone), n=1)
    assert (await phone.refused(ADJUST, id=wrong, n=1))["extensions"]["code"] == "NOT_FOUND"
    method = "mutation($i: [ID!]!) { setOrderShippingMethod(shippingMethodId: $i) { ... on ErrorResult { errorCode } } }"
    refused = (await phone.ask(method, i=[wrong]))["setOrderShippingMethod"]
    assert refused == {"errorCode": "INELIGIBLE_SHIPPING_METHOD_ERROR"}


async def test_a_line_is_changed_and_removed(phone: Phone) -> None:
    cart = (await phone.ask(ADD, id=await in_stock(phone), n=1))["addItemToOrder"]
    line = cart["lines"][0]["id"]
    assert (await phone.ask(ADJUST, id=line, n=2))["adjustOrderLine"]["lines"] == [{"quantity": 2}]
    assert (await phone.ask(ADJUST, id=line, n=-1))["adjustOrderLine"][
        "errorCode"
    ] == "NEGATIVE_QUANTITY_ERROR"
    remove = "mutation($id: ID!) { removeOrderLine(orderLineId: $id) { ... on Order { lines { id } } } }"
    assert (await phone.ask(remove, id=line))["removeOrderLine"] == {"lines": []}


async def test_without_a_cart_nothing_can_be_arranged(phone: Phone) -> None:
    address = """mutation { setOrderShippingAddress(input: {streetLine1: "a", countryCode: "GH"}) {
        ... on NoActiveOrderError { errorCode } } }"""
    no_order = "NO_ACTIVE_ORDER_ERROR"
    assert (await phone.ask(address))["setOrderShippingAddress"]["errorCode"] == no_order
    assert (await phone.ask(PAY, m="standard-payment", d={}))["addPaymentToOrder"]["errorCode"] == no_order
    assert (await phone.ask(ADJUST, id="1", n=1))["adjustOrderLine"][
        "errorCode"
    ] == "ORDER_MODIFICATION_ERROR"
    assert await phone.ask("{ nextOrderStates eligibleShippingMethods { id } }") == {
        "nextOrderStates": [],
        "eligibleShippingMethods": [],
    }


async def test_a_state_that_only_payments_bring_about_is_not_taken(phone: Phone) -> None:
    await phone.ask(ADD, id=await in_stock(phone), n=1)
    assert "ArrangingPayment" in (await phone.ask("{ nextOrderStates }"))["nextOrderStates"]
    for state in ("PaymentSettled", "Delivered", "Nowhere", ""):
        refused = (await phone.ask(MOVE, s=state))["transitionOrderToState"]
        assert refused["errorCode"] == "ORDER_STATE_TRANSITION_ERROR"
        assert (refused["fromState"], refused["toState"]) == ("AddingItems", state)
        assert refused["transitionError"]
    undelivered = (await phone.ask(MOVE, s="ArrangingPayment"))["transitionOrderToState"]
    assert "delivery" in undelivered["transitionError"]
    await phone.ask(DELIVER)
    assert (await phone.ask(MOVE, s="ArrangingPayment"))["transitionOrderToState"] == {
        "__typename": "Order",
        "state": "ArrangingPayment",
    }
    stuck = (await phone.ask(ADD, id=await in_stock(phone), n=1))["addItemToOrder"]
    assert stuck["errorCode"] == "ORDER_MODIFICATION_ERROR"


@pytest.mark.parametrize(
    ("method", "metadata", "answer"),
    [
        ("nothing", {}, "INELIGIBLE_PAYMENT_METHOD_ERROR"),
        ("shopping-card", {"pin": "1234"}, "INELIGIBLE_PAYMENT_METHOD_ERROR"),
        ("connected-payment-method", {"callbackUrl": "javascript:alert(1)"}, "INVALID_INPUT"),
        ("connected-payment-method", {"callbackUrl": "ftp://x"}, "INVALID_INPUT"),
        ("mobile-money", {"phone": "x", "network": "mtn"}, "INVALID_INPUT"),
        ("mobile-money", {"phone": "0246215478", "network": 5}, "INVALID_INPUT"),
        ("standard-payment", [], "INVALID_INPUT"),
    ],
    ids=range(7),
)
async def test_money_that_can_not_be_taken(phone: Phone, method: str, metadata: Any, answer: str) -> None:
    await phone.ask(ADD, id=await in_stock(phone), n=1)
    _, body = await phone.send({"query": PAY, "variables": {"m": method, "d": metadata}})
    if "errors" in body:
        assert body["errors"][0]["extensions"]["code"] == answer
    else:
        assert body["data"]["addPaymentToOrder"]["errorCode"] == answer
    assert (await phone.ask("{ activeOrder { state } }"))["activeOrder"] == {"state": "AddingItems"}


async def test_a_replay_under_one_key_pays_once(phone: Phone) -> None:
    await phone.ask(ADD, id=await in_stock(phone), n=1)
    await phone.ask(DELIVER)
    phone.headers["Idempotency-Key"] = "k1"
    first = (await phone.ask(PAY, m="standard-payment", d={}))["addPaymentToOrder"]
    again = (await phone.ask(PAY, m="standard-payment", d={}))["addPaymentToOrder"]
    assert (
        first
        == again
        == {"__typename": "Order", "state": "PaymentSettled", "payments": [{"state": "Settled"}]}
    )
