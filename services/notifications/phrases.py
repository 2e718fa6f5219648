"""Parts of messages that are put into words when the message is, in its reader's language: kept as plain JSON until then."""

from datetime import datetime
from typing import Any

Phrase = dict[str, Any]


def phrase(key: str, **values: str | int) -> Phrase:
    """One of `texts.PHRASES`, with its values."""
    return {"phrase": key, **values}


def day(at: datetime) -> Phrase:
    """A day: `5 Dec 2026`."""
    return {"day": at.isoformat()}


def sentence(words: str) -> Phrase:
    """What a service said, e.g. why something did not go through."""
    return {"sentence": words}
