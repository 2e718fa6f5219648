"""Working on a stored update: the turn first, with its reply, then the sending of what was stored.

A worker killed in between leaves a row that is due again; the turn is not played twice, its reply is sent.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog

from bot.channels.broken import MOST_TRIES, broken
from bot.channels.playing import DIALOGUE, has_seen, kept, play, world_of
from bot.channels.telegram import screen
from bot.channels.telegram.sending import send_reply
from bot.channels.telegram.updates import CHANNEL, TURNS, Update, masked, read_update
from bot.engine import Inbound, screen_of
from bot.prompts import Say
from core.metrics import CHAT_FAILED, CHAT_TURNS
from core.settings import Settings
from models import InboundMessage
from services.conversations.opening import open_turn
from services.conversations.turns import Turn
from services.inbound import finish
from services.tenants import Scope, scope_by_id

log = structlog.get_logger(__name__)


async def answer_update(row: InboundMessage, settings: Settings) -> None:
    """Play a claimed update, send its reply, and give it back: to be sent again, or done."""
    retry_in = await _answered(row, settings)
    if retry_in is None:
        await finish(row)
    else:
        await row.release(retry_in=retry_in)


async def _answered(row: InboundMessage, settings: Settings) -> timedelta | None:
    """When to send the reply again, or None where there is nothing left to do."""
    update = read_update(row.body)
    if update is None:
        return None
    scope = await scope_by_id(row.platform_id, row.environment)  # type: ignore[arg-type]
    try:
        with CHAT_FAILED.labels(CHANNEL).count_exceptions(), CHAT_TURNS.labels(CHANNEL).time():
            reply = await _reply(scope, row, update)
    except Exception:
        if row.attempts < MOST_TRIES:
            raise
        log.exception("a turn failed", channel=CHANNEL, row=row.id)
        await _give_up(row, update, settings)
        return None
    return await send_reply(row, reply, settings)


async def _give_up(row: InboundMessage, update: Update, settings: Settings) -> None:
    """Say so, once, and forget what was typed."""
    words = await broken(row.environment, CHANNEL, row.sender)
    reply: dict[str, Any] = {
        "chat": update.sender,
        "query": update.query_id,
        "text": words,
        "keyboard": [],
    }
    await send_reply(row, reply, settings)
    row.body = masked(row.body)


async def _reply(scope: Scope, row: InboundMessage, update: Update) -> dict[str, Any]:
    """What is answered to an update; played the first time, afterwards as it was stored."""
    async with open_turn(
        scope,
        channel=CHANNEL,
        gateway=TURNS,
        external_id=row.external_id,
        sender=str(update.sender),
        name=update.name,
    ) as turn:
        if not turn.repeated:
            turn.reply = await _played(turn, row, update)
    reply: dict[str, Any] = turn.reply
    return reply


async def _played(turn: Turn, row: InboundMessage, update: Update) -> dict[str, Any]:
    world = world_of(
        turn,
        key=f"{CHANNEL}:{row.external_id}",
        phone=update.phone,
        rows=screen.ROWS,
        long_rows=screen.LONG_ROWS,
        searches=True,
    )
    heard = _heard(turn, update)
    played = await play(turn, [heard], world)
    turn.body = {"inputs": [kept(heard, played)]}
    if turn.body["inputs"] != [heard.text]:
        row.body = masked(row.body)
        await InboundMessage.filter(id=row.id).update(body=row.body)
    reply: dict[str, Any] = {"chat": update.sender, "query": update.query_id}
    if isinstance(played.prompts[-1], Say):
        # An earlier screen's button: it says so, and the current screen stays as it is.
        return reply | {"toast": played.prompts[-1].text.render()}
    if played.secret:
        reply["delete"] = update.message_id
    elif update.query_id:
        reply |= {"edit": update.message_id, "on_picture": update.on_picture}
    return reply | screen.render(played.prompts, screen_of(turn.session[DIALOGUE]))


def _heard(turn: Turn, update: Update) -> Inbound:
    """The update for the dialogue. Where the current screen was shown elsewhere, a button answers nothing and words only
    what they say on any screen: the screen is shown here first.
    """
    if has_seen(turn):
        return update.inbound
    return replace(
        update.inbound, text="" if update.query_id else update.inbound.text, screen=None, opens=True
    )
