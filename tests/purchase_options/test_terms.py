"""Terms are checked as merchants know it, and everything that is wrong is said at once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.money import read_amount
from services.purchase_options.checking import Problems, Terms, check_option
from services.purchase_options.inputs import OptionInput, PolicyInput
from tests.catalogue.helpers import GHANA

LATER = datetime(2090, 1, 1, tzinfo=UTC)
AT = "purchaseOptionGroupInput.purchaseOptionsToCreate.0"
PART = PolicyInput("PERCENTAGE", percentage=30, due_after="P14D")
PRICE = PolicyInput("PRICE", fixed_value="150.00", due_after="P1M")


def checked(policy: PolicyInput, scope: Any = GHANA) -> tuple[Terms | None, list[str]]:
    """What is stored for a policy, and the paths of what is wrong, from the policy on."""
    problems: Problems = []
    change = check_option(scope, OptionInput(description="x", policy=policy), AT, problems, new=True)
    return change.terms, [path.removeprefix(f"{AT}.billingPolicy.") for path, _ in problems]


@pytest.mark.parametrize(
    ("policy", "stored"),
    [
        (PART, Terms(300_000, None, "TimeAfterCheckout", None, "P14D")),
        (replace(PART, percentage=33.3333), Terms(333_333, None, "TimeAfterCheckout", None, "P14D")),
        (replace(PART, percentage=0), Terms(0, None, "TimeAfterCheckout", None, "P14D")),
        (replace(PART, due_after=" P5Y "), Terms(300_000, None, "TimeAfterCheckout", None, "P5Y")),
        (replace(PART, due_after=None, due_at=LATER), Terms(300_000, None, "ExactTime", LATER, "")),
        (PolicyInput("PERCENTAGE", percentage=100), Terms(1_000_000, None, "NoRemainingBalance", None, "")),
        (PRICE, Terms(None, 15_000, "TimeAfterCheckout", None, "P1M")),
        (replace(PRICE, fixed_value="0"), Terms(None, 0, "TimeAfterCheckout", None, "P1M")),
    ],
    ids=range(8),
)
def test_good_terms_are_stored_in_millionths_or_minor_units(policy: PolicyInput, stored: Terms) -> None:
    assert checked(policy) == (stored, [])


VALUE = "checkoutCharge.value"
TRIGGER = "remainingBalanceChargeTrigger"
EXACT, AFTER = "remainingBalanceChargeExactTime", "remainingBalanceChargeTimeAfterCheckout"


@pytest.mark.parametrize(
    ("policy", "paths"),
    [
        (replace(PART, percentage=None), [f"{VALUE}.percentage"]),
        (replace(PART, percentage=-1), [f"{VALUE}.percentage"]),
        (replace(PART, percentage=100.01), [f"{VALUE}.percentage"]),
        (replace(PART, percentage=33.33333), [f"{VALUE}.percentage"]),
        (replace(PART, percentage=float("nan")), [f"{VALUE}.percentage"]),
        (replace(PART, percentage=float("inf")), [f"{VALUE}.percentage"]),
        (replace(PART, fixed_value="5"), [f"{VALUE}.fixedValue"]),
        (replace(PRICE, percentage=5), [f"{VALUE}.percentage"]),
        (replace(PRICE, fixed_value=None), [f"{VALUE}.fixedValue"]),
        (replace(PRICE, fixed_value="1.005"), [f"{VALUE}.fixedValue"]),
        (replace(PRICE, fixed_value="-1"), [f"{VALUE}.fixedValue"]),
        (replace(PART, trigger="NoRemainingBalance"), [TRIGGER, AFTER]),
        (replace(PRICE, trigger="NoRemainingBalance", due_after=None), [TRIGGER]),
        (replace(PART, percentage=100), [TRIGGER]),
        (replace(PART, percentage=100, trigger="ExactTime", due_after=None, due_at=LATER), [TRIGGER]),
        (replace(PART, due_after=None), [TRIGGER]),
        (replace(PART, due_at=LATER), [TRIGGER]),
        (replace(PART, trigger="ExactTime"), [AFTER, EXACT]),
        (replace(PART, trigger="ExactTime", due_at=LATER), [AFTER]),
        (replace(PART, due_after=None, due_at=datetime(2020, 1, 1, tzinfo=UTC)), [EXACT]),
        (replace(PART, due_at=LATER, due_after=None, trigger="TimeAfterCheckout"), [EXACT, AFTER]),
        (replace(PART, due_after="P7Y", percentage=200), [f"{VALUE}.percentage", AFTER]),
        *((replace(PART, due_after=wrong), [AFTER]) for wrong in ("", "14", "PT0S", "-P1D", "P6Y", "P" * 99)),
    ],
)  # fmt: skip
def test_everything_that_is_wrong_is_named(policy: PolicyInput, paths: list[str]) -> None:
    assert checked(policy)[1] == paths


@given(st.integers(0, 1_000_000))
def test_a_share_of_four_decimals_is_kept_exactly(ppm: int) -> None:
    due = None if ppm == 1_000_000 else "P1D"
    stored, problems = checked(PolicyInput("PERCENTAGE", percentage=ppm / 10_000, due_after=due))
    assert not problems and stored is not None and stored.charge_ppm == ppm


@given(st.text(max_size=30) | st.from_regex(r"\A[-+0-9.eE_ ]{1,12}\Z"))
def test_an_amount_is_plain_digits_or_refused(text: str) -> None:
    try:
        minor = read_amount(text, "GHS", "amount")
    except InvalidInput:
        return
    assert minor >= 0 and set(text) <= set("0123456789.") and float(text) == pytest.approx(minor / 100)


def test_an_amount_has_the_currency_s_own_decimals() -> None:
    assert read_amount("1500", "XOF", "amount") == 1500
    assert read_amount("1.500", "KWD", "amount") == 1500
    with pytest.raises(InvalidInput):
        read_amount("1.5", "XOF", "amount")


def test_a_time_is_stored_in_utc() -> None:
    from_accra_s_east = (LATER + timedelta(hours=1)).replace(tzinfo=UTC).astimezone()
    stored, _ = checked(replace(PART, due_after=None, due_at=from_accra_s_east))
    assert stored is not None and stored.due_at is not None and stored.due_at.tzinfo is UTC
