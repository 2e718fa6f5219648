"""The alphabet of telephones, held against 3GPP TS 23.038."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import ENGLISH
from core import gsm7


def test_the_alphabet_has_its_size() -> None:
    assert len(gsm7.BASIC) == 127  # 128 with the escape
    assert len(gsm7.EXTENSION) == 10


@pytest.mark.parametrize(
    ("text", "septets"), [("", 0), ("abc", 3), ("[x]", 5), ("€", 2), ("a\nb", 3), ("@£$¥", 4)]
)
def test_length_counts_septets(text: str, septets: int) -> None:
    assert gsm7.length(text) == septets


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        # An escaped character that would be cut in two goes whole into the next part.
        ("a" * 152 + "€" + "a" * 152, 3),
        ("ọ" * 70, 1),
        ("ọ" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_segments(text: str, parts: int) -> None:
    assert gsm7.segments(text) == parts


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("₦500 and ₵20", "NGN500 and GHS20"),
        ("Kɔfi’s “shop” – ŋ", 'Kofi\'s "shop" - ng'),
        ("Ọlá Ṣẹ́gun", "Ola Segun"),
        ("crème brûlée", "crème brulée"),
        ("tab\there", "tab here"),
        ("fast 🚗 car", "fast  car"),
        ("日本", "??"),
        ("ﬁt ½", "fit 1/2"),
    ],
)
def test_what_the_alphabet_lacks_is_spelt_out(text: str, written: str) -> None:
    assert gsm7.transliterate(text) == written


@given(st.text(max_size=300))
def test_what_was_transliterated_is_in_the_alphabet_and_stays_as_it_is(text: str) -> None:
    written = gsm7.transliterate(text)
    assert gsm7.is_gsm7(written)
    assert gsm7.transliterate(written) == written


@given(st.text(max_size=300), st.integers(0, 200))
def test_a_cut_text_fits(text: str, septets: int) -> None:
    cut = gsm7.cut(gsm7.transliterate(text), septets)
    assert gsm7.length(cut) <= septets


def test_everything_the_chat_says_is_in_the_alphabet() -> None:
    assert [key for key, text in ENGLISH.items() if not gsm7.is_gsm7(text)] == []
