"""Who writes: the rows of a sender's number, the customer behind them, and the conversation that is theirs."""

from core.clock import now
from core.db import Row, execute, fetch, fetch_one, for_update, placeholders
from core.languages import SOURCE
from services.accounts.customers import customer_by_phone
from services.accounts.trust import PHONE_CHANNELS, weigh
from services.conversations.sessions import LANGUAGE
from services.conversations.turns import Turn
from services.values import as_json

_OF_OWNER = (
    "(SELECT u.language FROM customer u WHERE u.id = {0}.customer_id) AS language, "
    "(SELECT u.locked_at FROM customer u WHERE u.id = {0}.customer_id) AS locked_at"
)


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


async def leave_identity(turn: Turn) -> None:
    """This channel is a guest's from now on, in a conversation of its own; the customer's goes on elsewhere."""
    await execute(
        "UPDATE channel_identity SET customer_id = NULL, conversation_id = NULL, signed_out_at = $2 WHERE id = $1",
        turn.identity_id,
        now(),
    )
    turn.customer_id = None
    turn.conversation_id = await _begin_conversation(turn, [])


async def enter(turn: Turn, number: list[Row]) -> None:
    number = number or await _identities(turn)
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


def known(others: tuple[str, ...]) -> str:
    """The question for all rows of the sender's number, each with the sender's own conversation; `$1` to `$4` are platform,
    environment, channel and sender, from `$9` on stand the `others`, channels of the same number."""
    return (
        "SELECT n.id, n.channel, n.customer_id, n.conversation_id, n.signed_out_at, n.last_seen_at, n.network_code, "
        "n.doubt, n.blocked_at, n.name, c.session, c.customer_id AS owner, "
        f"{_OF_OWNER.format('c')} "
        "FROM channel_identity mine JOIN conversation c ON c.id = mine.conversation_id "
        "JOIN channel_identity n ON n.platform_id = $1 AND n.environment = $2 AND n.external_id = $4 "
        f"AND n.channel IN ($3, {placeholders(others, 9)}) "
        "WHERE mine.platform_id = $1 AND mine.environment = $2 AND mine.channel = $3 AND mine.external_id = $4"
    )


def same_number(turn: Turn) -> tuple[str, ...]:
    """The channels that are one number's."""
    return tuple(PHONE_CHANNELS) if turn.channel in PHONE_CHANNELS else (turn.channel,)


async def _identities(turn: Turn) -> list[Row]:
    """All rows of the sender's number, with the sender's own, which is made where it is the first time."""
    who = (turn.scope.platform_id, turn.scope.environment, turn.channel, turn.sender[:64])
    others = same_number(turn)
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
