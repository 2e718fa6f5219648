"""The translator's desk: what is said in English goes into catalogues, translations are pasted in, and faults are told.

    python -m bot.translating update            new texts into all catalogues, and what is said no more out of them
    python -m bot.translating missing yo        what has no translation yet, as TOML to be filled in
    python -m bot.translating paste yo FILE     such a file with the right sides translated; `true` says as in English
    python -m bot.translating reviewed yo chat  a speaker has read all of it: it is no machine draft any more
    python -m bot.translating check             what is wrong with any of them

A catalogue is a gettext file that every translation editor opens: `msgctxt` is the key of the text.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from typing import Annotated

import typer
from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.pofile import read_po, write_po

from bot.texts import ENGLISH as CHAT
from core import gsm7
from core.languages import DOMAINS, FOLDER, LANGUAGES, SOURCE, catalogue_path
from services.notifications.texts import ENGLISH as MESSAGES
from services.sentences import SENTENCES

SOURCES: Mapping[str, Mapping[str, str]] = {"chat": CHAT, "messages": MESSAGES, "sentences": SENTENCES}
# Flags of an entry: no speaker has read it yet; it is meant to be as in English.
DRAFT, AS_ENGLISH = "machine-draft", "as-english"
HEADER = "# {language}: what Makola says ({domain}). Entries with the flag machine-draft wait for a speaker to review them."

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The translator's desk.")
Language = Annotated[str, typer.Argument(help=f"One of {', '.join(LANGUAGES)}.")]


@app.command()
def update() -> None:
    """Bring new texts into all catalogues, and what is said no more out of them."""
    FOLDER.mkdir(exist_ok=True)
    for domain in DOMAINS:
        with (FOLDER / f"{domain}.pot").open("wb") as file:
            write_po(file, _template(domain), width=0)
        for language in LANGUAGES:
            _save(domain, language, _merged(domain, language))


@app.command()
def missing(language: Language) -> None:
    """Print what has no translation yet, as TOML to be filled in."""
    for domain in DOMAINS:
        wanted = [entry for entry in _entries(domain, language) if not entry.string]
        if wanted:
            print(f"[{domain}]")
        for entry in wanted:
            print(f"{_quoted(entry.context)} = {_quoted(entry.id)}")


@app.command()
def paste(language: Language, file: Path) -> None:
    """Take in translations: TOML as `missing` prints it, with the right sides translated."""
    for domain, given in tomllib.loads(file.read_text()).items():
        kept = _read(domain, language)
        by_key = {entry.context: entry for entry in kept if entry.id}
        for key, words in given.items():
            if key not in by_key:
                raise typer.BadParameter(f"There is no text {key} in {domain}.")
            entry = by_key[key]
            entry.string = entry.id if words is True else words
            entry.flags = (entry.flags - {AS_ENGLISH}) | {DRAFT} | ({AS_ENGLISH} if words is True else set())
        _save(domain, language, kept)


@app.command()
def reviewed(language: Language, domain: str) -> None:
    """Mark a whole catalogue as read by a speaker, once it was."""
    kept = _read(domain, language)
    for entry in kept:
        entry.flags = entry.flags - {DRAFT}
    _save(domain, language, kept)


@app.command()
def check() -> None:
    """Tell what is wrong, and fail where anything is."""
    found = [fault for language in LANGUAGES for fault in faults(language)]
    print("\n".join(found) or "All texts are there in all languages.")
    raise typer.Exit(bool(found))


def faults(language: str) -> Iterator[str]:
    """What is wrong with a language's catalogues, a line each."""
    for domain in DOMAINS:
        left = dict(SOURCES[domain])
        for entry in _entries(domain, language):
            at = f"{language} {domain} {entry.context}"
            english = left.pop(str(entry.context), None)
            if english != entry.id:
                yield f"{at}: is said no more, or otherwise. Run `update`."
            elif not entry.string:
                yield f"{at}: is not translated."
            elif language != SOURCE:
                yield from (f"{at}: {fault}" for fault in _faults(entry, str(entry.string)))
        yield from (f"{language} {domain} {key}: is not in the catalogue. Run `update`." for key in left)


def _faults(entry: Message, words: str) -> Iterator[str]:
    english = str(entry.id)
    if sorted(_names(words)) != sorted(_names(english)):
        yield f"has other names in braces than {english!r}"
    plain = gsm7.transliterate(words)
    if not gsm7.is_gsm7(plain) or plain.count("?") != words.count("?"):
        yield f"can't be written on a plain telephone: {plain!r}"
    if words.count("\n") != english.count("\n") or (words.strip() != words and english.strip() == english):
        yield f"has other lines or spaces around it than {english!r}"
    if (words == english) != (AS_ENGLISH in entry.flags) and not _is_neutral(english):
        yield "is as in English by accident, or is not where it is said to be"


def _names(words: str) -> Iterator[str]:
    try:
        yield from (name for _, name, _, _ in Formatter().parse(words) if name is not None)
    except ValueError:
        yield "a brace that is never closed"


def _is_neutral(english: str) -> bool:
    """Whether a text has no word of its own."""
    return not re.search(r"[A-Za-z]{2}", re.sub(r"\{\w+\}", "", english))


def _template(domain: str) -> Catalog:
    template = Catalog(project="Makola", domain=domain, charset="utf-8", fuzzy=False)
    template.creation_date = datetime(2000, 1, 1, tzinfo=UTC)  # a date of its own would change with every run
    for key, english in SOURCES[domain].items():
        template.add(english, context=key)
    return template


def _merged(domain: str, language: str) -> Catalog:
    kept = _read(domain, language)
    kept.update(_template(domain), no_fuzzy_matching=True)
    for entry in kept:
        if entry.id and (language == SOURCE or _is_neutral(str(entry.id))):
            entry.string = entry.id
    return kept


def _read(domain: str, language: str) -> Catalog:
    path = catalogue_path(domain, language)
    if not path.exists():
        return Catalog(locale=language, domain=domain, project="Makola", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=domain)


def _entries(domain: str, language: str) -> list[Message]:
    return [entry for entry in _read(domain, language) if entry.id]


def _save(domain: str, language: str, kept: Catalog) -> None:
    kept.fuzzy = False
    kept.header_comment = HEADER.format(language=LANGUAGES[language], domain=domain)
    path = catalogue_path(domain, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, kept, width=0, ignore_obsolete=True)


def _quoted(text: object) -> str:
    """A string of TOML, which JSON's are too."""
    return json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":
    app()
