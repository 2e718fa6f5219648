"""How text becomes words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.words import index_words, similarity, slug, trigrams, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Toyota Corolla", ["toyota", "corolla"]),
        ("CR-V", ["cr", "v", "crv"]),
        ("BRK-AUD-A4X-001", ["brk", "aud", "a4x", "001", "brkauda4x001"]),
        ("fits 2005-2008", ["fits", "2005", "2008"]),
        ("Škoda Citroën", ["skoda", "citroen"]),
        ("Ɔkɛsɛ ọkọ̀ ₦", ["okese", "oko"]),
        ("driver’s side", ["driver", "s", "drivers", "side"]),
        ("5x114.3", ["5x114", "3", "5x1143"]),
        ("тормоз 🚗", []),
    ],
)
def test_a_text_is_indexed_by_its_words_and_joined_ones_also_whole(text: str, words: list[str]) -> None:
    assert list(index_words(text)) == words


def test_a_term_is_read_up_to_a_number_of_different_words() -> None:
    assert words_of("Brake brake PADS for toyota", 3) == ["brake", "pads", "for"]


@given(st.text(max_size=300))
def test_words_are_ascii_letters_and_digits_whatever_is_typed(text: str) -> None:
    for word in [*words_of(text, 12), *index_words(text)]:
        assert word.isascii() and word.isalnum() and word == word.lower() and 0 < len(word) <= 60


@given(st.text(alphabet="abcxyz0189-./ ", max_size=60))
def test_whatever_is_typed_as_it_was_indexed_is_found(text: str) -> None:
    assert set(words_of(text, 100)) <= set(index_words(text))


def test_similarity_is_what_pg_trgm_says() -> None:
    assert trigrams("cat") == {"  c", " ca", "cat", "at "}
    assert similarity("corola", "corolla") == pytest.approx(0.6666667)
    assert similarity("toyta", "toyota") == pytest.approx(0.4444444)
    assert similarity("same", "same") == 1.0


def test_a_slug_is_made_of_words() -> None:
    assert slug("Wheels & parts") == "wheels-parts"
