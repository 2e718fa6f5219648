"""State tables say what may follow what, and name it."""

import pytest

from core.errors import IllegalTransition
from services.orders import ORDER_STATES
from services.payments import ATTEMPT_STATES, PAYMENT_STATES
from services.payments.states import REFUND_STATES

TABLES = [ORDER_STATES, PAYMENT_STATES, ATTEMPT_STATES, REFUND_STATES]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_state_that_can_be_reached_is_in_the_table(table):
    assert {after for states in table.transitions.values() for after in states} <= set(table.transitions)


def test_a_forbidden_change_names_the_allowed_ones():
    with pytest.raises(IllegalTransition) as refusal:
        ORDER_STATES.check("AddingItems", "Delivered")
    assert refusal.value.allowed == ["ArrangingPayment", "Cancelled"]
    assert "ArrangingPayment, Cancelled" in refusal.value.message


def test_a_payment_that_was_given_up_can_still_be_settled_but_never_unsettled():
    assert PAYMENT_STATES.allows("Cancelled", "Settled") and PAYMENT_STATES.allows("Declined", "Settled")
    assert not PAYMENT_STATES.transitions["Settled"]
