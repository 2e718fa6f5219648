"""USSD screens: `CON` or `END`, and never more than 160 GSM-7 characters."""

from bisect import bisect_right
from collections.abc import Sequence

from bot import gsm7
from bot.channels.plain import Line, footer_of, lines_of
from bot.prompts import End, Prompt

SCREEN = 160
# Names are not cut shorter than this; the test that shows the longest data on every screen holds it enough.
SHORTEST_NAME = 4
ROWS, LONG_ROWS = 5, 3


def render(prompts: Sequence[Prompt]) -> str:
    """The answer to a gateway: prompts that fit on one screen, names shortened just as far as they must be."""
    kind = "END" if isinstance(prompts[-1], End) else "CON"
    return f"{kind} {screen(prompts)}"


def screen(prompts: Sequence[Prompt]) -> str:
    """What the telephone shows."""
    footer = footer_of(prompts[-1])
    room = SCREEN - (gsm7.length(footer) + 1 if footer else 0)
    body = _fitted(prompts, room)
    return f"{body}\n{footer}" if footer else body


def _fitted(prompts: Sequence[Prompt], room: int) -> str:
    """The lines with the longest names that fit into so many septets.

    Where not even the shortest do, what is said above the screen gives way, and never a choice.
    """
    lines = lines_of(prompts)
    longest = max(line.words.longest_value() for line in lines)
    caps = range(SHORTEST_NAME, max(SHORTEST_NAME, longest) + 1)
    fitting = bisect_right(caps, room, key=lambda cap: gsm7.length(_written(lines, cap)))
    if fitting:
        return _written(lines, caps[fitting - 1])
    below = _written(lines_of(prompts[-1:]), SHORTEST_NAME)
    above = gsm7.cut(_written(lines_of(prompts[:-1]), SHORTEST_NAME), room - gsm7.length(below) - 1)
    return gsm7.cut(f"{above}\n{below}".strip(), room)


def _written(lines: Sequence[Line], longest: int) -> str:
    return gsm7.transliterate("\n".join(line.render(longest) for line in lines))
