"""What an option's terms come to: how much is due at checkout, and when the rest is. Pure functions."""

from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

import isodate

from services.purchase_options.views import OptionView

MILLION = 1_000_000
LONGEST_AFTER_DAYS = 5 * 366


def due_now(option: OptionView, pieces: int, goods_minor: int) -> int:
    """What is due at checkout of a line that costs `goods_minor`, to the nearest minor unit (half to even)."""
    if option.charge_ppm is None:
        return min(goods_minor, (option.charge_minor or 0) * pieces)
    share = Decimal(goods_minor) * option.charge_ppm / MILLION
    return int(share.to_integral_value(ROUND_HALF_EVEN))


def due_date(option: OptionView, checkout: datetime) -> datetime | None:
    """When the rest of something bought at `checkout` falls due; None where there is no rest.

    An exact time that is over by then is due at once. Months and years are the calendar's: a month after
    31 January is the last of February.
    """
    if option.trigger == "ExactTime" and option.due_at is not None:
        return max(option.due_at, checkout)
    if option.trigger == "TimeAfterCheckout":
        after: datetime = checkout + isodate.parse_duration(option.due_after)
        return after
    return None


def read_duration(text: str) -> str | None:
    """An ISO 8601 duration above zero and up to five years, as it is kept; None for anything else.

    Source: ISO 8601 section 5.5.2, as in the contract's remainingBalanceChargeTimeAfterCheckout.
    """
    if len(text) > 40:
        return None
    try:
        duration = isodate.parse_duration(text)
        start = datetime(2024, 1, 1)
        days = (start + duration - start).total_seconds() / 86400
    except (isodate.ISO8601Error, OverflowError, ValueError, ArithmeticError):
        return None
    return text if 0 < days <= LONGEST_AFTER_DAYS else None
