"""The audit log: who did what, searched by person, noun and time."""

from collections.abc import Mapping
from typing import Any

from api.desk.pages import Pages
from api.desk.visits import Visit
from services.listing import Clause, Condition, Group
from services.staff.log import LISTED, read_log

pages = Pages()
MOST_COUNTED = 10_000
NOUNS = (
    "administrator", "asset", "conversation", "channel", "customer", "order", "payout", "platform", "product", "promotion",
    "refund", "seller", "shipping_method", "tax_rate", "variant",
)  # fmt: skip


@pages.page("/audit", "Audit log", "audit.html", needs=("ReadAuditLog",), nav=("Administration", "Audit log"))
async def audit(visit: Visit) -> Mapping[str, Any]:
    listing = visit.listing(where=_asked(visit), sorts=LISTED)
    entries, total = await read_log(visit.desk, listing, MOST_COUNTED)
    return {
        "entries": entries,
        "total": total,
        "more": total > MOST_COUNTED,
        "nouns": [(noun, noun.replace("_", " ")) for noun in NOUNS],
    }


def _asked(visit: Visit) -> Condition:
    parts: list[Condition] = []
    if words := visit.asked("q"):
        parts.append(Clause("email", "contains", words.lower()))
    if noun := visit.asked("noun"):
        parts.append(Clause("noun", "eq", noun))
    if (number := visit.asked_number("number")) is not None:
        parts.append(Clause("noun_id", "eq", number))
    if since := visit.asked_day("since"):
        parts.append(Group((Clause("at", "after", since), Clause("at", "eq", since)), any_of=True))
    if until := visit.asked_day("until", end=True):
        parts.append(Clause("at", "before", until))
    return Group(tuple(parts))
