"""Whatever comes in, the answer is in the dialect: no fault, no secret, nothing half done."""

import random
from typing import Any

import pytest

from models import FinancingApplication
from tests.financing.conftest import Dealer
from tests.financing.contract import document_s_mutation

JUNK: list[Any] = [
    None, True, 0, -1, 2**31, 2**63, 1.5, 1e308, "", " ", "0.00", "1" * 5000, "\u202e\u0000"[:1], "é", "[email protected]",
    "0241234567", "ama@example.com", "http://x", "javascript:x", [], {}, [[]], [None], {"x": 1}, "DROP TABLE", "%s{}$1",
]  # fmt: skip
FIELDS: dict[str, Any] = {
    "details": {
        "customer": {
            "firstName": 0, "lastName": 0, "emailAddress": 0, "cellPhone": 0,
            "billingAddress": {"line1": 0, "line2": 0, "city": 0, "state": 0, "zip": 0},
            "shippingAddress": {"line1": 0},
        },
        "items": [{"displayName": 0, "sku": 0, "quantity": 0, "price": 0, "itemUrl": 0, "isLeaseable": 0, "category": 0}],
        "shippingAmnt": 0,
        "taxAmnt": 0,
    }
}  # fmt: skip


def junk(of: Any, chance: random.Random) -> Any:
    """Something like the input, with anything in its place here and there."""
    if chance.random() < 0.12:
        return chance.choice(JUNK)
    if isinstance(of, dict):
        return {name: junk(each, chance) for name, each in of.items() if chance.random() < 0.7}
    if isinstance(of, list):
        return [junk(of[0], chance) for _ in range(chance.randrange(4))]
    return chance.choice(JUNK)


@pytest.mark.parametrize("seed", range(4))
async def test_any_input_is_answered_in_the_dialect(dealer: Dealer, seed: int) -> None:
    chance = random.Random(seed)
    made = 0
    for _ in range(100):
        given = junk(FIELDS, chance)
        status, body = await dealer.send(document_s_mutation(), {"input": given})
        assert status == 200, (given, body)
        if body["data"] is None:
            assert all(set(error) == {"message", "path"} for error in body["errors"]), (given, body)
            assert len(body["errors"]) <= 50
            continue
        answer = body["data"]["createOrder"]
        assert {error["__typename"] for error in answer["orderErrors"]} <= {"BadRequest"}, (given, body)
        assert (answer["order"] is None) == bool(answer["orderErrors"])
        made += answer["order"] is not None
    assert await FinancingApplication.all().count() == made


async def test_hundreds_of_mistakes_are_told_of_fifty(dealer: Dealer) -> None:
    items = [{"price": "much"}] * 400
    _, body = await dealer.send(document_s_mutation(), {"input": {"details": {"items": items}}})
    assert len(body["errors"]) == 50


async def test_a_document_makes_only_so_many_orders(dealer: Dealer) -> None:
    many = " ".join(f"o{n}: createOrder(input: {{}}) {{ order {{ id }} }}" for n in range(1000))
    status, body = await dealer.send(f"mutation {{ {many} }}")
    assert status == 400 and body["errors"][0]["extensions"]["code"] == "TOO_COMPLEX"
    assert not await FinancingApplication.all().exists()


@pytest.mark.parametrize(
    "query",
    [
        "{", "{ nothing }", "mutation { createOrder }", "mutation { createOrder(input: 5) { order { id } } }",
        'mutation { createOrder(input: {details: {items: [{quantity: "x"}]}}) { order { id } } }',
        "mutation($input: Nothing!) { createOrder(input: $input) { order { id } } }",
        "subscription { order { id } }", "query A { __typename } query B { __typename }", "{ order(id: {}) { id } }",
        "{ ...a } fragment a on Query { ...a }",
    ],
)  # fmt: skip
async def test_what_is_no_document_is_refused(dealer: Dealer, query: str) -> None:
    status, body = await dealer.send(query, {"input": {}})
    assert status == 400 and body["errors"] and "INTERNAL" not in str(body)


async def test_root_fields_are_checked_wherever_they_stand(dealer: Dealer) -> None:
    bad = '{details: {taxAmnt: "x"}}'
    for query in (
        f"mutation {{ mine: createOrder(input: {bad}) {{ order {{ id }} }} }}",
        f"mutation {{ ... on Mutation {{ mine: createOrder(input: {bad}) {{ order {{ id }} }} }} }}",
        f"mutation {{ ...a }} fragment a on Mutation {{ mine: createOrder(input: {bad}) {{ order {{ id }} }} }}",
        f"mutation($i: NewOrder = {bad}) {{ mine: createOrder(input: $i) {{ order {{ id }} }} }}",
    ):
        status, body = await dealer.send(query)
        assert status == 200 and [error["path"] for error in body.get("errors", [])] == [
            ["mine", "input", "details", "taxAmnt"]
        ], (query, body)
