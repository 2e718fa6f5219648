"""Typed sentences: which journey one names, and what is said of it, also with slips of the thumb. It only reads.

A form is words and slots: `airtime AMOUNT for WHOM`. Every word of a sentence must have its place in the form or be one
that people say in passing, so that who looks for a "power steering pump" buys no power.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.keywords import AROUND_A_WORD, CODE, nearest

# What is said for a word of a form as well.
SAME: Mapping[str, frozenset[str]] = {
    word: frozenset((word, *others.split()))
    for word, others in {
        "airtime": "credit recharge",
        "data": "bundle bundles mb gb",
        "power": "electricity light nepa ecg meter",
        "tv": "dstv gotv startimes showmax",
        "for": "to on 4",
        "pay": "paying",
        "track": "trace follow where",
        "order": "orders parcel package delivery goods",
        "talk": "speak chat",
        "someone": "somebody person human agent staff support anyone",
        "customer": "",
        "care": "service",
        "repeat": "again same",
        "last": "again",
        "token": "tokens",
        "resend": "lost again forgot",
        "balance": "",
        "cart": "basket",
        "search": "find searching looking look",
    }.items()
}
# Said in passing, and of no account.
_PASSING = (
    "a an and any are bill bills buy can card cedi cedis could check do for from get ghs give have hello hi how i is "
    "it kindly let like me money more my naira need ngn now of on our pay please pls plz see send show some that the "
    "this to top up us want with would you your"
)
PASSING = frozenset(_PASSING.split())
# `500`, `3k`, `1,500.50`, `GHS500`.
AMOUNT = re.compile(r"(?:ghs|ngn|[n₵₦])?(\d[\d,.]{0,11}k?)", re.IGNORECASE | re.ASCII)
# A journey and the forms of naming it; the first that fits is it.
FORMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "airtime",
        (
            "airtime AMOUNT for WHOM",
            "AMOUNT airtime for WHOM",
            "AMOUNT for WHOM airtime",
            "airtime for WHOM AMOUNT",
            "airtime for WHOM",
            "airtime AMOUNT WHOM",
            "airtime AMOUNT",
            "AMOUNT airtime",
            "airtime",
        ),
    ),
    ("data", ("data for WHOM", "data")),
    ("token", ("resend token", "token resend", "token")),
    (
        "electricity",
        ("power AMOUNT for WHOM", "AMOUNT power for WHOM", "AMOUNT for power", "power AMOUNT", "power"),
    ),
    ("cable", ("tv AMOUNT for WHOM", "AMOUNT for tv", "tv")),
    (
        "pay",
        ("pay AMOUNT for WHAT", "pay AMOUNT WHAT", "pay AMOUNT", "pay order", "pay balance", "pay for WHAT"),
    ),
    ("track", ("track order CODE", "track order", "track CODE")),
    ("person", ("talk someone", "talk customer care", "customer care", "someone")),
    ("repeat", ("repeat last", "repeat")),
    ("balance", ("balance",)),
    ("cart", ("cart",)),
    ("search", ("search for WHAT", "search WHAT")),
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A journey, and what was said in its slots: `amount`, `whom`, `what`, `code`."""

    journey: str
    said: Mapping[str, str]


def read_sentence(text: str) -> Sentence | None:
    """The journey that a sentence names; None for words that name none."""
    words = [word for each in text.lower().split() if (word := each.strip(AROUND_A_WORD))]
    for journey, forms in FORMS:
        for form in forms:
            said = next(_fits(form.split(), words), None)
            if said is not None:
                return Sentence(journey, said)
    return None


def _fits(form: Sequence[str], words: Sequence[str]) -> Iterator[dict[str, str]]:
    """The ways in which words fill a form, with what its slots hold."""
    if not form:
        if all(word in PASSING for word in words):
            yield {}
        return
    if not words:
        return
    first, rest = form[0], form[1:]
    if first in ("WHOM", "WHAT"):
        for end in range(len(words), 0, -1):
            if name := _name(words[:end]):
                yield from ({**more, first.lower(): name} for more in _fits(rest, words[end:]))
        return
    if (held := _held(first, words[0])) is not None:
        yield from ({**more, **held} for more in _fits(rest, words[1:]))
    if words[0] in PASSING:
        yield from _fits(form, words[1:])


def _held(part: str, word: str) -> dict[str, str] | None:
    """What a word says where that part of a form stands: nothing more for a plain one. None where it isn't one."""
    if part == "AMOUNT":
        found = AMOUNT.fullmatch(word)
        return {"amount": found[1]} if found else None
    if part == "CODE":
        return {"code": word} if CODE.fullmatch(word) else None
    return {} if nearest(word, SAME[part]) is not None else None


def _name(words: Sequence[str]) -> str:
    """A name without what is said around it: "my fridge" is a "fridge", and "me" is me."""
    kept = [word for word in words if word not in PASSING]
    return " ".join(kept or words)
