"""What text messages may cost at most: so many to a number in a day, and to its range of numbers in an hour.

Counted in Redis, for all platforms of the installation together, since they share its account at the gateway.
"""

from core.errors import TooManyTries
from core.limits import count_try
from core.settings import Settings

DAY_S, HOUR_S = 24 * 3600, 3600
# Country and network: a range that charges a premium is a run of numbers that begin alike.
PREFIX_DIGITS = 6


async def count_sms(environment: str, to: str, settings: Settings) -> None:
    """Count a text message to a number (E.164). Raises `TooManyTries` with a reason for who runs the market."""
    prefix = to.lstrip("+")[:PREFIX_DIGITS]
    caps = (
        (
            f"sms:{environment}:day:{to}",
            settings.sms_most_a_day,
            DAY_S,
            "Over SMS_MOST_A_DAY for the number.",
        ),
        (
            f"sms:{environment}:hour:{prefix}",
            settings.sms_most_an_hour,
            HOUR_S,
            f"Over SMS_MOST_AN_HOUR for numbers with {prefix}.",
        ),
    )
    for what, most, within_s, reason in caps:
        try:
            await count_try(what, most=most, within_s=within_s)
        except TooManyTries:
            raise TooManyTries(reason) from None
