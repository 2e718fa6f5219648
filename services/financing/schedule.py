"""Equal monthly instalments that come to the price exactly. Pure functions."""

from dataclasses import dataclass
from datetime import datetime

import isodate

from core.clock import now
from services.pricing import share_out


@dataclass(frozen=True, slots=True)
class Part:
    """What falls due at one time (UTC), in minor units."""

    due_at: datetime
    amount_minor: int


def instalments(total_minor: int, months: int, checkout: datetime | None = None) -> list[Part]:
    """`total_minor` in as many parts as there are months, the first due a month after `checkout` (now, where not said).

    They differ by one minor unit at most, and what can't be shared out comes first. Months are the calendar's, counted from
    checkout: after 31 January come the last of February and 31 March. Of a price that has fewer units than there are months
    some months have none.
    """
    begun = checkout or now()
    parts = share_out(total_minor, [1] * months)
    dated = (
        Part(begun + isodate.Duration(months=number), amount)
        for number, amount in enumerate(parts, 1)
        if amount
    )
    return list(dated)
