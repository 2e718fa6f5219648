"""Values of dynamic properties: what each type takes, how it is kept as text, and what it is read back as."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from core.errors import InvalidInput
from services.paging import storable
from services.properties.markup import clean_markup

# What a property's value is to Python; what a door writes it as is the door's own.
Value = str | int | bool | Decimal | datetime

LONGEST_SHORT, LONGEST_LONG, LONGEST_URL = 512, 10_000, 2_000
# What JavaScript counts exactly: values go out as JSON numbers.
LARGEST_INTEGER = 2**53 - 1
MOST_DIGITS, MOST_DECIMALS = 24, 10
_INTEGER = re.compile(r"[+-]?[0-9]{1,16}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,24}(\.[0-9]{1,24})?")


class Unfit(Exception):
    """Why a value is none of its type, as the end of the sentence "… must be"."""


@dataclass(frozen=True, slots=True)
class ValueType:
    """How a value that was given becomes the text that is kept, and how that is read. `take` raises `Unfit`."""

    take: Callable[[Any], str]
    read: Callable[[str], Value]


def _short_text(given: Any) -> str:
    return _text(given, LONGEST_SHORT)


def _long_text(given: Any) -> str:
    return _text(given, LONGEST_LONG)


def _html(given: Any) -> str:
    text = _text(given, LONGEST_LONG)
    try:
        return clean_markup(text)
    except ValueError as error:
        raise Unfit(f"plain markup; {error}") from None


def _text(given: Any, longest: int) -> str:
    if not isinstance(given, str):
        raise Unfit("a text")
    text = storable(given)
    if not text.strip() or len(text) > longest:
        raise Unfit(f"a text of 1 to {longest} characters")
    return text


def _integer(given: Any) -> str:
    if isinstance(given, str) and _INTEGER.fullmatch(given):
        given = int(given)
    if isinstance(given, float) and math.isfinite(given) and given == int(given):
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int) or abs(given) > LARGEST_INTEGER:
        raise Unfit(f"a whole number between -{LARGEST_INTEGER} and {LARGEST_INTEGER}")
    return str(given)


def _decimal(given: Any) -> str:
    wanted = f"a number of at most {MOST_DIGITS} digits, {MOST_DECIMALS} of them decimals"
    if isinstance(given, bool) or not isinstance(given, int | float | str | Decimal):
        raise Unfit(wanted)
    if isinstance(given, str) and not _DECIMAL.fullmatch(given):
        raise Unfit(wanted)
    try:
        number = Decimal(str(given))
    except (InvalidOperation, ValueError):  # an int of thousands of digits has no text
        raise Unfit(wanted) from None
    if not number.is_finite():
        raise Unfit(wanted)
    whole, _, decimals = format(number, "f").lstrip("-").partition(".")
    if len(decimals.rstrip("0")) > MOST_DECIMALS or len(whole) + len(decimals.rstrip("0")) > MOST_DIGITS:
        raise Unfit(wanted)
    return format(number, "f")


def _time(given: Any) -> str:
    wanted = "a time as ISO 8601 writes it, such as 2026-01-31T12:00:00Z"
    try:
        at = given if isinstance(given, datetime) else datetime.fromisoformat(given)
        # Where nothing else is said it is UTC, as everywhere here.
        return (at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)).isoformat()
    except (TypeError, ValueError, OverflowError):
        raise Unfit(wanted) from None


_FLAGS = {True: "true", False: "false", "true": "true", "false": "false"}


def _flag(given: Any) -> str:
    if not isinstance(given, bool | str) or given not in _FLAGS:
        raise Unfit("true or false")
    return _FLAGS[given]


def _image(given: Any) -> str:
    wanted = f"the http or https address of a picture, of at most {LONGEST_URL} characters"
    if not isinstance(given, str) or len(given) > LONGEST_URL or not given.isprintable() or " " in given:
        raise Unfit(wanted)
    try:
        address = urlsplit(given)
        there = address.scheme in ("http", "https") and address.hostname and address.username is None
    except ValueError:
        there = False
    if not there:
        raise Unfit(wanted)
    return storable(given)


VALUE_TYPES: Mapping[str, ValueType] = {
    "ShortText": ValueType(_short_text, str),
    "LongText": ValueType(_long_text, str),
    "Integer": ValueType(_integer, int),
    "Decimal": ValueType(_decimal, Decimal),
    "DateTime": ValueType(_time, datetime.fromisoformat),
    "Boolean": ValueType(_flag, lambda text: text == "true"),
    "Html": ValueType(_html, str),
    "Image": ValueType(_image, str),
}


def take_value(name: str, value_type: str, given: Any) -> str:
    """The text that is kept of a value for the property `name`. Raises `InvalidInput`, which names it."""
    try:
        return VALUE_TYPES[value_type].take(given)
    except Unfit as why:
        raise InvalidInput(f'The property "{name}" must be {why}.', field=name) from None


def read_value(value_type: str, kept: str) -> Value:
    """What was kept, as Python has it."""
    return VALUE_TYPES[value_type].read(kept)
