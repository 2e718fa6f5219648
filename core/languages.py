"""The languages that the market speaks, what is said in each, and how each writes a day. Catalogues are read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from babel.dates import format_date
from babel.messages.pofile import read_po

# Code (ISO 639, as CLDR and gettext name it) -> what its speakers call it.
LANGUAGES: dict[str, str] = {
    "en": "English",
    "pcm": "Pidgin",
    "fr": "Français",
    "tw": "Twi",
    "ha": "Hausa",
    "yo": "Yoruba",
    "ig": "Igbo",
}
# What CLDR reads some of them as: Twi is a kind of Akan to it.
BY_CLDR = {"ak": "tw"}
# What texts are written in, and what is said where a translation is missing.
SOURCE = "en"
# chat: the dialogue's screens; messages: what is sent; sentences: what services say, e.g. why they refuse.
DOMAINS = ("chat", "messages", "sentences")
FOLDER = Path(__file__).resolve().parent.parent / "locale"


@dataclass(frozen=True, slots=True)
class Day:
    """A day that is written out only when it is known in which language."""

    at: datetime
    pattern: str = "d MMM y"

    def written(self, language: str) -> str:
        """`5 Dec 2026`, by CLDR."""
        return format_date(self.at, self.pattern, locale=language if language in LANGUAGES else SOURCE)


def short(at: datetime) -> Day:
    """`05 Dec`, for lists."""
    return Day(at, "dd MMM")


def catalogue_path(domain: str, language: str) -> Path:
    """Where a catalogue lies, as gettext's tools expect it."""
    return FOLDER / language / "LC_MESSAGES" / f"{domain}.po"


@cache
def catalogue(domain: str, language: str) -> Mapping[str, str]:
    """Translations by key; nothing for a language that isn't spoken here, and no key that isn't translated."""
    if language not in LANGUAGES:
        return {}
    with catalogue_path(domain, language).open("rb") as file:
        return {entry.context: str(entry.string) for entry in read_po(file) if entry.context and entry.string}


def read_catalogues() -> None:
    """Read all of them now, a tenth of a second, so that nobody's message waits for it."""
    for language in LANGUAGES:
        Day(datetime(2000, 1, 1)).written(language)
        for domain in DOMAINS:
            catalogue(domain, language)
