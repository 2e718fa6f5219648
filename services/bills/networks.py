"""Which network a line is of, told from its number: a guess, since numbers are carried from one network to another."""

from collections.abc import Sequence

import phonenumbers
from phonenumbers import carrier

from models import Biller


def network_of(phone: str, billers: Sequence[Biller]) -> Biller | None:
    """Who of `billers` is the network that the number (E.164) was given out by; None where none is."""
    name = carrier.name_for_number(phonenumbers.parse(phone, None), "en").casefold()
    return next((each for each in billers if each.active and each.slug.removesuffix("data") == name), None)
