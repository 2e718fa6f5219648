"""Buying with a deposit and paying balances through the shop API, to the minor unit."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from core.clock import now
from core.db import execute, fetch
from models import Payment, PurchaseOptionGroup, Refund
from services.accounts.tokens import issue_token
from services.deposits.guessing import MOST
from services.purchase_options import offers
from services.shipping import methods_of
from services.tenants import Scope, scope_by_code
from tests.catalogue.helpers import counted
from tests.conftest import World
from tests.deposits.hands import an_option, the_book_explains_what_is_owed
from tests.rest.paying import at_the_page
from tests.services.helpers import PIN, a_customer
from tests.shop.conftest import Phone

CART = """id code state totalWithTax dueNow dueLater outstanding taxSummary { taxTotal }
  scheduledCharges { id dueAt amount tax collected outstanding state reason }
  lines { id quantity linePriceWithTax dueNow dueLater dueAt purchaseOption { id description lineItemDescriptor required
    trigger dueAt dueAfter checkoutCharge { percentage amount } } }"""
ADD = (
    "mutation($v: ID!, $n: Int!, $o: ID) { addItemToOrder(productVariantId: $v, quantity: $n, purchaseOptionId: $o) {"
    f" __typename ... on Order {{ {CART} }} ... on ErrorResult {{ errorCode message }} }} }}"
)
ADJUST = (
    "mutation($l: ID!, $n: Int!, $o: ID) { adjustOrderLine(orderLineId: $l, quantity: $n, purchaseOptionId: $o) {"
    f" __typename ... on Order {{ {CART} }} ... on ErrorResult {{ errorCode message }} }} }}"
)
DELIVER = f'mutation {{ setOrderShippingMethod(shippingMethodId: ["1"]) {{ ... on Order {{ {CART} }} }} }}'
PAY = (
    "mutation($m: String!, $d: JSON!) { addPaymentToOrder(input: {method: $m, metadata: $d}) { __typename"
    f" ... on Order {{ {CART} payments {{ amount state metadata }} }} ... on ErrorResult {{ errorCode message }} }} }}"
)
PAY_BALANCE = """mutation($i: PayBalanceInput!) { payBalance(input: $i) { __typename
  ... on BalancePayment { payment { id amount state method transactionId metadata } outstanding }
  ... on ErrorResult { errorCode message } ... on PaymentDeclinedError { paymentErrorMessage } } }"""
BALANCES = """{ balances { orderId orderUid orderCode currencyCode total paid outstanding method about
  scheduledCharges { id amount outstanding state } } }"""
BY_CODE = "query($c: String!) { balanceByCode(code: $c) { orderCode currencyCode total paid outstanding due { dueAt outstanding } } }"
CANCEL = """mutation($o: ID!, $r: String) { cancelOrder(orderId: $o, reason: $r) { __typename
  ... on Cancellation { returned kept forgiven } ... on ErrorResult { errorCode message }
  ... on OrderStateTransitionError { fromState toState transitionError } } }"""
CANCELLATION = "query($o: ID!) { cancellation(orderId: $o) { returned kept forgiven } }"
MOVEMENTS = "query($o: ID!) { orderMovements(orderId: $o) { at description amount } }"
ORDER = f"query($c: String!) {{ orderByCode(code: $c) {{ {CART} }} }}"

BACK = {"callbackUrl": "https://example.com/back"}


@pytest.fixture
async def demo_scope(world: World) -> Scope:
    return await scope_by_code("demo", "test")


async def two_variants(scope: Scope) -> tuple[int, int]:
    """Two variants at GHS 333.35 and GHS 199.99, of which nothing is sold on terms yet."""
    rows = await fetch(
        "SELECT id FROM variant WHERE platform_id = $1 AND environment = $2 ORDER BY id LIMIT 2",
        scope.platform_id,
        scope.environment,
    )
    first, second = (int(row["id"]) for row in rows)
    for variant_id, price in ((first, 33335), (second, 19999)):
        await execute("UPDATE variant SET price_minor = $2 WHERE id = $1", variant_id, price)
        await execute("UPDATE stock_level SET on_hand = 50 WHERE variant_id = $1", variant_id)
    return first, second


async def signed_in(phone: Phone, scope: Scope, balance_minor: int = 10_000_000) -> int:
    customer = await a_customer(scope, balance_minor=balance_minor, pin=True)
    phone.headers["Authorization"] = f"Bearer {issue_token(customer, 'session')}"
    return int(customer.id)


async def bought(phone: Phone, scope: Scope, method: str = "shopping-card", **terms: Any) -> dict[str, Any]:
    """An order of one piece on terms, placed with its deposit paid from the card."""
    first, _ = await two_variants(scope)
    option = await an_option(scope, first, **terms)
    await phone.ask(ADD, v=first, n=1, o=option)
    await phone.ask(DELIVER)
    return (await phone.ask(PAY, m=method, d={"pin": PIN} | BACK))["addPaymentToOrder"]


async def test_the_split_is_seen_agreed_and_paid(phone: Phone, demo_scope: Scope) -> None:
    await signed_in(phone, demo_scope)
    first, second = await two_variants(demo_scope)
    option = await an_option(demo_scope, first)
    delivery = 1001
    await execute("UPDATE shipping_method SET price_minor = $1 WHERE id = 1", delivery)
    await phone.ask(ADD, v=first, n=3, o=option)
    await phone.ask(ADD, v=second, n=1)
    cart = (await phone.ask(DELIVER))["setOrderShippingMethod"]
    on_terms, at_once = cart["lines"]
    # 3 x 333.35 = 1,000.05, 30% is 300.015, to the even of both neighbours: 300.02. Of the delivery of 10.01 the
    # lines have 8.34 and 1.67 by their prices; of 8.34 the part later is 5.84.
    assert (on_terms["dueNow"], on_terms["dueLater"]) == (30002 + 250, 70003 + 584)
    assert (at_once["dueNow"], at_once["dueLater"], at_once["dueAt"]) == (19999 + 167, 0, None)
    assert on_terms["purchaseOption"] == {
        "id": str(option),
        "description": "30% now",
        "lineItemDescriptor": "Pay in two parts",
        "required": False,
        "trigger": "TimeAfterCheckout",
        "dueAt": None,
        "dueAfter": "P30D",
        "checkoutCharge": {"percentage": 30.0, "amount": None},
    }
    assert cart["totalWithTax"] == 100005 + 19999 + delivery == cart["dueNow"] + cart["dueLater"]
    assert cart["dueLater"] == 70587
    [charge] = cart["scheduledCharges"]
    assert (charge["id"], charge["state"], charge["amount"], charge["outstanding"]) == (
        None,
        None,
        70587,
        70587,
    )
    tax = sum(part["taxTotal"] for part in cart["taxSummary"])
    assert abs(charge["tax"] - tax * 70587 / cart["totalWithTax"]) <= 1
    assert charge["dueAt"] == on_terms["dueAt"]

    placed = (await phone.ask(PAY, m="shopping-card", d={"pin": PIN}))["addPaymentToOrder"]
    assert placed["state"] == "PaymentAuthorized"
    assert [(each["amount"], each["state"]) for each in placed["payments"]] == [(cart["dueNow"], "Settled")]
    seen = (await phone.ask(ORDER, c=cart["code"]))["orderByCode"]
    for name in ("totalWithTax", "dueNow", "dueLater", "outstanding"):
        assert seen[name] == placed[name] == cart[name]
    [owed] = seen["scheduledCharges"]
    assert owed["id"] and (owed["state"], owed["amount"], owed["tax"]) == ("Waiting", 70587, charge["tax"])
    assert [line["dueNow"] for line in seen["lines"]] == [line["dueNow"] for line in cart["lines"]]
    assert [line["dueAt"] for line in seen["lines"]] == [owed["dueAt"], None]
    await the_book_explains_what_is_owed()


async def test_an_option_stays_is_changed_and_is_taken_away(phone: Phone, demo_scope: Scope) -> None:
    first, second = await two_variants(demo_scope)
    option, another = (
        await an_option(demo_scope, first),
        await an_option(demo_scope, first, charge_ppm=500_000),
    )
    elsewhere = await an_option(demo_scope, second)
    cart = (await phone.ask(ADD, v=first, n=1, o=option))["addItemToOrder"]
    line = cart["lines"][0]["id"]

    def option_of(told: dict[str, Any]) -> str | None:
        [answer] = told.values()
        return (answer["lines"][0]["purchaseOption"] or {}).get("id")

    # Left out it stays: as a variable that isn't given, and where the document doesn't name it.
    assert option_of(await phone.ask(ADD, v=first, n=1)) == str(option)
    assert option_of(await phone.ask(ADJUST, l=line, n=5)) == str(option)
    plain = (
        f'mutation {{ adjustOrderLine(orderLineId: "{line}", quantity: 2) {{ ... on Order {{ {CART} }} }} }}'
    )
    assert option_of(await phone.ask(plain)) == str(option)
    assert option_of(await phone.ask(ADJUST, l=line, n=2, o=another)) == str(another)
    for wrong in (elsewhere, 0, -1, 10**25, "x", ""):
        for query, which in ((ADJUST, {"l": line}), (ADD, {"v": first})):
            refused = await phone.refused(query, n=2, o=wrong, **which)
            assert refused["extensions"] == {"code": "NOT_FOUND", "field": "purchaseOptionId"}, wrong
    assert option_of(await phone.ask(ADJUST, l=line, n=2, o=None)) is None
    assert (
        option_of(await phone.ask(plain.replace("quantity: 2", "quantity: 2, purchaseOptionId: null")))
        is None
    )
    cart = (await phone.ask(ADD, v=first, n=1, o=None))["addItemToOrder"]
    assert (cart["lines"][0]["quantity"], cart["dueLater"], cart["scheduledCharges"]) == (3, 0, [])
    assert cart["dueNow"] == cart["totalWithTax"]


async def test_a_guest_is_asked_to_sign_in_and_one_that_needs_an_option_to_choose(
    phone: Phone, demo_scope: Scope
) -> None:
    first, _ = await two_variants(demo_scope)
    option = await an_option(demo_scope, first, requires_option=True)
    await phone.ask(ADD, v=first, n=1)
    await phone.ask(DELIVER)
    refused = (await phone.ask(PAY, m="standard-payment", d={}))["addPaymentToOrder"]
    assert refused["errorCode"] == "ORDER_STATE_TRANSITION_ERROR" and "how to pay for" in refused["message"]
    await phone.ask(ADD, v=first, n=1, o=option)
    guest = await phone.refused(PAY, m="standard-payment", d={})
    assert guest["extensions"]["code"] == "NOT_SIGNED_IN"
    assert guest["message"] == "Sign in to pay a part of it later."


async def test_a_balance_is_paid_in_part_and_the_rest_by_another_persons_card(
    phones: Callable[[], Phone], world: World, demo_scope: Scope
) -> None:
    ama, kofi = phones(), phones()
    await signed_in(ama, demo_scope)
    await signed_in(kofi, demo_scope)
    order = await bought(ama, demo_scope)
    owed, code = order["outstanding"], order["code"]
    assert order["state"] == "PaymentAuthorized" and owed > 10_000
    [balance] = (await ama.ask(BALANCES))["balances"]
    assert (balance["orderCode"], balance["orderId"]) == (code, order["id"])
    assert (balance["total"], balance["paid"], balance["outstanding"]) == (
        order["totalWithTax"],
        order["dueNow"],
        owed,
    )
    assert balance["method"] == "shopping card" and balance["about"]
    assert (await kofi.ask(BALANCES))["balances"] == []

    ama.headers["Idempotency-Key"] = "part"
    part = {"orderId": order["id"], "amount": 10_000, "method": "shopping-card", "metadata": {"pin": PIN}}
    first = (await ama.ask(PAY_BALANCE, i=part))["payBalance"]
    again = (await ama.ask(PAY_BALANCE, i=part))["payBalance"]
    assert first == again and first["outstanding"] == owed - 10_000
    assert (first["payment"]["amount"], first["payment"]["state"]) == (10_000, "Settled")
    conflict = await ama.refused(PAY_BALANCE, i=part | {"amount": 10_001})
    assert conflict["extensions"]["code"] == "IDEMPOTENCY_CONFLICT"
    del ama.headers["Idempotency-Key"]

    # Somebody who was given the code sees amounts alone, and pays with what is theirs.
    seen = (await kofi.ask(BY_CODE, c=code))["balanceByCode"]
    assert (seen["paid"], seen["outstanding"]) == (order["dueNow"] + 10_000, owed - 10_000)
    assert [due["outstanding"] for due in seen["due"]] == [owed - 10_000]
    by_id = {"orderId": order["id"], "method": "shopping-card", "metadata": {"pin": PIN}}
    assert (await kofi.refused(PAY_BALANCE, i=by_id))["extensions"]["code"] == "NOT_FOUND"
    rest = {"orderCode": code, "method": "shopping-card", "metadata": {"pin": PIN}, "keepMethod": True}
    done = (await kofi.ask(PAY_BALANCE, i=rest))["payBalance"]
    assert (done["payment"]["amount"], done["outstanding"]) == (owed - 10_000, 0)
    paid = (await ama.ask(ORDER, c=code))["orderByCode"]
    assert (paid["state"], paid["outstanding"]) == ("PaymentSettled", 0)
    assert [(each["state"], each["collected"]) for each in paid["scheduledCharges"]] == [("Paid", owed)]
    assert (await ama.ask(BALANCES))["balances"] == []
    words = [each["description"] for each in (await ama.ask(MOVEMENTS, o=order["id"]))["orderMovements"]]
    assert words[-1].startswith("Somebody paid GHS") and len(words) == 4
    amounts = [each["amount"] for each in (await ama.ask(MOVEMENTS, o=order["id"]))["orderMovements"]]
    assert sum(amounts) == order["totalWithTax"]
    await the_book_explains_what_is_owed()


async def test_a_guest_pays_by_code_on_a_page(
    phones: Callable[[], Phone], world: World, demo_scope: Scope
) -> None:
    ama, guest, other = phones(), phones(), phones()
    await signed_in(ama, demo_scope)
    order = await bought(ama, demo_scope)
    by_page = {
        "orderCode": order["code"],
        "method": "connected-payment-method",
        "metadata": BACK,
    }
    guest.headers["Idempotency-Key"] = other.headers["Idempotency-Key"] = "1"
    begun = (await guest.ask(PAY_BALANCE, i=by_page))["payBalance"]
    assert (begun["payment"]["state"], begun["outstanding"]) == ("Pending", order["outstanding"])
    url = begun["payment"]["metadata"]["public"]["paymentUrl"]
    assert (await guest.ask(PAY_BALANCE, i=by_page))["payBalance"] == begun
    card = {"orderCode": order["code"], "method": "shopping-card", "metadata": {"pin": PIN}}
    refused = (await other.ask(PAY_BALANCE, i=card))["payBalance"]
    assert refused["errorCode"] == "INELIGIBLE_PAYMENT_METHOD_ERROR"
    await at_the_page(url, pay=True)

    async def paid() -> bool:
        return (await ama.ask(ORDER, c=order["code"]))["orderByCode"]["state"] == "PaymentSettled"

    await world.until(paid)
    payment = await Payment.get(id=int(begun["payment"]["id"]))
    assert payment.customer_id is None
    await the_book_explains_what_is_owed()


async def test_money_of_a_guest_that_comes_too_late_goes_back(
    phones: Callable[[], Phone], world: World, demo_scope: Scope
) -> None:
    ama, guest = phones(), phones()
    await signed_in(ama, demo_scope)
    order = await bought(ama, demo_scope)
    by_page = {"orderCode": order["code"], "method": "connected-payment-method", "metadata": BACK}
    begun = (await guest.ask(PAY_BALANCE, i=by_page))["payBalance"]
    url = begun["payment"]["metadata"]["public"]["paymentUrl"]
    # The page is given up for the customer's own card, and paid all the same.
    mine = {"orderId": order["id"], "method": "shopping-card", "metadata": {"pin": PIN}}
    assert (await ama.ask(PAY_BALANCE, i=mine))["payBalance"]["outstanding"] == 0
    await at_the_page(url, pay=True)
    refund = await world.until(lambda: Refund.filter(state="Done").first())
    assert (refund.payment_id, refund.amount_minor) == (int(begun["payment"]["id"]), order["outstanding"])
    await the_book_explains_what_is_owed()


async def test_the_page_of_a_deposit_leaves_the_rest(phone: Phone, world: World, demo_scope: Scope) -> None:
    await signed_in(phone, demo_scope)
    order = await bought(phone, demo_scope, "connected-payment-method")
    assert order["state"] == "ArrangingPayment"
    assert order["payments"][-1]["amount"] == order["dueNow"] < order["totalWithTax"]
    assert order["dueLater"] == sum(charge["amount"] for charge in order["scheduledCharges"]) > 0
    await at_the_page(order["payments"][-1]["metadata"]["public"]["paymentUrl"], pay=True)

    async def placed() -> bool:
        return (await phone.ask(ORDER, c=order["code"]))["orderByCode"]["state"] == "PaymentAuthorized"

    await world.until(placed)
    assert (await phone.ask(BALANCES))["balances"][0]["outstanding"] == order["dueLater"]


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"method": "shopping-card"}, "INVALID_INPUT", "orderId"),
        ({"orderId": "1", "orderCode": "x", "method": "shopping-card"}, "INVALID_INPUT", "orderId"),
        ({"orderId": "x", "method": "connected-payment-method"}, "NOT_FOUND", "id"),
        ({"orderCode": "MK000000000", "method": "connected-payment-method"}, "NOT_FOUND", "id"),
        (
            {"orderCode": "{code}", "amount": 0, "method": "connected-payment-method"},
            "INVALID_INPUT",
            "amount",
        ),
        (
            {"orderCode": "{code}", "amount": -5, "method": "connected-payment-method"},
            "INVALID_INPUT",
            "amount",
        ),
        (
            {"orderCode": "{code}", "amount": 10**12, "method": "connected-payment-method"},
            "INVALID_INPUT",
            "amount",
        ),
        (
            {"orderCode": "{code}", "method": "mobile-money", "metadata": {"phone": 5}},
            "INVALID_INPUT",
            "phone",
        ),
        ({"orderCode": "{code}", "method": "mobile-money", "metadata": []}, "INVALID_INPUT", "metadata"),
        ({"orderCode": "{code}", "method": "shopping-card"}, "PAYMENT_DECLINED_ERROR", ""),
        ({"orderCode": "{code}", "method": "standard-payment"}, "INELIGIBLE_PAYMENT_METHOD_ERROR", ""),
    ],
    ids=range(11),
)
async def test_balances_that_can_not_be_paid(
    phone: Phone, demo_scope: Scope, given: dict[str, Any], code: str, field: str
) -> None:
    await signed_in(phone, demo_scope)
    order = await bought(phone, demo_scope)
    given = {k: v.format(code=order["code"]) if isinstance(v, str) else v for k, v in given.items()}
    _, body = await phone.send({"query": PAY_BALANCE, "variables": {"i": given}})
    if "errors" in body:
        assert body["errors"][0]["extensions"] == {"code": code, "field": field}
    else:
        assert body["data"]["payBalance"]["errorCode"] == code
    assert (await phone.ask(BALANCES))["balances"][0]["outstanding"] == order["outstanding"]


async def test_while_money_may_be_moving_nothing_else_is_paid_or_called_off(
    phone: Phone, demo_scope: Scope
) -> None:
    await signed_in(phone, demo_scope)
    order = await bought(phone, demo_scope)
    named = {"orderId": order["id"]}
    by_page = named | {"method": "connected-payment-method", "metadata": BACK}
    await phone.world.twin("/control/fail", provider="paystack", call="initialize", mode="decline")
    assert (await phone.ask(PAY_BALANCE, i=by_page))["payBalance"]["__typename"] == "PaymentFailedError"
    by_phone = named | {"method": "mobile-money", "metadata": {"phone": "0246215478", "network": "mtn"}}
    assert (await phone.ask(PAY_BALANCE, i=by_phone))["payBalance"]["__typename"] == "BalancePayment"
    by_card = named | {"method": "shopping-card", "metadata": {"pin": PIN}}
    for query, given in ((PAY_BALANCE, {"i": by_card}), (CANCEL, {"o": order["id"]})):
        (refused,) = (await phone.ask(query, **given)).values()
        assert refused["__typename"] == "OrderPaymentStateError"


async def test_calling_an_order_off_gives_back_what_was_announced(
    phones: Callable[[], Phone], demo_scope: Scope
) -> None:
    ama, kofi = phones(), phones()
    await signed_in(ama, demo_scope)
    await signed_in(kofi, demo_scope)
    order = await bought(ama, demo_scope)
    announced = (await ama.ask(CANCELLATION, o=order["id"]))["cancellation"]
    assert announced == {"returned": order["dueNow"], "kept": 0, "forgiven": order["outstanding"]}
    for stranger in (kofi, phones()):
        code = "NOT_FOUND" if stranger is kofi else "NOT_SIGNED_IN"
        for query in (CANCELLATION, CANCEL, MOVEMENTS):
            assert (await stranger.refused(query, o=order["id"]))["extensions"]["code"] == code
    done = (await ama.ask(CANCEL, o=order["id"], r="found it cheaper"))["cancelOrder"]
    assert done == {"__typename": "Cancellation", **announced}
    again = (await ama.ask(CANCEL, o=order["id"]))["cancelOrder"]
    assert (again["errorCode"], again["fromState"], again["toState"]) == (
        "ORDER_STATE_TRANSITION_ERROR",
        "Cancelled",
        "Cancelled",
    )
    told = await ama.send({"query": CANCELLATION, "variables": {"o": order["id"]}})
    assert told[1]["data"] == {"cancellation": None}
    assert told[1]["errors"][0]["extensions"]["code"] == "ILLEGAL_TRANSITION"
    seen = (await ama.ask(ORDER, c=order["code"]))["orderByCode"]
    assert (seen["state"], seen["outstanding"]) == ("Cancelled", 0)
    amounts = [each["amount"] for each in (await ama.ask(MOVEMENTS, o=order["id"]))["orderMovements"]]
    assert sum(amounts) == 0
    await the_book_explains_what_is_owed()


async def test_codes_can_not_be_guessed_at_leisure(phones: Callable[[], Phone], demo_scope: Scope) -> None:
    ama, kofi, guest = phones(), phones(), phones()
    await signed_in(ama, demo_scope)
    await signed_in(kofi, demo_scope)
    order = await bought(ama, demo_scope)
    guest.headers["X-Forwarded-For"] = "41.66.200.9"
    for stranger in (kofi, guest):
        for number in range(MOST):
            query, given = (
                (BY_CODE, {"c": "MK1"}),
                (PAY_BALANCE, {"i": {"orderCode": "MK1", "method": "mobile-money"}}),
            )[number % 2]
            assert (await stranger.refused(query, **given))["extensions"]["code"] in (
                "NOT_FOUND",
                "INVALID_INPUT",
            )
        assert (await stranger.refused(BY_CODE, c=order["code"]))["extensions"]["code"] == "TOO_MANY_TRIES"
    assert (await ama.ask(BY_CODE, c=order["code"]))["balanceByCode"]["outstanding"] == order["outstanding"]


OFFERS = """{ products(options: {take: 20, sort: {id: ASC}}) { items { id purchaseOptions { id }
  variants { id purchaseOptions { id description checkoutCharge { percentage amount } } } } } }"""
WITHOUT = "{ products(options: {take: 20, sort: {id: ASC}}) { items { id variants { id } } } }"


async def statements(phone: Phone, query: str) -> int:
    await phone.ask(query)
    with counted() as counter:
        await phone.ask(query)
    return counter.statements


async def test_a_list_of_products_shows_its_options_at_a_constant_cost(
    phone: Phone, demo_scope: Scope
) -> None:
    first, second = await two_variants(demo_scope)
    for variant in (first, second):
        await an_option(demo_scope, variant)
    bare = await statements(phone, WITHOUT)
    assert await statements(phone, OFFERS) == bare + 2
    assert await statements(phone, OFFERS.replace("take: 20", "take: 3")) == bare + 2
    items = (await phone.ask(OFFERS))["products"]["items"]
    assert len(items) == 20
    offered = {
        v["id"]: [o["description"] for o in v["purchaseOptions"]] for i in items for v in i["variants"]
    }
    assert offered[str(first)][-1] == offered[str(second)][-1] == "30% now"

    # A market that sells nothing on terms asks nothing.
    await PurchaseOptionGroup.all().update(deleted_at=now() - timedelta(days=1))
    offers._known.put((demo_scope.platform_id, demo_scope.environment), False)
    assert await statements(phone, OFFERS) == bare


async def test_what_is_not_asked_for_is_not_read(phone: Phone, demo_scope: Scope) -> None:
    await signed_in(phone, demo_scope)
    order = await bought(phone, demo_scope)

    async def of(fields: str) -> int:
        return await statements(phone, f'{{ orderByCode(code: "{order["code"]}") {{ {fields} }} }}')

    bare = await of("id")
    assert await of("state lines { id }") == bare + 2  # the lines and, for who bought so, the options
    assert await of("dueNow outstanding scheduledCharges { amount }") == bare + 1
    assert await of("lines { dueNow dueAt purchaseOption { id } } outstanding") == bare + 4
    assert (await methods_of(demo_scope))[0].id == 1
