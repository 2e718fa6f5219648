"""What a biller's offers are called here: a slug, a name that says whose it is, and how long a bundle lasts."""

import re

from models import Biller
from services.search.words import slug

PERIODS = ("Daily", "Weekly", "Monthly")
LONGEST_SLUG = 100
# Longest first: "1 month (7 days bonus)" is a month.
_LASTS = (
    ("Monthly", re.compile(r"month|\b(?:28|30|31) ?days?\b", re.IGNORECASE)),
    ("Weekly", re.compile(r"week|\b7 ?days?\b", re.IGNORECASE)),
    ("Daily", re.compile(r"\bdaily\b|\b(?:1|one) ?day\b|\b24 ?(?:hrs?|hours?)\b", re.IGNORECASE)),
)


def period_of(biller: Biller, name: str) -> str:
    """How long a data bundle lasts, by its name; longer than a week or unsaid counts as Monthly. Else empty."""
    if biller.kind != "data":
        return ""
    return next((period for period, pattern in _LASTS if pattern.search(name)), "Monthly")


def plan_name(biller: Biller, name: str) -> str:
    """A meter type alone ("Prepaid") doesn't say whose it is."""
    if biller.kind == "electricity" and not name.casefold().startswith(biller.name.casefold()):
        name = f"{biller.name} {name}"
    return name[:200]


def plan_slug(biller: Biller, name: str, taken: set[str]) -> str:
    """`mtn-1gb-monthly` for MTNData's "1GB Monthly": begins with the biller, and is not among `taken`."""
    whose, what = biller.slug.removesuffix("data"), slug(name)
    start = what if what.startswith(f"{whose}-") else f"{whose}-{what}".strip("-")
    start = start[: LONGEST_SLUG - 5]
    more, found = 1, start
    while found in taken:
        more += 1
        found = f"{start}-{more}"
    return found
