"""Shortening: names give way, amounts never do."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.text import Exact, money, squeeze, t
from bot.texts import ENGLISH

BOT = Path(__file__).parents[2] / "bot"


def test_every_word_of_a_shortened_name_still_shows() -> None:
    short = squeeze("Toyota Corolla Front Brake Pads", 24)
    assert len(short) <= 24
    assert [word[:3] for word in short.split()] == ["Toy", "Cor", "Fro", "Bra", "Pad"]


@given(st.text(max_size=200), st.integers(1, 80))
def test_a_squeezed_name_is_no_longer_than_asked(name: str, longest: int) -> None:
    assert len(squeeze(name, longest)) <= max(longest, 3)


def test_amounts_and_codes_are_never_shortened() -> None:
    text = t("item.priced", name="Very Long Name Indeed", price=money(123_456_789, "GHS"))
    assert text.render(4).endswith("GHS 1,234,567.89")


def test_a_value_is_one_line() -> None:
    assert t("item", name="two\nlines\r\n here").render() == "two lines here"


def test_a_name_that_looks_like_a_template_is_just_a_name() -> None:
    assert t("item", name="{price} %s {0}").render() == "{price} %s {0}"


def test_a_code_is_exact() -> None:
    assert t("orders.unknown", code=Exact("MK123456789")).render(3) == "You have no order MK123456789."


def test_every_text_of_the_catalogue_is_said_somewhere() -> None:
    source = "".join(path.read_text() for path in BOT.rglob("*.py") if path.name != "texts.py")
    by_kind = ("bills.", "buying.", "receipts.", "links.", "person.")
    by_state = ("order.", "payment.", "network.", "command.", "nav.", "sms.", *by_kind)
    assert [key for key in ENGLISH if f'"{key}"' not in source and not key.startswith(by_state)] == []
