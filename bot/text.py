"""Words with their values still apart, so that each channel can shorten the names and never an amount, in any language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.texts import ENGLISH
from core.languages import SOURCE, Day, catalogue
from core.money import format_money, precision, to_decimal

# A word cut shorter than this says nothing any more.
SHORTEST_WORD = 3


class Exact(str):
    """A value that may not be shortened: an amount, a code, a number."""


Value: TypeAlias = "str | int | Day | Text"


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the catalogue by its key. Values that are plain `str` may be shortened, others may not."""

    key: str
    values: Mapping[str, Value]
    language: str = SOURCE

    def into(self, language: str) -> "Text":
        """The same in another language, with the texts in it."""
        return Text(self.key, self.values, language)

    def render(self, longest: int | None = None) -> str:
        """The words, with every value that may be shortened at most `longest` characters long."""
        return self._written(longest, self.language)

    def _written(self, longest: int | None, language: str) -> str:
        shown = {name: _shown(value, longest, language) for name, value in self.values.items()}
        return catalogue("chat", language).get(self.key, ENGLISH[self.key]).format_map(shown)

    def longest_value(self) -> int:
        """Characters of the longest value that may be shortened; 0 where there is none."""
        return max((len(value) for value in self._names()), default=0)

    def _names(self) -> Iterator[str]:
        for value in self.values.values():
            if isinstance(value, Text):
                yield from value._names()
            elif isinstance(value, str) and not isinstance(value, Exact):
                yield _one_line(value)


def t(key: str, **values: Value) -> Text:
    """The text with that key. Raises `KeyError` at once where there is none."""
    if key not in ENGLISH:
        raise KeyError(key)
    return Text(key, values)


def said(sentence: str) -> Text:
    """A sentence that comes from elsewhere, e.g. a service's own words for a refusal."""
    return t("as_said", sentence=sentence)


def money(minor: int, currency: str) -> Exact:
    """`GHS 1,234.50`."""
    return Exact(format_money(minor, currency))


def price(minor: int, currency: str) -> Exact:
    """`1,234.50`, for lists where every line would repeat the currency."""
    return Exact(f"{to_decimal(minor, currency):,.{precision(currency)}f}")


def squeeze(name: str, longest: int) -> str:
    """A name in at most `longest` characters: its longest words lose their ends first, so all words still show."""
    words = name.split()
    while (excess := len(" ".join(words)) - longest) > 0:
        at = max(range(len(words)), key=lambda i: (len(words[i]), i))
        if len(words[at]) <= SHORTEST_WORD:
            break
        words[at] = words[at][: max(SHORTEST_WORD, len(words[at]) - max(1, excess // len(words)))]
    short = " ".join(words)
    return short if len(short) <= longest else short[: max(1, longest - 2)].rstrip() + ".."


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _shown(value: Value, longest: int | None, language: str) -> str:
    if isinstance(value, Text):
        return value._written(longest, language)
    if isinstance(value, Day):
        return value.written(language)
    if isinstance(value, (int, Exact)):
        return str(value)
    name = _one_line(value)
    return name if longest is None or len(name) <= longest else squeeze(name, longest)
