"""The stored side of the chat door: whose turn it is, what was said before, and what was answered."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from core.clock import now
from core.db import Row, execute, fetch, fetch_one, for_update, placeholders, transaction
from core.languages import SOURCE
from services.accounts.customers import customer_by_phone
from services.accounts.trust import PHONE_CHANNELS, Speaker, speaking, weigh
from services.tenants import Environment, Scope
from services.values import as_json

# Where a session keeps in which language a guest is spoken to.
LANGUAGE = "language"
_OF_OWNER = (
    "(SELECT u.language FROM customer u WHERE u.id = {0}.customer_id) AS language, "
    "(SELECT u.locked_at FROM customer u WHERE u.id = {0}.customer_id) AS locked_at"
)


@dataclass(slots=True)
class Turn:
    """One message and its answer, inside one transaction.

    `session` is plain JSON and is kept as it is left, and so is the `language`: a customer's own, else that of the
    conversation. A `repeated` message was answered before: `reply` is what was said then, and nothing more is done.
    `body` is what is kept of the message; leave secrets out of it. A `doubted` number proves itself before it shows money,
    a `locked` customer is shown nothing of theirs.
    """

    scope: Scope
    channel: str
    sender: str
    identity_id: int = 0
    conversation_id: int = 0
    customer_id: int | None = None
    language: str = SOURCE
    session: dict[str, Any] = field(default_factory=dict)
    repeated: bool = False
    reply: Any = None
    body: Any = None
    network_code: str = ""
    name: str = ""
    doubted: bool = False
    locked: bool = False


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
        await _enter(turn)
        with speaking(Speaker(turn.identity_id, channel, sender, turn.doubted)):
            yield turn
        turn.session[LANGUAGE] = turn.language
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
        # What was said to staff as a guest goes on there, too.
        await execute(
            "UPDATE support_thread SET conversation_id = $2 WHERE conversation_id = $1",
            turn.conversation_id,
            theirs["id"],
        )
        turn.conversation_id = theirs["id"]
        # What other channels keep there, of a call that is under way for one, stays.
        turn.session = {**(as_json(theirs["session"]) or {}), **turn.session}
    await execute(
        "UPDATE channel_identity SET customer_id = $2, conversation_id = $3, signed_out_at = NULL WHERE id = $1",
        turn.identity_id,
        customer_id,
        turn.conversation_id,
    )


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
    await execute("UPDATE conversation SET session = $2 WHERE id = $1", conversation_id, _dump(session))


async def leave_identity(turn: Turn) -> None:
    """This channel is a guest's from now on, in a conversation of its own; the customer's goes on elsewhere."""
    await execute(
        "UPDATE channel_identity SET customer_id = NULL, conversation_id = NULL, signed_out_at = $2 WHERE id = $1",
        turn.identity_id,
        now(),
    )
    turn.customer_id = None
    turn.conversation_id = await _begin_conversation(turn, [])


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


async def _enter(turn: Turn) -> None:
    number = await _known(turn) or await _identities(turn)
    identity = next(row for row in number if row["channel"] == turn.channel)
    turn.identity_id = identity["id"]
    if identity["blocked_at"] is not None:
        await execute("UPDATE channel_identity SET blocked_at = NULL WHERE id = $1", identity["id"])
    if turn.name and turn.name != identity["name"]:
        await execute("UPDATE channel_identity SET name = $2 WHERE id = $1", identity["id"], turn.name)
    turn.customer_id = identity["customer_id"]
    if "session" in identity:
        turn.conversation_id = identity["conversation_id"]
        _take_up(turn, identity)
    else:
        turn.conversation_id = identity["conversation_id"] or await _begin_conversation(turn, number)
        await _lock_conversation(turn)
    if turn.customer_id is None and turn.channel in PHONE_CHANNELS and not identity["signed_out_at"]:
        # The network vouches for the number, so its customer is recognised at first sight.
        customer = await customer_by_phone(turn.scope, turn.sender)
        if customer is not None:
            await link_identity(turn, customer.id)
            await _lock_conversation(turn)
    turn.doubted = await weigh(identity, number, turn.customer_id, turn.network_code)


async def _known(turn: Turn) -> list[Row]:
    """All rows of the sender's number, each with the sender's own conversation, which is locked: one statement for whoever
    wrote before. None where there is no conversation yet.
    """
    who, others = _who(turn)
    return await fetch(
        "SELECT n.id, n.channel, n.customer_id, n.conversation_id, n.signed_out_at, n.last_seen_at, n.network_code, "
        "n.doubt, n.blocked_at, n.name, c.session, c.customer_id AS owner, "
        f"{_OF_OWNER.format('c')} "
        "FROM channel_identity mine JOIN conversation c ON c.id = mine.conversation_id "
        "JOIN channel_identity n ON n.platform_id = $1 AND n.environment = $2 AND n.external_id = $4 "
        f"AND n.channel IN ($3, {placeholders(others, 5)}) "
        "WHERE mine.platform_id = $1 AND mine.environment = $2 AND mine.channel = $3 AND mine.external_id = $4"
        f"{for_update('c')}",
        *who,
        *others,
    )


def _who(turn: Turn) -> tuple[tuple[Any, ...], tuple[str, ...]]:
    """The sender as four parameters, and the channels that are one number's."""
    others = tuple(PHONE_CHANNELS) if turn.channel in PHONE_CHANNELS else (turn.channel,)
    return (turn.scope.platform_id, turn.scope.environment, turn.channel, turn.sender[:64]), others


async def _identities(turn: Turn) -> list[Row]:
    """All rows of the sender's number, with the sender's own, which is made where it is the first time."""
    who, others = _who(turn)
    select = (
        "SELECT id, channel, customer_id, conversation_id, signed_out_at, last_seen_at, network_code, doubt, blocked_at, name "
        "FROM channel_identity WHERE platform_id = $1 AND environment = $2 AND external_id = $4 "
        f"AND channel IN ($3, {placeholders(others, 5)})"
    )
    number = await fetch(select, *who, *others)
    if not any(row["channel"] == turn.channel for row in number):
        await fetch(
            "INSERT INTO channel_identity (platform_id, environment, channel, external_id, created_at) "
            "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING id",
            *who,
            now(),
        )
        # Its own alone is locked, so that of two first messages at once only one begins the conversation.
        await fetch(
            "SELECT id FROM channel_identity WHERE platform_id = $1 AND environment = $2 AND channel = $3 "
            f"AND external_id = $4{for_update()}",
            *who,
        )
        number = await fetch(select, *who, *others)
    return number


async def _guest_elsewhere(number: list[Row]) -> int | None:
    """The conversation of a guest who has called or texted from the same number before."""
    talked = [row["conversation_id"] for row in number if row["conversation_id"]]
    if not talked:
        return None
    row = await fetch_one("SELECT id FROM conversation WHERE id = $1 AND customer_id IS NULL", talked[0])
    return int(row["id"]) if row else None


async def _begin_conversation(turn: Turn, number: list[Row]) -> int:
    conversation_id = await _guest_elsewhere(number) or await _new_conversation(turn)
    await execute(
        "UPDATE channel_identity SET conversation_id = $2 WHERE id = $1", turn.identity_id, conversation_id
    )
    return conversation_id


async def _new_conversation(turn: Turn) -> int:
    rows = await fetch(
        "INSERT INTO conversation (platform_id, environment, session, updated_at) VALUES ($1, $2, '{}', $3) "
        "RETURNING id",
        turn.scope.platform_id,
        turn.scope.environment,
        now(),
    )
    conversation_id: int = rows[0]["id"]
    return conversation_id


async def _lock_conversation(turn: Turn) -> None:
    row = await fetch_one(
        f"SELECT session, customer_id AS owner, {_OF_OWNER.format('conversation')} "
        f"FROM conversation WHERE id = $1{for_update()}",
        turn.conversation_id,
    )
    assert row is not None
    _take_up(turn, row)


def _take_up(turn: Turn, row: Row) -> None:
    turn.session = as_json(row["session"]) or {}
    turn.language = row["language"] or turn.session.get(LANGUAGE, SOURCE)
    turn.customer_id = row["owner"] or turn.customer_id
    turn.locked = row["locked_at"] is not None


def _dump(value: Any) -> str:
    return orjson.dumps(value).decode()
