"""USSD screens: `CON` or `END`, and never more than 160 GSM-7 characters."""

from collections.abc import Sequence

from bot.channels.fitting import fitted, squeezed
from bot.channels.plain import footer_of
from bot.prompts import End, Prompt

SCREEN = 160
ROWS, LONG_ROWS = 5, 3


def render(prompts: Sequence[Prompt]) -> str:
    """The answer to a gateway: prompts that fit on one screen."""
    kind = "END" if isinstance(prompts[-1], End) else "CON"
    return f"{kind} {screen(prompts)}"


def screen(prompts: Sequence[Prompt]) -> str:
    """What the telephone shows."""
    footer = footer_of(prompts[-1])
    return fitted(prompts, footer, SCREEN) or squeezed(prompts, footer, SCREEN)
