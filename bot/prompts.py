"""What a conversation can show: six prompts, which every channel renders in its own way."""

from dataclasses import dataclass, replace

from bot.text import Text

Value = str | int


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose by its digits; `value` is what the state is told. Without digits it is only read."""

    digits: str
    label: Text
    value: Value


@dataclass(frozen=True, slots=True)
class Say:
    """A line to read. `trouble` marks one that says why the last input did not lead on."""

    text: Text
    trouble: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """Something to type. A `secret` is masked wherever it would be kept; `contact` wants the sender's own number."""

    text: Text
    secret: bool = False
    contact: bool = False


@dataclass(frozen=True, slots=True)
class Choose:
    """Fixed choices, at most five. The `root` is home: nothing lies behind it. The `picture`, by its key, is shown where
    the channel can.
    """

    text: Text
    options: tuple[Option, ...] = ()
    root: bool = False
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list that may go on (`more`)."""

    text: Text
    options: tuple[Option, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Confirm:
    """The last look before something that can't be taken back; `yes` does it, and `others` correct a part of it.

    The value of `yes` stands for the amounts that are shown, where they can change: an answer holds for these alone,
    and the engine says so where the same look shows others.
    """

    text: Text
    total: Text
    yes: Option
    others: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class End:
    """The last word; the next message starts at home."""

    text: Text


Prompt = Say | Ask | Choose | Page | Confirm | End


def choices(*labelled: tuple[Value, Text]) -> tuple[Option, ...]:
    """Options numbered from 1, from (value, label) pairs."""
    return tuple(Option(str(i), label, value) for i, (value, label) in enumerate(labelled, 1))


def options_of(prompt: Prompt) -> tuple[Option, ...]:
    """What can be chosen at a prompt, or only read in it."""
    match prompt:
        case Choose() | Page():
            return prompt.options
        case Confirm():
            return (prompt.yes, *prompt.others)
        case _:
            return ()


def in_language(prompt: Prompt, language: str) -> Prompt:
    """A prompt as it is said in a language."""
    text = prompt.text.into(language)
    match prompt:
        case Choose() | Page():
            return replace(
                prompt, text=text, options=tuple(_option(each, language) for each in prompt.options)
            )
        case Confirm():
            return replace(
                prompt,
                text=text,
                total=prompt.total.into(language),
                yes=_option(prompt.yes, language),
                others=tuple(_option(each, language) for each in prompt.others),
            )
        case _:
            return replace(prompt, text=text)


def _option(option: Option, language: str) -> Option:
    return replace(option, label=option.label.into(language))
