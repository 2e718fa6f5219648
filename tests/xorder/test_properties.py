"""Properties are written to orders and their parts by whoever may, and read together."""

from collections.abc import Callable
from typing import Any

import pytest

from services.orders.views import OrderView
from services.tenants import Scope, scope_by_code
from tests.stories.test_statements import statements  # noqa: F401 - a fixture
from tests.xorder.conftest import Hands, Somebody, somebody, staff_with_role
from tests.xorder.contract import selection
from tests.xorder.test_document import DICTIONARY, ITEM, LANGUAGES, PROPERTIES, TEXT, sample

HELD = f"dynamicProperties(cultureName: $c) {selection('DynamicPropertyValueType')}"
READ = f"""query($i: String, $c: String) {{ order(id: $i) {{ {HELD} items {{ id {HELD} }} shipments {{ id {HELD} }}
  inPayments {{ id {HELD} }} }} }}"""
ORDER = sample("updateOrderDynamicProperties")


async def read(hands: Hands, order: OrderView, culture: str | None = None) -> Any:
    return (await hands.ask(READ, i=str(order.uid), c=culture))["order"]


async def write(hands: Hands, order: OrderView, *given: dict[str, Any]) -> Any:
    command = {"orderId": str(order.uid), "dynamicProperties": list(given)}
    return (await hands.ask(ORDER, command=command))["updateOrderDynamicProperties"]["dynamicProperties"]


async def test_what_isn_t_named_stays_and_null_takes_away(customer: Somebody, desk: Hands) -> None:
    order = await customer.orders_on_account()
    assert len(await write(customer.hands, order, *PROPERTIES)) == 3
    assert len(await write(desk, order, {"name": LANGUAGES, "cultureName": "fr-FR", "value": "bonjour"})) == 4
    german = (await read(customer.hands, order, "de-DE"))["dynamicProperties"]
    assert {each["value"] for each in german} >= {"12345678", "hallo welt"} and len(german) == 3
    (item,) = [each["dictionaryItem"] for each in german if each["name"] == DICTIONARY]
    assert item["id"] == ITEM and item["label"]
    left = await write(desk, order, {"name": TEXT, "value": None})
    assert TEXT not in {each["name"] for each in left} and len(left) == 3


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "Nothing", "value": "1"}, "Nothing"),
        ({"name": TEXT, "value": 1}, TEXT),
        ({"name": TEXT, "value": ["a", "b"]}, TEXT),
        ({"name": TEXT, "locale": "de-DE", "value": "a"}, TEXT),
        ({"name": LANGUAGES, "value": "a"}, LANGUAGES),
        ({"name": DICTIONARY, "value": "0" * 32}, DICTIONARY),
        ({"name": DICTIONARY, "value": "nothing"}, DICTIONARY),
    ],
)
async def test_what_doesn_t_fit_is_told_by_its_name(
    customer: Somebody, given: dict[str, Any], field: str
) -> None:
    order = await customer.orders_on_account()
    command = {"orderId": str(order.uid), "dynamicProperties": [PROPERTIES[0], given]}
    told = await customer.hands.refused(ORDER, command=command)
    assert (told["code"], told["field"]) == ("InvalidInput", field)
    assert (await read(customer.hands, order))["dynamicProperties"] == []


async def test_only_whoever_sees_an_order_writes_to_it(
    customer: Somebody, hands: Callable[[str | None], Hands], scope: Scope
) -> None:
    order = await customer.orders_on_account()
    shown = await read(customer.hands, order)
    payment = await customer.plans(order)
    kasuwa = await staff_with_role(hands, await scope_by_code("kasuwa", "test"), "owner")
    other = await somebody(hands, scope)
    others = await other.orders_on_account(47, 1)
    for field, named, part in (
        ("updateOrderDynamicProperties", "", None),
        ("updateOrderItemDynamicProperties", "lineItemId", shown["items"][0]["id"]),
        ("updateOrderShipmentDynamicProperties", "shipmentId", shown["shipments"][0]["id"]),
        ("updateOrderPaymentDynamicProperties", "paymentId", payment["id"]),
    ):
        command = {"orderId": str(order.uid), "dynamicProperties": PROPERTIES[:1]} | (
            {named: part} if part else {}
        )
        for who, code in (
            (
                (other.hands, "NotFound"),
                (kasuwa, "NotFound"),
                (await staff_with_role(hands, scope, "seller", order.lines[0].seller_id), "Forbidden"),
                (hands(None), "Unauthorized"),
            )
            if field == "updateOrderDynamicProperties"
            else ((other.hands, "NotFound"), (kasuwa, "NotFound"))
        ):
            told = await who.refused(sample(field), command=command)
            assert told["code"] in (code, "OrderNotModifiable"), (field, told)
        if part:
            # A part of another order isn't reached through one's own.
            wrong = await other.hands.refused(sample(field), command=command | {"orderId": str(others.uid)})
            assert wrong["code"] == "NotFound"
    after = await read(customer.hands, order)
    held = [after, *after["items"], *after["shipments"], *after["inPayments"]]
    assert [each["dynamicProperties"] for each in held] == [[], [], [], []]


async def test_a_payment_of_another_door_holds_properties_too(customer: Somebody) -> None:
    from services.deposits.paying import Which, pay_balance

    order = await customer.orders_on_account()
    await pay_balance(customer.buyer, Which(uid=order.uid), "shopping-card", amount_minor=1_000, pin="1234")
    (made,) = await customer.payments(order)
    command = {"paymentId": made["id"], "dynamicProperties": PROPERTIES}
    text = sample("updateOrderPaymentDynamicProperties")
    for _ in range(2):
        (held,) = (await customer.hands.ask(text, command=command))["updateOrderPaymentDynamicProperties"][
            "inPayments"
        ]
        assert (held["id"], len(held["dynamicProperties"])) == (made["id"], 3)
    assert await customer.payments(order) == [made]


async def test_properties_of_many_orders_are_read_together(
    customer: Somebody,
    desk: Hands,
    statements: list[str],  # noqa: F811
) -> None:
    for _ in range(3):
        order = await customer.orders_on_account(46, 1)
        await customer.plans(order, dynamicProperties=PROPERTIES)
        await write(desk, order, *PROPERTIES)
    ask = "{ orders(first: %s) { items { dynamicProperties { value } items { dynamicProperties { value } } shipments { dynamicProperties { value } } inPayments { dynamicProperties { value } } } } }"
    await desk.ask(ask % 3)
    taken = []
    for first in (1, 3):
        statements.clear()
        page = (await desk.ask(ask % first))["orders"]["items"]
        assert all(len(each["dynamicProperties"]) == 3 for each in page)
        taken.append(len(statements))
    assert taken[0] == taken[1] <= 14, "\n".join(statements)
