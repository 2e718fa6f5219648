"""Whole conversations, screen by screen, as a telephone or a chat shows them."""

from pathlib import Path

import pytest
from chat_helpers import Transcript

from core.settings import Settings

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
async def test_a_conversation_goes_as_written(path: Path, market: Settings, doors: str) -> None:
    await Transcript(path, market).play()
