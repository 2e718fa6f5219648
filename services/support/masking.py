"""What is kept of words to staff: PINs and codes are masked, whoever wrote them and however."""

import re

from models import Customer
from services.accounts.pins import hashes_of_pin

WIPED = "***"
FOUR = re.compile(r"(?<!\d)\d{4}(?!\d)")
# One-time codes and the codes of links.
CODES = re.compile(r"(?<!\d)(?:\d{6}|\d{8})(?!\d)")
NAMED = re.compile(r"(\bpins?\b\D{0,15})\d{4,6}(?!\d)", re.IGNORECASE)
ALONE = re.compile(r"\W*\d{4}\W*")


def masked(text: str, customer: Customer | None) -> str:
    """The words without what may be a secret: codes, four digits that are the customer's PIN, are called one, or stand
    alone.
    """
    if ALONE.fullmatch(text):
        return WIPED
    words = CODES.sub(WIPED, NAMED.sub(rf"\1{WIPED}", text))
    if customer is None or customer.pin_hash is None:
        return words
    kept: str = customer.pin_hash
    return FOUR.sub(
        lambda found: WIPED if kept.startswith(tuple(hashes_of_pin(customer.id, found[0]))) else found[0],
        words,
    )
