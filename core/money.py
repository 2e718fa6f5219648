"""Money as integers in minor units, with each currency's own precision (from CLDR)."""

from decimal import Decimal
from functools import cache

from babel.numbers import get_currency_precision

from core.errors import InvalidInput

# More than any order of the market, far less than a 64-bit column holds.
MAX_MINOR = 10**15


@cache
def precision(currency: str) -> int:
    """Decimal places of `currency`: 2 for GHS, 0 for XOF."""
    return int(get_currency_precision(currency))


def to_decimal(minor: int, currency: str) -> Decimal:
    """Minor units as an exact decimal in major units: 1850 GHS minor is `18.50`."""
    return Decimal(minor).scaleb(-precision(currency))


def from_decimal(value: Decimal | str | int | float, currency: str, field: str = "amount") -> int:
    """Major units as minor units.

    Raises `InvalidInput` where it is not a number, is finer than the currency's precision, or is out of range.
    """
    try:
        exact = Decimal(str(value)).scaleb(precision(currency))
    except (ArithmeticError, ValueError):
        raise InvalidInput("That is not an amount of money.", field=field) from None
    if not exact.is_finite() or exact != exact.to_integral_value():
        raise InvalidInput(f"{currency} has {precision(currency)} decimal places.", field=field)
    if abs(exact) > MAX_MINOR:
        raise InvalidInput("That amount is too large.", field=field)
    return int(exact)


def read_amount(text: str, currency: str, field: str = "amount") -> int:
    """A plain decimal string in major units, like 150.00, as minor units, zero or more. Raises `InvalidInput`."""
    digits = text.replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit() and text[0] != "." and text[-1] != "." and len(text) <= 20):
        raise InvalidInput("An amount is written like 150.00.", field=field)
    return from_decimal(text, currency, field)


def format_money(minor: int, currency: str) -> str:
    """`GHS 1,234.50`: the code and not the sign, since GSM-7 has neither cedi nor naira."""
    return f"{currency} {to_decimal(minor, currency):,.{precision(currency)}f}"
