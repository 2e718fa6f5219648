"""Whatever is sent, the door answers in its own form, and tells nobody how it is built."""

from typing import Any

import pytest

from tests.xorder.conftest import Hands, Somebody
from tests.xorder.test_changes import CREATE
from tests.xorder.test_payments import CONFIRM, declared
from tests.xorder.test_reading import PAGE, WHOLE

NUL, SURROGATE = "a\x00b", "\ud800"
ODD = [
    "",
    " ",
    "'; DROP TABLE customer_order; --",
    "%",
    "_",
    "\\",
    "é" * 300,
    "💳",
    "9" * 400,
    "null",
    "[",
    "]",
    '"',
]


async def answered(hands: Hands, query: str, **variables: Any) -> None:
    body = await hands.send(query, **variables)
    for error in body.get("errors", ()):
        assert error["extensions"]["code"] not in ("INTERNAL", "Internal"), (variables, error)


@pytest.mark.parametrize("odd", ODD)
async def test_odd_words_are_looked_for_or_refused(customer: Somebody, desk: Hands, odd: str) -> None:
    for name in ("filter", "sort", "after", "user"):
        await answered(desk, PAGE, **{name: odd})
    await answered(customer.hands, WHOLE, id=odd)
    await answered(desk, "query($n: String) { order(number: $n) { id } }", n=odd)
    await answered(desk, "query($f: String) { orders(facet: $f) { totalCount } }", f=odd)
    await answered(desk, "query($f: String) { payments(filter: $f, sort: $f) { totalCount } }", f=odd)
    await answered(desk, CREATE, c={"cartId": odd})
    for field in ("status:", "number:", "customername:", "customerid:", "total:"):
        await answered(desk, PAGE, filter=f"{field}{odd}")


async def test_odd_numbers_of_money_are_refused(customer: Somebody, desk: Hands) -> None:
    order = await customer.orders_on_account()
    payment = await customer.plans(order, amount=10)
    for odd in (1e300, -1e300, 10**30, "1e5", "NaN", "Infinity", 0.1 + 0.2, True, [1], {"a": 1}, None):
        for name in ("sum", "taxTotal"):
            body = await desk.send(CONFIRM, c=declared(customer, order, payment, **{name: odd}))
            assert body["errors"] and "INTERNAL" not in str(body), (name, odd, body)
    assert (await customer.payment(order, payment["id"]))["status"] == "New"


async def test_pages_far_beyond_the_end_are_empty(customer: Somebody) -> None:
    await customer.orders_on_account()
    for after in ("1", "1000000", "999999999999999"):
        page = (await customer.hands.ask(PAGE, after=after))["orders"]
        assert (page["items"], page["totalCount"], page["pageInfo"]["hasNextPage"]) == ([], 1, False)
    assert (await customer.hands.ask(PAGE, first=0))["orders"]["items"] == []
    assert len((await customer.hands.ask(PAGE, first=2**31 - 1))["orders"]["items"]) == 1


async def test_a_document_that_asks_for_too_much_is_not_begun(customer: Somebody) -> None:
    inside = "{ id }"
    for _ in range(8):
        inside = f"{{ inPayments {{ order {inside} }} }}"
    body = await customer.hands.send(f"{{ orders(first: 100) {{ items {inside} }} }}")
    assert body["errors"][0]["extensions"]["code"] == "TOO_COMPLEX"
