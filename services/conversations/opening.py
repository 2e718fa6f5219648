"""Opening a turn: the message is stored, its conversation locked, and all that it did commits with the answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from core.clock import now
from core.db import Row, dialect, execute_both, fetch, fetch_one, for_update, transaction
from services.accounts.trust import Speaker, speaking
from services.conversations.identities import enter, known, same_number
from services.conversations.sessions import LANGUAGE, dump
from services.conversations.turns import Turn
from services.tenants import Scope
from services.values import as_json

# Parameters of both: platform, environment, channel, sender, gateway, external id, body, time, and channels of the same number.
_STORE = (
    "INSERT INTO inbound_message (platform_id, environment, channel, gateway, external_id, sender, body, "
    "received_at, attempts) VALUES ($1, $2, $3, $5, $6, $4, $7, $8, 0) "
    "ON CONFLICT (platform_id, environment, channel, gateway, external_id) DO NOTHING RETURNING id"
)


@asynccontextmanager
async def open_turn(
    scope: Scope,
    *,
    channel: str,
    gateway: str,
    external_id: str,
    sender: str,
    body: Any = None,
    network_code: str = "",
    name: str = "",
) -> AsyncIterator[Turn]:
    """Work on the message `external_id`, once, with its conversation locked.

    All that happens inside commits together with the session and the stored reply, or not at all; a second
    message of the same person waits for the first, on whatever channel or machine it came in. `network_code` is the
    network that the gateway says it came from, `name` what the sender is called on the channel.
    """
    turn = Turn(scope, channel, sender, body=body, network_code=network_code, name=name)
    async with transaction():
        inbound, number = await _store(turn, gateway, external_id)
        if inbound is None:
            turn.repeated = True
            turn.reply = await _earlier_reply(turn, gateway, external_id)
            yield turn
            return
        await enter(turn, number)
        with speaking(Speaker(turn.identity_id, channel, sender, turn.doubted)):
            yield turn
        turn.session[LANGUAGE] = turn.language
        await execute_both(
            "UPDATE conversation SET session = $2, updated_at = $3 WHERE id = $1",
            "UPDATE inbound_message SET reply = $5, body = $6 WHERE id = $4",
            turn.conversation_id,
            dump(turn.session),
            now(),
            inbound,
            dump(turn.reply),
            dump(turn.body),
        )


async def _store(turn: Turn, gateway: str, external_id: str) -> tuple[int | None, list[Row]]:
    """The id of the message as it is stored, None for one that came before, and all rows of the sender's number, each with
    the sender's own conversation, which is locked; no rows where there is no conversation yet.

    PostgreSQL does both in one round trip: what is read waits for what is stored, so that a repeated message locks nothing.
    """
    others = same_number(turn)
    values = (
        turn.scope.platform_id,
        turn.scope.environment,
        turn.channel,
        turn.sender[:64],
        gateway,
        external_id[:191],
        "{}",
        now(),
    )
    if dialect() == "sqlite":
        stored = await fetch(_STORE, *values)
        rows = await fetch(known(others), *values, *others) if stored else []
        return (stored[0]["id"], rows) if stored else (None, [])
    found = await fetch(
        f"WITH stored AS ({_STORE}), known AS ({known(others)} AND (SELECT COUNT(*) FROM stored) = 1{for_update('c')}) "
        "SELECT stored.id AS inbound, known.* FROM stored LEFT JOIN known ON TRUE",
        *values,
        *others,
    )
    rows = [row for row in found if row["id"] is not None]
    return (found[0]["inbound"], rows) if found else (None, [])


async def _earlier_reply(turn: Turn, gateway: str, external_id: str) -> Any:
    row = await fetch_one(
        "SELECT reply FROM inbound_message WHERE platform_id = $1 AND environment = $2 AND channel = $3 "
        "AND gateway = $4 AND external_id = $5",
        turn.scope.platform_id,
        turn.scope.environment,
        turn.channel,
        gateway,
        external_id[:191],
    )
    return as_json(row["reply"]) if row else None
