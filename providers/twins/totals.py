"""How often many references were charged, told in one answer, so that a long run is checked with one question."""

from collections import Counter
from collections.abc import Iterable

from providers.twins.store import Document

# A reference, its currency, how often it was charged, and how much came under it, minor units.
Charged = tuple[str, str, int, int]


def totals(charged: Iterable[Charged]) -> Document:
    """The counts over all gateways together: a reference that two of them charged was charged twice.

    `amount_minor` is what came in all, by currency.
    """
    times: Counter[str] = Counter()
    amounts: Counter[str] = Counter()
    for reference, currency, charges, amount in charged:
        times[reference] += charges
        amounts[currency] += amount
    return {
        "references": len(times),
        "never_charged": sum(count == 0 for count in times.values()),
        "charged_once": sum(count == 1 for count in times.values()),
        "charged_more": sum(count > 1 for count in times.values()),
        "charges": times.total(),
        "amount_minor": dict(amounts),
    }
