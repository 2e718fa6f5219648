"""Screens as text messages: numbered lines in GSM-7, in as few parts as names can be read in, and never in more than three."""

from collections.abc import Sequence

from bot.channels.fitting import SHORTEST_NAME, fitted, squeezed
from bot.channels.plain import beside, ways_of
from bot.prompts import Choose, Prompt

ROWS, LONG_ROWS = 8, 5
# Septets of one, two and three parts. Where a part ends on half a character of the extension table, a septet is lost.
PARTS = (160, 305, 457)
# Names that are cut shorter than this are worth another part.
READABLE_NAME = 32


def render(prompts: Sequence[Prompt]) -> str:
    """What is sent."""
    footer = _footer(prompts[-1])
    for room in PARTS:
        if text := fitted(prompts, footer, room, READABLE_NAME):
            return text
    return fitted(prompts, footer, PARTS[-1], SHORTEST_NAME) or squeezed(prompts, footer, PARTS[-1])


def _footer(prompt: Prompt) -> str:
    if isinstance(prompt, Choose) and prompt.root:
        return beside(prompt, "sms.root")
    return ", ".join(beside(prompt, f"sms.{way}") for way in ways_of(prompt))
