"""The dialect's own scalars. What is wrong with one is told by `checking`, in the dialect's words, before they are read."""

import re
from collections.abc import Callable
from typing import Any

from tartiflette import Scalar
from tartiflette.constants import UNDEFINED_VALUE
from tartiflette.language.ast import StringValueNode

from core.phones import is_number_of

SDL = '''
"""An amount of money in major units, as text: "100" and "5.99" are both good, and "0.00" is how it is written back."""
scalar Money
"""A telephone number: exactly 10 digits, or a number of the platform's country as it is dialled from abroad or at home."""
scalar PhoneNumber
"""An e-mail address."""
scalar EmailAddress
'''

# A web page that hides addresses from robots leaves this in place of one: in the document's own sample, too.
HIDDEN = re.compile(r"\[email[ \u00a0]protected\]")

PHONE = 'Phone numbers should be in the following format: "5555555555" and only be 10 digits'
EMAIL = 'Email addresses should be in the following format: "name@example.com"'
MONEY = 'Amounts should be in the following format: "0.00"'

_TEN_DIGITS = re.compile(r"\d{10}", re.ASCII)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,180}\.[^@\s.]{2,}")
_MONEY = re.compile(r"\d{1,12}(\.\d{1,2})?", re.ASCII)


def phone_problem(value: str, country: str | None) -> str | None:
    """What is wrong with a number; `country` is the platform's (ISO-2), where it is known."""
    good = _TEN_DIGITS.fullmatch(value) or (country is not None and is_number_of(country, value))
    return None if good else PHONE


def email_problem(value: str, _: str | None) -> str | None:
    """What is wrong with an address."""
    good = HIDDEN.fullmatch(value) or (value.isprintable() and _EMAIL.fullmatch(value))
    return None if good else EMAIL


def money_problem(value: str, _: str | None) -> str | None:
    """What is wrong with an amount."""
    return None if _MONEY.fullmatch(value) else MONEY


Problem = Callable[[str, str | None], str | None]
# Of each of them: what is wrong with a text, and what is said where it is no text.
SCALARS: dict[str, tuple[Problem, str]] = {
    "Money": (money_problem, MONEY),
    "PhoneNumber": (phone_problem, PHONE),
    "EmailAddress": (email_problem, EMAIL),
}


class Text:
    """Text, as it was checked already."""

    def coerce_output(self, value: Any) -> str:
        return str(value)

    def coerce_input(self, value: Any) -> str:
        if not isinstance(value, str):
            raise TypeError("That is no text.")
        return value

    def parse_literal(self, node: Any) -> Any:
        return node.value if isinstance(node, StringValueNode) else UNDEFINED_VALUE


def bake(schema_name: str, _: Any = None) -> str:
    """Register the scalars under `schema_name`; their SDL."""
    for name in SCALARS:
        Scalar(name, schema_name=schema_name)(Text())
    return SDL
