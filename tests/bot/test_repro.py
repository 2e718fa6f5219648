"""A conversation in the terminal is printed as a transcript, and plays as a test."""

from io import StringIO
from pathlib import Path

import pytest
from chat_helpers import AMA, Phone, Transcript, at_work
from rich.console import Console

from bot.channels.terminal import chat_in_terminal
from core.settings import Settings

TYPED = {
    "ussd": ["1", "1", "corolla brake pads", "1", "0", "x", "00", "4"],
    "sms": ["hello", "corolla brake pads", "1", "1", "2", "bal", "track MK123456789"],
    "telegram": ["[Shop]", "[Search by name]", "corolla brake pads", "[Toyota Corolla Front Ceramic Brake Pads 410.00]",
                 "[Add to cart]", "2", "!contact", "/help"],
}  # fmt: skip


@pytest.mark.parametrize("channel", TYPED)
async def test_a_repro_plays_as_it_was_printed(
    market: Settings, doors: str, channel: str, tmp_path: Path
) -> None:
    typed = iter(TYPED[channel])

    def ask() -> str:
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    if channel != "telegram":
        await Phone(market).sign_up()
    printed = StringIO()
    console = Console(file=printed, width=80)
    async with at_work(market):
        await chat_in_terminal(
            doors, market.twins_base_url, AMA, console, channel=channel, repro=True, typed=ask
        )
    transcript = printed.getvalue()
    assert all(f"\n> {each}\n" in transcript for each in TYPED[channel][:3])
    # Another person's conversation is the same, wherever it does not name them.
    path = tmp_path / f"{channel}.txt"
    path.write_text(transcript.replace(AMA, "+233201234567"))
    other = Phone(market, "+233201234567")
    if channel != "telegram":
        await other.sign_up()
    await Transcript(path, market).play()
