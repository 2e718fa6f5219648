"""The stored side of the chat door: whose turn it is, what was said before, and what was answered."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from core.clock import now
from core.db import Row, execute, fetch, fetch_one, for_update, transaction
from services.accounts.customers import customer_by_phone
from services.tenants import Environment, Scope

PHONE_CHANNELS = ("ussd", "sms")


@dataclass(slots=True)
class Turn:
    """One message and its answer, inside one transaction.

    `session` is plain JSON and is kept as it is left. A `repeated` message was answered before: `reply` is what
    was said then, and nothing more is done. `body` is what is kept of the message; leave secrets out of it.
    """

    scope: Scope
    channel: str
    sender: str
    identity_id: int = 0
    conversation_id: int = 0
    customer_id: int | None = None
    session: dict[str, Any] = field(default_factory=dict)
    repeated: bool = False
    reply: Any = None
    body: Any = None


@asynccontextmanager
async def open_turn(
    scope: Scope, *, channel: str, gateway: str, external_id: str, sender: str, body: Any = None
) -> AsyncIterator[Turn]:
    """Work on the message `external_id`, once, with its conversation locked.

    All that happens inside commits together with the session and the stored reply, or not at all; a second
    message of the same person waits for the first, on whatever channel or machine it came in.
    """
    turn = Turn(scope, channel, sender, body=body)
    async with transaction():
        inbound = await _store(turn, gateway, external_id)
        if inbound is None:
            turn.repeated = True
            turn.reply = await _earlier_reply(turn, gateway, external_id)
            yield turn
            return
        await _enter(turn)
        yield turn
        await execute(
            "UPDATE conversation SET session = $2, updated_at = $3 WHERE id = $1",
            turn.conversation_id,
            _dump(turn.session),
            now(),
        )
        await execute(
            "UPDATE inbound_message SET reply = $2, body = $3 WHERE id = $1",
            inbound,
            _dump(turn.reply),
            _dump(turn.body),
        )


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
    return [(row["platform_id"], _load(row["session"]) or {}) for row in rows]


async def mark_blocked(platform_id: int, environment: str, channel: str, sender: str) -> None:
    """Note that somebody wants nothing more on a channel. Writing there again undoes it."""
    await execute(
        "UPDATE channel_identity SET blocked_at = $5 WHERE platform_id = $1 AND environment = $2 AND channel = $3 "
        "AND external_id = $4 AND blocked_at IS NULL",
        platform_id,
        environment,
        channel,
        sender[:64],
        now(),
    )


async def link_identity(turn: Turn, customer_id: int) -> None:
    """This channel is that customer's from now on; where they have a conversation already, it goes on there."""
    turn.customer_id = customer_id
    theirs = await fetch_one(
        f"SELECT id, session FROM conversation WHERE customer_id = $1{for_update()}", customer_id
    )
    if theirs is None:
        await execute(
            "UPDATE conversation SET customer_id = $2 WHERE id = $1", turn.conversation_id, customer_id
        )
    else:
        turn.conversation_id = theirs["id"]
    await execute(
        "UPDATE channel_identity SET customer_id = $2, conversation_id = $3 WHERE id = $1",
        turn.identity_id,
        customer_id,
        turn.conversation_id,
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
    return _load(row["reply"]) if row else None


async def _enter(turn: Turn) -> None:
    identity = await _identity(turn)
    turn.identity_id = identity["id"]
    if identity["blocked_at"] is not None:
        await execute("UPDATE channel_identity SET blocked_at = NULL WHERE id = $1", identity["id"])
    turn.customer_id = identity["customer_id"]
    turn.conversation_id = identity["conversation_id"] or await _begin_conversation(turn)
    await _lock_conversation(turn)
    if turn.customer_id is None and turn.channel in PHONE_CHANNELS:
        # The network vouches for the number, so its customer is recognised at first sight.
        customer = await customer_by_phone(turn.scope, turn.sender)
        if customer is not None:
            await link_identity(turn, customer.id)
            await _lock_conversation(turn)


async def _identity(turn: Turn) -> Row:
    who = (turn.scope.platform_id, turn.scope.environment, turn.channel, turn.sender[:64])
    select = (
        "SELECT id, customer_id, conversation_id, blocked_at FROM channel_identity WHERE platform_id = $1 AND environment = $2 "
        "AND channel = $3 AND external_id = $4"
    )
    known = await fetch_one(select, *who)
    if known is None:
        await fetch(
            "INSERT INTO channel_identity (platform_id, environment, channel, external_id, created_at) "
            "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING id",
            *who,
            now(),
        )
        # Locked, so that of two first messages at once only one begins the conversation.
        known = await fetch_one(select + for_update(), *who)
    assert known is not None
    return known


async def _begin_conversation(turn: Turn) -> int:
    rows = await fetch(
        "INSERT INTO conversation (platform_id, environment, session, updated_at) VALUES ($1, $2, '{}', $3) "
        "RETURNING id",
        turn.scope.platform_id,
        turn.scope.environment,
        now(),
    )
    conversation_id: int = rows[0]["id"]
    await execute(
        "UPDATE channel_identity SET conversation_id = $2 WHERE id = $1", turn.identity_id, conversation_id
    )
    return conversation_id


async def _lock_conversation(turn: Turn) -> None:
    row = await fetch_one(
        f"SELECT session, customer_id FROM conversation WHERE id = $1{for_update()}", turn.conversation_id
    )
    assert row is not None
    turn.session = _load(row["session"]) or {}
    turn.customer_id = row["customer_id"] or turn.customer_id


def _dump(value: Any) -> str:
    return orjson.dumps(value).decode()


def _load(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, (str, bytes)) else value
