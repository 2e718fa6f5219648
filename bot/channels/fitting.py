"""Screens that must fit: names are shortened just as far as they must be, choices and amounts never are."""

from bisect import bisect_right
from collections.abc import Sequence

from bot.channels.plain import Line, lines_of
from bot.prompts import Prompt
from core import gsm7

# Names are not cut shorter than this; the test that shows the longest data on every screen holds it enough.
SHORTEST_NAME = 4


def fitted(prompts: Sequence[Prompt], footer: str, room: int, shortest: int = SHORTEST_NAME) -> str | None:
    """The screen in GSM-7 with the longest names that fit into `room` septets; None where not even names of
    `shortest` characters do.
    """
    footer = gsm7.transliterate(footer)
    left = _beside(footer, room)
    lines = lines_of(prompts)
    # Most screens fit as they are.
    whole = _written(lines)
    if gsm7.length(whole) <= left:
        return _with(footer, whole)
    longest = max(line.words.longest_value() for line in lines)
    caps = range(shortest, max(shortest, longest))
    fitting = bisect_right(caps, left, key=lambda cap: gsm7.length(_written(lines, cap)))
    return _with(footer, _written(lines, caps[fitting - 1])) if fitting else None


def squeezed(prompts: Sequence[Prompt], footer: str, room: int) -> str:
    """A screen of which not even the shortest names fit: what is said above it gives way, and never a choice."""
    footer = gsm7.transliterate(footer)
    left = _beside(footer, room)
    below = _written(lines_of(prompts[-1:]), SHORTEST_NAME)
    above = gsm7.cut(_written(lines_of(prompts[:-1]), SHORTEST_NAME), left - gsm7.length(below) - 1)
    return _with(footer, gsm7.cut(f"{above}\n{below}".strip(), left))


def _beside(footer: str, room: int) -> int:
    return room - (gsm7.length(footer) + 1 if footer else 0)


def _with(footer: str, body: str) -> str:
    return f"{body}\n{footer}" if footer else body


def _written(lines: Sequence[Line], longest: int | None = None) -> str:
    return gsm7.transliterate("\n".join(line.render(longest) for line in lines))
