"""Every refusal has its place in a payload."""

from api.downpay.errors import AT_FAULT, INPUT_FIELDS, displayable
from core import errors
from core.errors import all_error_classes
from tests.downpay.contract import CONTRACT, TYPES, bare


def test_every_refusal_is_mapped() -> None:
    ours = [each for each in all_error_classes() if each.__module__ == "core.errors"]
    assert set(AT_FAULT) == set(ours)


def test_paths_begin_with_a_field_of_an_input() -> None:
    inputs = [TYPES[bare(m["args"]["input"])]["fields"] for m in CONTRACT["mutations"].values()]
    assert set().union(*inputs) - {"clientMutationId"} == INPUT_FIELDS
    assert {path[0] for path in AT_FAULT.values() if path} <= INPUT_FIELDS


def test_a_path_is_the_input_s_own_or_what_the_refusal_is_about() -> None:
    assert displayable(errors.InvalidInput("No.", field="amount.currencyCode")) == [
        {"field": ["amount", "currencyCode"], "message": "No."}
    ]
    assert displayable(errors.PaymentFailed("Declined.")) == [{"field": ["id"], "message": "Declined."}]
    assert displayable(errors.NotFound("Gone.", field="orderLineId"))[0]["field"] == ["id"]
    assert displayable(errors.IdempotencyConflict(field="Idempotency-Key"))[0]["field"] is None
    several = errors.InvalidInput(problems=[("resources.productIds.3", "a"), ("id", "b")])
    assert displayable(several) == [
        {"field": ["resources", "productIds", "3"], "message": "a"},
        {"field": ["id"], "message": "b"},
    ]
