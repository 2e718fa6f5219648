"""Working on a stored update: the turn first, with its reply, then the sending of what was stored.

A worker killed in between leaves a row that is due again; the turn is not played twice, its reply is sent.
"""

from datetime import timedelta
from typing import Any

import structlog

from bot.channels.playing import DIALOGUE, play, world_of
from bot.channels.telegram import screen
from bot.channels.telegram.sending import send_reply
from bot.channels.telegram.updates import CHANNEL, TURNS, Update, masked, read_update
from bot.engine import screen_of
from bot.prompts import Say
from core.clock import now
from core.jobs import enqueue
from core.metrics import CHAT_TURNS
from models import InboundMessage
from services.conversations import Turn, open_turn
from services.tenants import Scope, scope_by_id

log = structlog.get_logger(__name__)

# How soon a message that waits for an earlier one of the same person is looked at again, where nobody wakes it.
AFTER_EARLIER = timedelta(seconds=1)


async def work_inbound(row: InboundMessage) -> None:
    """Play a claimed update and send its reply."""
    update = read_update(row.body)
    if update is None:
        await row.release(retry_in=None)
        return
    if await _has_earlier(row):
        await row.release(retry_in=AFTER_EARLIER)
        # The earlier one may have been done with meanwhile, and have found nobody to wake.
        if not await _has_earlier(row):
            await _wake(row.id)
        return
    scope = await scope_by_id(row.platform_id, row.environment)  # type: ignore[arg-type]
    with CHAT_TURNS.labels(CHANNEL).time():
        reply = await _reply(scope, row, update)
    retry_in = await send_reply(row, reply)
    await row.release(retry_in=retry_in)
    if retry_in is None:
        await _wake_next(row)


async def _reply(scope: Scope, row: InboundMessage, update: Update) -> dict[str, Any]:
    """What is answered to an update; played the first time, afterwards as it was stored."""
    async with open_turn(
        scope, channel=CHANNEL, gateway=TURNS, external_id=row.external_id, sender=str(update.sender)
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
    )
    played = await play(turn, [update.inbound], world)
    turn.body = {"inputs": ["***" if played.secret else update.inbound.text]}
    if played.secret:
        await InboundMessage.filter(id=row.id).update(body=masked(row.body))
    reply: dict[str, Any] = {"chat": update.sender, "query": update.query_id}
    if isinstance(played.prompts[-1], Say):
        # An earlier screen's button: it says so, and the current screen stays as it is.
        return reply | {"toast": played.prompts[-1].text.render()}
    if played.secret:
        reply["delete"] = update.message_id
    elif update.query_id:
        reply["edit"] = update.message_id
    return reply | screen.render(played.prompts, screen_of(turn.session[DIALOGUE]))


async def _has_earlier(row: InboundMessage) -> bool:
    """Whether an earlier message of the same person is still to be worked on."""
    return bool(await _waiting(row).filter(id__lt=row.id).exists())


async def _wake_next(row: InboundMessage) -> None:
    following = await _waiting(row).filter(id__gt=row.id, lease=None).order_by("id").first()
    if following is not None:
        await _wake(following.id)


async def _wake(row_id: int) -> None:
    await InboundMessage.filter(id=row_id, lease=None).update(next_attempt_at=now())
    await enqueue("work_inbound", row_id)


def _waiting(row: InboundMessage) -> Any:
    return InboundMessage.filter(
        platform_id=row.platform_id,
        environment=row.environment,
        channel=CHANNEL,
        gateway=row.gateway,
        sender=row.sender,
        next_attempt_at__isnull=False,
    )
