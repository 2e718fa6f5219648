"""Telling which keyword a message is, also where it is typed a little wrong."""

import re
from collections.abc import Collection
from difflib import SequenceMatcher

# A code has a digit, so "track wheel" is none.
CODE = re.compile(r"(?=\D*\d)[\w-]{4,20}", re.ASCII)
AROUND_A_WORD = " .,;:!?'\"()"
# How near a typed word must come: "trak" and "blance" do; "truck", which people look for, is not "track". A shorter
# word than four letters is too easily another one: "car".
NEAR, SHORTEST_NEAR = 0.84, 4


def find_keyword(text: str, alone: Collection[str], with_code: Collection[str]) -> tuple[str, str] | None:
    """The keyword that a message is, and the code behind it ("" for none); None for any other message.

    `alone` are the keywords that stand by themselves, `with_code` those that an order's code may follow.
    """
    first, _, rest = text.strip(AROUND_A_WORD).partition(" ")
    code = rest.strip(AROUND_A_WORD + "#")
    if rest and not CODE.fullmatch(code):
        return None
    word = _nearest(first.strip(AROUND_A_WORD).lower(), with_code if rest else alone)
    return (word, code) if word is not None else None


def _nearest(typed: str, words: Collection[str]) -> str | None:
    """The word that was meant. One that begins with another letter is another word: a "rack" is not a "track"."""
    if typed in words:
        return typed
    if len(typed) < SHORTEST_NEAR:
        return None
    alike = [(_likeness(typed, word), word) for word in words if word[0] == typed[0]]
    likeness, word = max(alike, default=(0.0, ""))
    return word if likeness >= NEAR else None


def _likeness(typed: str, word: str) -> float:
    """From 0 to 1. The same letters in another order ("meun") are as near as can be."""
    return (
        1.0 if sorted(typed) == sorted(word) else SequenceMatcher(None, typed, word, autojunk=False).ratio()
    )
