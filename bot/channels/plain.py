"""Prompts as plain lines of text: what a telephone and a terminal show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.prompts import Ask, Choose, Confirm, End, Page, Prompt, Say, options_of
from bot.text import Text, t


@dataclass(frozen=True, slots=True)
class Line:
    """One line: digits to choose it by, if any, and words."""

    digits: str
    words: Text

    def render(self, longest: int | None = None) -> str:
        words = self.words.render(longest)
        return f"{self.digits} {words}" if self.digits else words


def lines_of(prompts: Sequence[Prompt]) -> list[Line]:
    """Everything a screen says, from top to bottom, without the footer."""
    return [line for prompt in prompts for line in _lines(prompt)]


def footer_of(prompt: Prompt) -> str:
    """The ways out that every screen has, and the next page where there is one."""
    return " ".join(beside(prompt, f"nav.{way}") for way in ways_of(prompt))


def beside(prompt: Prompt, key: str) -> str:
    """What is said beside a prompt by its channel, in the prompt's language."""
    return t(key).into(prompt.text.language).render()


def ways_of(prompt: Prompt) -> tuple[str, ...]:
    """Which ways lead on beside a screen's own choices: `back`, `home`, `more`."""
    match prompt:
        case End() | Choose(root=True):
            return ()
        case Page(more=True):
            return ("back", "home", "more")
        case _:
            return ("back", "home")


def plain(prompts: Sequence[Prompt]) -> str:
    """A screen in full, for channels without a limit."""
    lines = [line.render() for line in lines_of(prompts)]
    footer = footer_of(prompts[-1])
    return "\n".join([*lines, footer] if footer else lines)


def _lines(prompt: Prompt) -> Iterator[Line]:
    match prompt:
        case Say() | End() | Ask() | Choose() | Page():
            yield Line("", prompt.text)
        case Confirm():
            yield Line("", prompt.text)
            yield Line("", prompt.total)
    for option in options_of(prompt):
        yield Line(option.digits, option.label)
