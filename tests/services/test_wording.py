"""A shop's own words: whatever is taken can be said, and what could not be said is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.languages import LANGUAGES, catalogue
from services.notifications.texts import ENGLISH, SUBJECTS
from services.notifications.wording import (
    NEEDED,
    OWN_WORDS,
    SUBJECT,
    checked_words,
    placeholders_of,
    preview,
)
from services.tenants import Scope, scope_by_code

KEYS = [*OWN_WORDS, *(SUBJECT + each for each in SUBJECTS)]


@pytest.mark.parametrize("key", KEYS)
async def test_the_markets_own_words_would_be_taken_and_can_be_previewed(market, key):
    scope = await scope_by_code("demo", "test")
    for language in LANGUAGES:
        words = catalogue("messages", language).get(key, ENGLISH[key])
        assert checked_words(key, language, words) == words.strip()
        seen = preview(scope, words)
        assert seen.parts >= 1 and "{" not in seen.text


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("receipt", ""),
        ("receipt", "x" * 1001),
        ("receipt", "{colour}"),
        ("receipt", "{order"),
        ("receipt", "order}"),
        ("receipt", "{order.__class__}"),
        ("receipt", "{order[0]}"),
        ("receipt", "{order!r}"),
        ("receipt", "{order:>1000000}"),
        ("receipt", "{}"),
        ("receipt", "{0}"),
        ("receipt", "a\x00b"),
        ("receipt", "<code:00000000-0000-0000-0000-000000000000>"),
        ("otp", "{shop}: your code is secret."),
        ("balance_link", "{shop}: pay"),
        ("seller_approved", "{shop}: {name} {user}"),
        ("subject.receipt", "a\nb"),
        ("subject.receipt", "{amount}"),
        ("said", "{text}"),
        ("phrase.left", "x"),
        ("nobody", "x"),
    ],
)
def test_what_can_not_be_said_is_refused(key, text):
    with pytest.raises(InvalidInput):
        checked_words(key, "en", text)


def test_a_language_that_is_not_spoken_is_refused():
    with pytest.raises(InvalidInput):
        checked_words("receipt", "de", "{shop}")


@given(st.sampled_from(KEYS), st.text(st.sampled_from("{}!:.[]abcdeorshp 0\n<>ẹ"), max_size=60))
def test_whatever_is_taken_can_be_formatted(key, text):
    try:
        taken = checked_words(key, "en", text)
    except InvalidInput:
        return
    shown = taken.format_map(dict.fromkeys(placeholders_of(key), "value"))
    assert all(f"{{{name}}}" in taken for name in placeholders_of(key) if name in NEEDED)
    assert len(shown) <= len(taken) + 5 * len(taken)


def test_a_preview_says_how_many_parts_and_what_is_lost(monkeypatch):
    scope = Scope(1, "test", "x", "Shop", "GH", "GHS", 0, "MK", "x", uid=None)  # type: ignore[arg-type]
    assert preview(scope, "{shop}: " + "x" * 150).parts == 1
    assert preview(scope, "{shop}: " + "x" * 160).parts == 2
    assert (preview(scope, "{shop}: ẹ?").lost, preview(scope, "{shop}: 你好").lost) == (False, True)
    assert preview(scope, "{amount}").text == "GHS 505.00"
