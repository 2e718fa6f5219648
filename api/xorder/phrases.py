"""The dialect's search phrases, read into a tree.

Phrases stand one behind the other, and all of them hold: words to look for, `field:value,value` (one of them), `field:[a TO b)` (a range; a
square bracket counts its bound in, a bound may be left out), each of a field with `!` before it for the opposite. `OR` and `AND`
stand between rows of phrases, in brackets where it matters: without, `OR` binds closer than `AND`, and a row of phrases closer than both.
Source: the grammar SearchPhrase of the dialect's own search module (VirtoCommerce/vc-module-search, SearchPhrase.g4).
"""

import re
from dataclasses import dataclass

from core.errors import InvalidInput

LONGEST = 2_000
DEEPEST = 5  # brackets within brackets

# What isn't in quotes may be more than there: letters such as ' and # stand for themselves.
_STRING = r'"(?:\\["\\rnt]|[^"\\\r\n\t])*"|[^!":,\[\]()\s]+'
_FIELD = re.compile(rf"(!?)({_STRING}):")
_VALUE = re.compile(_STRING)
_BETWEEN = re.compile(rf"([\[(])\s*(?:({_STRING})\s+)?(?:TO|to)(?:\s+({_STRING}))?\s*([\])])")
_JOINING = {word: re.compile(rf"\s*{word}(?=[\s(]|$)") for word in ("AND", "OR")}
_APART = re.compile(r",?\s+|\s*$|(?=\))")
_RESERVED = frozenset({"AND", "OR", "TO", "to"})
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`, None where it is open; whether each bound counts in."""

    low: str | None
    high: str | None
    with_low: bool
    with_high: bool


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to look for (`field` is None), or what a field is asked for. `written` is how it stood there."""

    field: str | None
    values: tuple[str, ...] = ()
    ranges: tuple[Range, ...] = ()
    negated: bool = False
    written: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """Phrases that all hold, or `any_of` them at least one."""

    parts: "tuple[Phrase | Joined, ...]"
    any_of: bool = False


def read_phrases(text: str, argument: str = "filter") -> Joined:
    """What a filter says. Raises `InvalidInput`, which says from where on it can't be read."""
    if len(text) > LONGEST:
        raise InvalidInput(f"A {argument} has at most {LONGEST} characters.", field=argument)
    reader = _Reader(text, argument)
    found = reader.everything(DEEPEST)
    if reader.at < len(text):
        raise reader.unreadable()
    return found


class _Reader:
    """How far a text is read. A method for each rule of the grammar."""

    def __init__(self, text: str, argument: str) -> None:
        self.text, self.argument, self.at = text, argument, 0

    def everything(self, levels: int) -> Joined:
        """Up to the end, or to the bracket that closes."""
        parts: list[Phrase | Joined] = []
        while not self._over():
            parts.append(self._joined("AND", levels))
        return Joined(tuple(parts))

    def _over(self) -> bool:
        while self._ahead().isspace():
            self.at += 1
        return self._ahead() in ("", ")")

    def _ahead(self) -> str:
        return self.text[self.at : self.at + 1]

    def _joined(self, word: str, levels: int) -> Phrase | Joined:
        parts: list[Phrase | Joined] = []
        while not parts or self._take(_JOINING[word]):
            parts.append(self._joined("OR", levels) if word == "AND" else self._row(levels))
        return parts[0] if len(parts) == 1 else Joined(tuple(parts), any_of=word == "OR")

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found

    def _row(self, levels: int) -> Joined:
        if self._over():
            raise self.unreadable()
        if self._ahead() == "(":
            return self._in_brackets(levels)
        parts = [self._phrase()]
        while not (self._over() or self._ahead() == "(" or self._joins()):
            parts.append(self._phrase())
        return Joined(tuple(parts))

    def _joins(self) -> bool:
        return any(pattern.match(self.text, self.at) for pattern in _JOINING.values())

    def _in_brackets(self, levels: int) -> Joined:
        if not levels:
            raise InvalidInput(f"Brackets are nested at most {DEEPEST} deep.", field=self.argument)
        self.at += 1
        inside = self.everything(levels - 1)
        if self._ahead() != ")" or not inside.parts:
            raise self.unreadable()
        self.at += 1
        if not self._take(_APART):
            raise self.unreadable()
        return inside

    def _phrase(self) -> Phrase:
        began, field = self.at, self._take(_FIELD)
        if field is None:
            word = self._take(_VALUE)
            if word is None or word[0] in _RESERVED:
                self.at = began
                raise self.unreadable()
            return self._ended(Phrase(None, (_plain(word[0]),), written=word[0]))
        values: list[str] = []
        ranges: list[Range] = []
        while True:
            if between := self._take(_BETWEEN):
                ranges.append(_range(between))
            elif value := self._take(_VALUE):
                values.append(_plain(value[0]))
            else:
                raise self.unreadable()
            if self._ahead() != ",":
                break
            self.at += 1
        name = _plain(field[2]).lower()
        if values and ranges:
            raise InvalidInput(
                f"{name} is asked for values or for ranges, not for both.", field=self.argument
            )
        written = self.text[began : self.at]
        return self._ended(Phrase(name, tuple(values), tuple(ranges), bool(field[1]), written))

    def _ended(self, phrase: Phrase) -> Phrase:
        if not self._take(_APART):
            raise self.unreadable()
        return phrase

    def unreadable(self) -> InvalidInput:
        """What is wrong with what stands here."""
        rest = self.text[self.at : self.at + 20]
        return InvalidInput(
            f'The {self.argument} can\'t be read from "{rest}" on. It is written like status:"New" total:[100 TO 500).'
            if rest.strip()
            else f"The {self.argument} ends where a value or a bracket belongs.",
            field=self.argument,
        )


def _range(found: re.Match[str]) -> Range:
    opening, low, high, closing = found.groups()
    return Range(
        None if low is None else _plain(low),
        None if high is None else _plain(high),
        opening == "[",
        closing == "]",
    )


def _plain(string: str) -> str:
    if not string.startswith('"'):
        return string
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), string[1:-1])
