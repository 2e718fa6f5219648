"""Every refusal has its place in the dialect."""

import re

import pytest

from api.graphql.snapshot import schema_text
from api.shop.door import SDL
from api.vendure.errors import MEMBERS, as_member
from core import errors
from core.errors import all_error_classes

SCHEMA = schema_text(SDL)


def shop_error_classes() -> list[type[errors.DomainError]]:
    return [each for each in all_error_classes() if each.__module__ == "core.errors"]


def test_every_refusal_is_mapped() -> None:
    assert set(shop_error_classes()) == set(MEMBERS)


@pytest.mark.parametrize(
    "member",
    sorted({m for members in MEMBERS.values() for m in members}, key=lambda m: m.typename),
    ids=lambda m: m.typename,
)
def test_every_member_is_in_the_schema_with_its_code(member: object) -> None:
    assert re.search(rf"^type {member.typename} implements ErrorResult", SCHEMA, re.MULTILINE)  # type: ignore[attr-defined]
    assert re.search(rf"^  {member.error_code}$", SCHEMA, re.MULTILINE)  # type: ignore[attr-defined]


def test_the_first_member_that_the_union_has_is_taken() -> None:
    shortage = errors.InsufficientStock(3, "Brake disc")
    cart = as_member(shortage, frozenset({"Order", "InsufficientStockError"}))
    assert cart == {
        "__typename": "InsufficientStockError",
        "errorCode": "INSUFFICIENT_STOCK_ERROR",
        "message": "Only 3 of Brake disc can be had.",
        "quantityAvailable": 3,
    }
    paying = as_member(shortage, frozenset({"Order", "OrderStateTransitionError"}))
    assert paying and paying["toState"] == "ArrangingPayment"
    assert as_member(errors.NotFound(), frozenset({"Order", "InsufficientStockError"})) is None
