"""What requests of gateways that tell only the latest input have in common."""

from typing import Any

from bot.channels.gateway import plain_id, text_of
from bot.channels.ussd.calls import LONGEST_ID, LONGEST_TEXT
from core.errors import InvalidInput


def call_id(fields: dict[str, Any], name: str) -> str:
    """The session's id. Raises `InvalidInput` where there is none."""
    session_id = plain_id(text_of(fields, name))
    if not session_id:
        raise InvalidInput("A call has a session id.", field=name)
    return session_id[:LONGEST_ID]


def typed_of(fields: dict[str, Any], name: str) -> str:
    """What was typed, without what can't be. Raises `InvalidInput` where nothing says."""
    return "".join(c for c in text_of(fields, name)[:LONGEST_TEXT] if c.isprintable())
