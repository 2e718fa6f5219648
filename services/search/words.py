"""Words: text folded to lower-case ASCII and cut into what is indexed and asked for."""

import re
import unicodedata
from collections.abc import Iterator

LONGEST_WORD = 60
# Before the id of a facet's value it makes the token that the index knows it by; no folded word begins with it.
FACET_MARK = "ф"

# Letters of Ghana's and Nigeria's languages, and a few of Europe's, that no decomposition takes apart.
_LETTERS = str.maketrans(
    {
        "ɛ": "e", "ɔ": "o", "ŋ": "n", "ɖ": "d", "ƒ": "f", "ɣ": "g", "ʋ": "v", "ɓ": "b", "ɗ": "d", "ƙ": "k",
        "ƴ": "y", "ǝ": "e", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th",
        "ı": "i", "’": "'", "‐": "-", "‑": "-", "–": "-",
    }
)  # fmt: skip
# A word, or words joined as in a SKU, a model or a size: "BRK-TOY-001", "CR-V", "T/A", "SL.6", "driver's".
_GROUP = re.compile(r"[a-z0-9]+(?:[-./'][a-z0-9]+)*")
_WORD = re.compile(r"[a-z0-9]+")


def fold(text: str) -> str:
    """Lower case, without accents; what has no ASCII likeness is dropped."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return plain.encode("ascii", "ignore").decode()


def words_of(text: str, most: int) -> list[str]:
    """The first `most` different words of a search term."""
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(fold(text))))[:most]


def facet_token(value_id: int) -> str:
    """What the index knows a facet's value by."""
    return f"{FACET_MARK}{value_id}"


def slug(text: str) -> str:
    """The words of a name as they stand in a URL: "Wheels & parts" is wheels-parts. May be empty."""
    return "-".join(_WORD.findall(fold(text)))


def index_words(text: str) -> Iterator[str]:
    """The words of a catalogue text in order, and after joined ones the whole: "CR-V" is cr, v and crv."""
    for group in _GROUP.findall(fold(text)):
        parts = _WORD.findall(group)
        yield from (part[:LONGEST_WORD] for part in parts)
        # Numbers stay apart: of "2005-2008" nobody asks for 20052008.
        if len(parts) > 1 and not all(part.isdigit() for part in parts):
            yield "".join(parts)[:LONGEST_WORD]


def trigrams(word: str) -> set[str]:
    """The trigrams of a word as pg_trgm counts them: two blanks before it, one behind."""
    padded = f"  {word} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def similarity(one: str, other: str) -> float:
    """pg_trgm's similarity of two words, 0 to 1."""
    a, b = trigrams(one), trigrams(other)
    return len(a & b) / len(a | b)
