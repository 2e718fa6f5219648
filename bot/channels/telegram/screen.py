"""Screens for Telegram: words, and a keyboard whose buttons know the screen they belong to."""

from collections.abc import Sequence
from typing import Any

from bot.channels.plain import Line, beside, lines_of
from bot.prompts import Ask, Choose, End, Page, Prompt, Say, options_of

ROWS, LONG_ROWS = 8, 8
# The Bot API's limits, in characters, and in bytes for what a button carries.
LONGEST_TEXT, LONGEST_BUTTON, LONGEST_TOAST, BUTTON_BYTES = 4096, 60, 200, 64
LONGEST_CAPTION = 1024

Button = dict[str, str]
Screen = dict[str, Any]


def render(prompts: Sequence[Prompt], screen: str) -> Screen:
    """A screen as plain JSON: `text`, and `keyboard` (rows of buttons) or `contact` (the button that shares a number).

    A `picture` (its key) is shown above words that are short enough to go under one. A line that says why the last input did not lead on comes as `toast` too.
    """
    prompt = prompts[-1]
    words = [line.words.render() for line in lines_of(prompts) if not line.digits]
    shown: Screen = {"text": "\n".join(words)[:LONGEST_TEXT]}
    if isinstance(prompt, Ask) and prompt.contact:
        shown["contact"] = beside(prompt, "nav.contact")
    else:
        shown["keyboard"] = _keyboard(prompt, screen)
    if isinstance(prompt, Choose) and prompt.picture and len(shown["text"]) <= LONGEST_CAPTION:
        shown["picture"] = prompt.picture
    trouble = [p.text.render() for p in prompts if isinstance(p, Say) and p.trouble]
    if trouble:
        shown["toast"] = trouble[0][:LONGEST_TOAST]
    return shown


def _keyboard(prompt: Prompt, screen: str) -> list[list[Button]]:
    rows = [
        [_button(screen, option.digits, Line("", option.label).render())]
        for option in options_of(prompt)
        if option.digits
    ]
    ways = _ways(prompt)
    return [*rows, [_button(screen, digits, beside(prompt, key)) for digits, key in ways]] if ways else rows


def _ways(prompt: Prompt) -> list[tuple[str, str]]:
    """The buttons below: ways out, and the next page."""
    if isinstance(prompt, End):
        return [("00", "button.home")]
    if isinstance(prompt, Choose) and prompt.root:
        return []
    more = [("98", "button.more")] if isinstance(prompt, Page) and prompt.more else []
    return [("0", "button.back"), ("00", "button.home"), *more]


def _button(screen: str, digits: str, label: str) -> Button:
    data = f"{screen}:{digits}"
    if len(data.encode()) > BUTTON_BYTES:
        raise ValueError(f"{data} is too long for a button")
    short = label if len(label) <= LONGEST_BUTTON else f"{label[: LONGEST_BUTTON - 1]}…"
    return {"text": short, "data": data}
