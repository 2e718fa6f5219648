"""A shop's own words for messages: kept by staff, checked for what they must hold, and used in place of the market's."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from core import gsm7
from core.cache import Remembered
from core.clock import now
from core.db import fetch, transaction
from core.errors import InvalidInput
from core.ids import new_uid
from core.languages import LANGUAGES, catalogue
from core.money import format_money
from models import Wording
from services.notifications.texts import ENGLISH, SUBJECTS, TEXTS, Own
from services.staff import Desk, check_may, record
from services.tenants import Scope

# What a chat said is its own words already.
OWN_WORDS = tuple(name for name in TEXTS if name != "said")
SUBJECT = "subject."
LONGEST = {"text": 1000, "subject": 120}
# What a message is for: without it nobody could go on. It stays wherever the market's own words have it.
NEEDED = frozenset({"code", "link", "way", "password", "user", "url", "token", "text"})
# What stands for a value in a preview.
SAMPLES = {
    "again": "8 Dec 2026",
    "biller": "MTN Airtime",
    "carrier": "Terminal Express",
    "code": "123456",
    "day": "5 Dec 2026",
    "items": "2 items.",
    "left": "The order is paid in full. Thank you!",
    "link": "https://shop.example/b/7KQ2M9XA",
    "method": "MTN wallet",
    "money": "It is on its way back to you.",
    "name": "Abosokai Parts",
    "number": "0244000001",
    "order": "MK7KQ2M9",
    "part": "Part 1 of 3",
    "password": "7KQ2-M9XA-4TBC",
    "prices": "1 Express, 2 Standard.",
    "reason": "There is not enough money.",
    "reference": "7KQ2M9XA",
    "text": "Your part is here.",
    "token": "1234-5678-9012-3456-7890",
    "tracking": " Tracking number TA123.",
    "units": ". Units: 24.5.",
    "url": "https://bank.example/confirm",
    "user": "kay@shop.example",
    "way": "https://shop.example/verify?token=7KQ2M9XA",
}
SAMPLE_MINOR = 50_500
_AMOUNTS = ("amount", "later", "balance")

_own: Remembered[Own] = Remembered(seconds=10)


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says in a language: its words now, whether they are the shop's own, and the market's."""

    text: str
    is_own: bool
    usual: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A message as it would be read, as an SMS would carry it, in how many parts; `lost` where letters fall away in one."""

    text: str
    by_sms: str
    parts: int
    lost: bool


async def own_words(scope: Scope) -> Own:
    """The shop's own words by language and key; remembered for ten seconds. One statement."""

    async def load() -> Own:
        rows = await fetch(
            "SELECT language, key, text FROM wording WHERE platform_id = $1 AND environment = $2",
            scope.platform_id,
            scope.environment,
        )
        return {(row["language"], row["key"]): row["text"] for row in rows if row["key"] in ENGLISH}

    return await _own.get((scope.platform_id, scope.environment), load)


def placeholders_of(key: str) -> tuple[str, ...]:
    """The values that a message may show, in the order of the market's own words."""
    return tuple(dict.fromkeys(name for _, name, _, _ in Formatter().parse(ENGLISH[key]) if name))


async def said(desk: Desk, key: str, language: str) -> Said:
    """What one message says. Raises `Forbidden`, `InvalidInput` for an unknown message or language."""
    check_may(desk, "ReadSettings")
    _check_known(key, language)
    own, usual = await own_words(desk.scope), catalogue("messages", language).get(key, ENGLISH[key])
    mine = own.get((language, key))
    return Said(usual if mine is None else mine, mine is not None, usual)


async def say(desk: Desk, key: str, language: str, text: str) -> None:
    """Say a message in the shop's own words from now on (other processes know within ten seconds).

    Raises `Forbidden`, `InvalidInput` for unknown values, or where one is missing that the message is for.
    """
    check_may(desk, "UpdateSettings")
    checked = checked_words(key, language, text)
    async with transaction():
        await fetch(
            "INSERT INTO wording (uid, created_at, updated_at, platform_id, environment, key, language, text) "
            "VALUES ($1, $2, $2, $3, $4, $5, $6, $7) ON CONFLICT (platform_id, environment, key, language) "
            "DO UPDATE SET text = $7, updated_at = $2 RETURNING id",
            new_uid(),
            now(),
            desk.scope.platform_id,
            desk.scope.environment,
            key,
            language,
            checked,
        )
        await record(desk, "updated", "wording", None, key=key, language=language, text=checked)
    _own.forget((desk.scope.platform_id, desk.scope.environment))


async def say_as_usual(desk: Desk, key: str, language: str) -> None:
    """Say a message in the market's words again. Raises `Forbidden`, `InvalidInput`."""
    check_may(desk, "UpdateSettings")
    _check_known(key, language)
    async with transaction():
        gone = await Wording.filter(
            platform_id=desk.scope.platform_id, environment=desk.scope.environment, key=key, language=language
        ).delete()
        if gone:
            await record(desk, "deleted", "wording", None, key=key, language=language)
    _own.forget((desk.scope.platform_id, desk.scope.environment))


def checked_words(key: str, language: str, text: str) -> str:
    """Words that may be said. Raises `InvalidInput` on `subject` or `text`."""
    _check_known(key, language)
    field = "subject" if key.startswith(SUBJECT) else "text"
    clean = text.replace("\r\n", "\n").strip()
    if not clean or len(clean) > LONGEST[field]:
        raise InvalidInput(f"From 1 to {LONGEST[field]} characters fit here.", field=field)
    if not all(c.isprintable() or (c == "\n" and field == "text") for c in clean):
        raise InvalidInput("There is a character in it that nobody can read.", field=field)
    if "<code:" in clean:
        raise InvalidInput(
            "<code: is how the market keeps a place for a code, and can't be said.", field=field
        )
    known = placeholders_of(key)
    used = _used(clean, field)
    if unknown := [name for name in used if name not in known]:
        raise InvalidInput(
            f"{{{unknown[0]}}} is no value of this message. There are: {_listed(known)}.", field=field
        )
    if missing := [name for name in known if name in NEEDED and name not in used]:
        raise InvalidInput(f"{_listed(missing)} must stay in it.", field=field)
    return clean


def preview(scope: Scope, text: str) -> Preview:
    """Checked words with values of a kind in place of theirs."""
    amount = format_money(SAMPLE_MINOR, scope.currency)
    shown = text.format_map({**SAMPLES, **dict.fromkeys(_AMOUNTS, amount), "shop": scope.name})
    by_sms = gsm7.transliterate(shown)
    return Preview(shown, by_sms, gsm7.segments(by_sms), by_sms.count("?") > shown.count("?"))


def own_among(own: Mapping[tuple[str, str], str], language: str) -> frozenset[str]:
    """The messages whose words in a language are the shop's own."""
    return frozenset(key for spoken, key in own if spoken == language)


def _used(text: str, field: str) -> set[str]:
    """The names in braces: plain ones, since anything else reaches into what a value is made of."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        raise InvalidInput("A brace is open or closed that has no partner.", field=field) from None
    for _, name, spec, conversion in parts:
        if name is not None and (not name.isidentifier() or spec or conversion):
            raise InvalidInput("Between braces stands the name of a value, and nothing else.", field=field)
    return {name for _, name, _, _ in parts if name}


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)


def _check_known(key: str, language: str) -> None:
    if language not in LANGUAGES:
        raise InvalidInput(f"The language is one of {', '.join(LANGUAGES)}.", field="language")
    bare = key.removeprefix(SUBJECT)
    if bare not in (SUBJECTS if key.startswith(SUBJECT) else OWN_WORDS):
        raise InvalidInput("There is no such message.", field="template")
