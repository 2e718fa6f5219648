"""Telling which keyword a message is, also where it is typed a little wrong."""

import re
from collections.abc import Collection, Mapping
from difflib import SequenceMatcher

# A code has a digit, so "track wheel" is none.
CODE = re.compile(r"(?=\D*\d)[\w-]{4,20}", re.ASCII)
# `3000`, `1,500.50`, `3k`; an order's code may stand before it, or alone.
PAYMENT = re.compile(r"(?:(?P<code>[A-Za-z]{2,4}\d{6,12})(?:\s+|$))?(?P<amount>\d[\d,.]*[kK]?)?", re.ASCII)
# A product's number, as links say it.
ITEM = re.compile(r"[pP]?\d{1,9}", re.ASCII)
# `AKWAABA10`: one word of letters, digits and hyphens.
COUPON = re.compile(r"[A-Za-z0-9-]{1,20}", re.ASCII)
WORDS = re.compile(r".{2,}")
RECEIPT = re.compile(r"[A-Za-z]{2,4}\d{6,12}[- ]?\d{6}", re.ASCII)
# `500`, `500 0241234567`, `0241234567`: an amount, and a line or a meter, which have more digits.
BILL = re.compile(r"(?:(?P<amount>(?!0\d)\d[\d,.]{0,8}[kK]?)(?:\s+|$))?(?P<whom>\+?\d[\d-]{7,19})?", re.ASCII)
AROUND_A_WORD = " .,;:!?'\"()"
# How near a typed word must come: "trak" and "blance" do; "truck", which people look for, is not "track". A shorter
# word than four letters is too easily another one: "car".
NEAR, SHORTEST_NEAR = 0.84, 4


def find_keyword(
    text: str, alone: Collection[str], followed: Mapping[str, re.Pattern[str]]
) -> tuple[str, str] | None:
    """The keyword that a message is, and what stands behind it ("" for nothing); None for any other message.

    `alone` are the keywords that stand by themselves, `followed` says what may follow others.
    """
    first, _, rest = text.strip(AROUND_A_WORD).partition(" ")
    more = rest.strip(AROUND_A_WORD + "#")
    fitting = [word for word, form in followed.items() if form.fullmatch(more)] if rest else alone
    word = nearest(first.strip(AROUND_A_WORD).lower(), fitting)
    return (word, more) if word is not None else None


def nearest(typed: str, words: Collection[str]) -> str | None:
    """The word that was meant. One that begins with another letter is another word: a "rack" is not a "track"."""
    if typed in words:
        return typed
    if len(typed) < SHORTEST_NEAR:
        return None
    alike = [(_likeness(typed, word), word) for word in words if word[:1] == typed[0]]
    likeness, word = max(alike, default=(0.0, ""))
    return word if likeness >= NEAR else None


def _likeness(typed: str, word: str) -> float:
    """From 0 to 1. The same letters in another order ("meun") are as near as can be."""
    return (
        1.0 if sorted(typed) == sorted(word) else SequenceMatcher(None, typed, word, autojunk=False).ratio()
    )


def is_called(name: str, words: str) -> bool:
    """Whether `words` call something by (a part of) its name: "fridge" a "Samsung Fridge 200 l"."""
    parts = [part.strip(AROUND_A_WORD) for part in name.lower().split()]
    typed = [word.strip(AROUND_A_WORD) for word in words.lower().split()]
    return bool(typed) and all(nearest(word, parts) is not None for word in typed if word)
