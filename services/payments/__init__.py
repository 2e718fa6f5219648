"""Payments: money on its way in, from the first promise to the ledger."""

from services.payments.opening import abandon_open_payment
from services.payments.states import ATTEMPT_STATES, PAYMENT_STATES

__all__ = ["ATTEMPT_STATES", "PAYMENT_STATES", "abandon_open_payment"]
