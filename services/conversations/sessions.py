"""Where conversations stand: what is read of sessions, and noted in them, outside of a turn."""

from typing import Any

import orjson

from core.db import execute, fetch, fetch_one, for_update, placeholders
from core.languages import SOURCE
from services.accounts.trust import PHONE_CHANNELS
from services.tenants import Environment
from services.values import as_json

# Where a session keeps in which language a guest is spoken to.
LANGUAGE = "language"


async def sessions_of(
    environment: Environment, channel: str, sender: str
) -> list[tuple[int, dict[str, Any]]]:
    """Where a sender stands on each platform they wrote to: (platform id, session), the latest first."""
    rows = await fetch(
        "SELECT i.platform_id, c.session FROM platform p "
        "JOIN channel_identity i ON i.platform_id = p.id AND i.environment = $1 AND i.channel = $2 "
        "AND i.external_id = $3 JOIN conversation c ON c.id = i.conversation_id ORDER BY c.updated_at DESC",
        environment,
        channel,
        sender[:64],
    )
    return [(row["platform_id"], as_json(row["session"]) or {}) for row in rows]


async def language_of(environment: str, channel: str, sender: str) -> str:
    """In which language a sender is spoken to, on whatever platform they wrote to last; English where nobody knows.

    Calls and texts of a number are one person's.
    """
    channels = PHONE_CHANNELS if channel in PHONE_CHANNELS else (channel,)
    row = await fetch_one(
        "SELECT u.language, c.session FROM channel_identity i JOIN conversation c ON c.id = i.conversation_id "
        "LEFT JOIN customer u ON u.id = c.customer_id WHERE i.environment = $1 AND i.external_id = $2 "
        f"AND i.channel IN ({placeholders(channels, 3)}) ORDER BY c.updated_at DESC LIMIT 1",
        environment,
        sender[:64],
        *channels,
    )
    if row is None:
        return SOURCE
    return str(row["language"] or (as_json(row["session"]) or {}).get(LANGUAGE, SOURCE))


async def lock_conversation(conversation_id: int) -> None:
    """Whoever writes in it waits until the caller's transaction ends."""
    await fetch(f"SELECT id FROM conversation WHERE id = $1{for_update()}", conversation_id)


async def session_of(conversation_id: int) -> dict[str, Any]:
    """Where a conversation stands."""
    row = await fetch_one("SELECT session FROM conversation WHERE id = $1", conversation_id)
    return (as_json(row["session"]) or {}) if row else {}


async def note_in_session(conversation_id: int, **notes: Any) -> None:
    """Write something beside the dialogue that its next turn finds; in a transaction that has locked it."""
    session = await session_of(conversation_id) | notes
    await execute("UPDATE conversation SET session = $2 WHERE id = $1", conversation_id, dump(session))


def dump(value: Any) -> str:
    """As a JSON column takes it."""
    return orjson.dumps(value).decode()
