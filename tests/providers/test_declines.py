"""Which declines are worth another try, by the words in which issuers, Paystack and Monnify say them."""

import pytest

from providers.declines import worth_retrying

PASSING = [
    "",
    "Declined",
    "Insufficient funds",
    "Insufficient Funds",
    "Not sufficient funds",
    "Do not honor",
    "Do Not Honour",
    "Timeout",
    "Request timed out, please try again",
    "Issuer unavailable",
    "Issuer or switch inoperative",
    "Connection lost",
    "Session expired",
    "Exceeds withdrawal limit",
    "System malfunction",
    "The customer did not approve in time",
]
FINAL = [
    "Expired card",
    "Card has expired",
    "Stolen card",
    "Lost Card, Pick-Up",
    "Stolen/Lost card",
    "Invalid card",
    "Invalid card number",
    "Restricted card",
    "Transaction not permitted to cardholder",
    "Card blocked",
    "Closed account",
    "Suspected fraud",
    "Revocation of authorization order",
    "Authorization is no longer active",
    "Authorization code does not exist or has been deactivated",
    "This authorization is not reusable",
]


@pytest.mark.parametrize("words", PASSING)
def test_a_passing_trouble_is_worth_another_try(words):
    assert worth_retrying(words)


@pytest.mark.parametrize("words", FINAL)
def test_a_card_that_never_pays_again_is_not_tried_again(words):
    assert not worth_retrying(words)
