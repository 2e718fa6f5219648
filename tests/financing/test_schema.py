"""The schema is the surface: every name and type of it, described, and the published one is the served one."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from api.financing.door import SCALARS, SDL, financing_engine
from api.financing.errors import MEMBERS, delivery_members, members
from api.graphql.snapshot import schema_text
from core import errors
from core.errors import DomainError, all_error_classes
from tests.downpay.test_schema import typed
from tests.financing.contract import surface_types
from tests.shop.test_limits import INTROSPECTION

SNAPSHOT = Path(__file__).parents[2] / "docs" / "schemas" / "financing.graphql"
TEXT = schema_text(SDL, SCALARS)


async def test_every_type_and_field_of_the_surface_is_served() -> None:
    engine = await financing_engine()
    context = SimpleNamespace(document=engine.read(INTROSPECTION), known=None)
    answer = await engine.run(INTROSPECTION, None, None, context)
    types = {each["name"]: each for each in answer["data"]["__schema"]["types"]}
    surface = surface_types()
    assert len(surface) > 30
    for name, wanted in surface.items():
        served = types[name]
        if served["kind"] == "ENUM":
            assert [each["name"] for each in served["enumValues"]] == list(wanted)
            continue
        fields = typed(served["fields"] or served["inputFields"])
        assert {field: fields.get(field) for field in wanted} == wanted, name
    for scalar in ("Money", "PhoneNumber", "EmailAddress"):
        assert types[scalar]["kind"] == "SCALAR"
    for name in (
        "FatalError",
        "BadRequest",
        "UnauthorizedError",
        "CartValidation",
        "CartMinNotMet",
        "OrderNotFound",
    ):
        assert name in {each["name"] for each in types["OrderError"]["possibleTypes"]}


def test_the_published_schema_is_the_served_one() -> None:
    assert SNAPSHOT.read_text() == TEXT


def test_every_type_and_operation_is_described() -> None:
    named = [
        found
        for found in re.finditer(r"^(?:type|input|enum|interface|scalar) (\w+)", TEXT, re.MULTILINE)
        if found[1] not in ("Query", "Mutation")
    ]
    assert [found[1] for found in named if not TEXT[: found.start()].endswith('"""\n')] == []
    for root in ("Query", "Mutation"):
        body = TEXT[TEXT.index(f"type {root} {{") :].split("\n}\n")[0]
        for field in re.finditer(r"^  \w+\(", body, re.MULTILINE):
            assert body[: field.start()].endswith('"""\n')


def test_every_refusal_is_mapped_to_a_member_of_the_schema() -> None:
    assert {each for each in all_error_classes() if each.__module__ == "core.errors"} == set(MEMBERS)
    for name in set(MEMBERS.values()):
        assert re.search(rf"^type {name} implements OrderError", TEXT, re.MULTILINE)


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (errors.NotFound(), "NotFound"),
        (errors.IllegalTransition("Open", "Delivered", ()), "InvalidApp"),
        (errors.InvalidInput("no", field="x"), "BadRequest"),
        (errors.Forbidden(), "UnauthorizedError"),
        (errors.Unavailable(), "FatalError"),
    ],
)
def test_a_delivery_is_refused_in_its_own_members(error: DomainError, name: str) -> None:
    (member,) = delivery_members(error)
    assert member == {"__typename": name, "message": error.message}
    assert re.search(rf"^type {name} implements .*MarkOrderDeliveredError", TEXT, re.MULTILINE)
    assert members(error)[0]["message"] == error.message
