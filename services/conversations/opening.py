"""Opening a turn: the message is stored, its conversation locked, and all that it did commits with the answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from core.clock import now
from core.db import execute, fetch, fetch_one, transaction
from services.accounts.trust import Speaker, speaking
from services.conversations.identities import enter
from services.conversations.sessions import LANGUAGE, dump
from services.conversations.turns import Turn
from services.tenants import Scope
from services.values import as_json


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
        inbound = await _store(turn, gateway, external_id)
        if inbound is None:
            turn.repeated = True
            turn.reply = await _earlier_reply(turn, gateway, external_id)
            yield turn
            return
        await enter(turn)
        with speaking(Speaker(turn.identity_id, channel, sender, turn.doubted)):
            yield turn
        turn.session[LANGUAGE] = turn.language
        await execute(
            "UPDATE conversation SET session = $2, updated_at = $3 WHERE id = $1",
            turn.conversation_id,
            dump(turn.session),
            now(),
        )
        await execute(
            "UPDATE inbound_message SET reply = $2, body = $3 WHERE id = $1",
            inbound,
            dump(turn.reply),
            dump(turn.body),
        )


async def _store(turn: Turn, gateway: str, external_id: str) -> int | None:
    rows = await fetch(
        "INSERT INTO inbound_message (platform_id, environment, channel, gateway, external_id, sender, body, "
        "received_at, attempts) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0) "
        "ON CONFLICT (platform_id, environment, channel, gateway, external_id) DO NOTHING RETURNING id",
        turn.scope.platform_id,
        turn.scope.environment,
        turn.channel,
        gateway,
        external_id[:191],
        turn.sender[:64],
        "{}",
        now(),
    )
    return rows[0]["id"] if rows else None


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
