"""Values of dynamic properties: what fits comes back as it was, and what doesn't is refused by the property's name."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from services.properties.markup import clean_markup
from services.properties.values import LARGEST_INTEGER, VALUE_TYPES, read_value, take_value

TEXTS = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), min_size=1, max_size=512
)


def there_and_back(kind: str, value: Any) -> Any:
    return read_value(kind, take_value("Fleet", kind, value))


@given(TEXTS.filter(str.strip))
def test_a_text_comes_back_to_the_letter(text: str) -> None:
    assert there_and_back("ShortText", text) == there_and_back("LongText", text) == text


@given(st.integers(-LARGEST_INTEGER, LARGEST_INTEGER))
def test_a_whole_number_comes_back_also_where_it_was_given_as_text(number: int) -> None:
    assert there_and_back("Integer", number) == there_and_back("Integer", str(number)) == number


@given(st.decimals(allow_nan=False, allow_infinity=False, places=10, min_value=-(10**13), max_value=10**13))
def test_a_decimal_comes_back_exactly(number: Decimal) -> None:
    assert there_and_back("Decimal", number) == there_and_back("Decimal", format(number, "f")) == number


@given(st.datetimes(timezones=st.timezones()))
def test_a_time_comes_back_as_the_same_moment(at: datetime) -> None:
    try:
        moment = at.astimezone(UTC)
    except OverflowError:  # the first or last day that Python has, further east or west
        return
    assert there_and_back("DateTime", at.isoformat()) == moment


@given(st.booleans())
def test_a_flag_comes_back(flag: bool) -> None:
    assert there_and_back("Boolean", flag) is there_and_back("Boolean", str(flag).lower()) is flag


def test_a_time_without_an_offset_is_utc() -> None:
    assert there_and_back("DateTime", "2026-01-31T12:00:00") == datetime(2026, 1, 31, 12, tzinfo=UTC)


@given(st.text(max_size=200))
def test_markup_that_is_taken_holds_only_tags_that_are_listed_and_is_stable(text: str) -> None:
    try:
        clean = clean_markup(f"<p>{text}")
    except ValueError:
        return
    assert clean_markup(clean) == clean
    assert "<script" not in clean.lower()


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("<p>Handle <b>with care</b>", "<p>Handle <b>with care</b></p>"),
        (
            '<a href="https://x.test/?a=1&b=2" title="x">y</a>',
            '<a href="https://x.test/?a=1&amp;b=2" title="x">y</a>',
        ),
        ("a < b & c", "a &lt; b &amp; c"),
        ("<b><i>x</b>y", "<b><i>x</i></b>y"),
        ("x<!-- a comment -->y", "xy"),
    ],
)
def test_markup_is_written_anew(given_: str, kept: str) -> None:
    assert there_and_back("Html", given_) == kept


WRONG: list[tuple[str, Any]] = [
    *(("ShortText", each) for each in ("", "  ", "x" * 513, 5, True, {}, ["x"])),
    ("LongText", "x" * 10_001),
    *(("Integer", each) for each in (1.5, "1.5", "x", True, 2**53, float("nan"), "٣", "")),
    *(("Decimal", each) for each in ("x", "1e5", float("inf"), True, 10**24, 10**5000, "0.00000000001", "1,5", {})),
    *(("DateTime", each) for each in ("yesterday", 5, "2026-13-01", "0001-01-01T00:00:00+14:00", "")),
    *(("Boolean", each) for each in ("yes", 1, 0, "", {}, "True")),
    *(
        ("Html", each)
        for each in (
            "<script>alert(1)</script>",
            '<p onclick="x()">y</p>',
            '<p style="position:fixed">y</p>',
            '<a href="javascript:alert(1)">y</a>',
            '<a href=" java\nscript:alert(1)">y</a>',
            '<img src="https://x.test/a.png">',
            "<iframe>",
            "<!DOCTYPE html>",
            "<?php ?>",
        )
    ),
    *(
        ("Image", each)
        for each in ("a.png", "javascript:alert(1)", "ftp://x.test/a.png", "https://", "https://a b", "https://u:p@x.test", "https://[x", "https://x.test/" + "a" * 2000, 5)
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "wrong"), WRONG, ids=range(len(WRONG)))
def test_what_is_none_of_its_type_is_refused_and_the_property_named(kind: str, wrong: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        take_value("Fleet", kind, wrong)
    assert refused.value.field == "Fleet"
    assert refused.value.message.startswith('The property "Fleet" must be ')


def test_an_image_is_an_address() -> None:
    address = "https://cdn.x.test/a%20b.png?w=100#top"
    assert there_and_back("Image", address) == address
    assert set(VALUE_TYPES) == {
        "ShortText",
        "LongText",
        "Integer",
        "Decimal",
        "DateTime",
        "Boolean",
        "Html",
        "Image",
    }
