"""Working on a stored text: the turn, the queued answer and the wiping of what was typed commit together.

A worker killed before leaves a row that is due again, one killed after leaves the answer in the queue.
"""

import re
from collections.abc import Sequence

import structlog

from bot.channels.broken import MOST_TRIES, broken
from bot.channels.playing import DIALOGUE, LIKE_A_PIN, WIPED, has_seen, note_shown, play, world_of
from bot.channels.sms import screen
from bot.channels.sms.opting import opting
from bot.channels.sms.routes import CHANNEL
from bot.engine import Inbound, seconds_since, wants_secret
from bot.prompts import Prompt
from core import gsm7
from core.metrics import CHAT_FAILED, CHAT_TURNS
from core.settings import Settings
from models import InboundMessage
from services.conversations.opening import open_turn
from services.conversations.turns import Turn
from services.inbound import finish
from services.notifications import queue_message
from services.tenants import Scope, scope_by_id

log = structlog.get_logger(__name__)

TURNS = "turns"
# A text answers the last one that was sent, so long after it.
CONTINUES_WITHIN_S = 24 * 3600
# "my pin is 1234", where nobody asked: it is neither looked for nor said again.
NAMED_PIN = re.compile(r"\W*(?:my\W+)?pin\W*(?:is\W*)?\d{4,6}\W*", re.IGNORECASE)


async def answer_text(row: InboundMessage, _: Settings) -> None:
    """Play a claimed text and queue its answer; nothing is left to do with it then."""
    scope = await scope_by_id(row.platform_id, row.environment)  # type: ignore[arg-type]
    try:
        with CHAT_FAILED.labels(CHANNEL).count_exceptions(), CHAT_TURNS.labels(CHANNEL).time():
            await _take_turn(scope, row)
    except Exception:
        if row.attempts < MOST_TRIES:
            raise
        log.exception("a turn failed", channel=CHANNEL, row=row.id)
        words = await broken(row.environment, CHANNEL, row.sender)
        await _say(scope, row, gsm7.transliterate(words))
        await _finish(row)


async def _take_turn(scope: Scope, row: InboundMessage) -> None:
    async with open_turn(
        scope,
        channel=CHANNEL,
        gateway=TURNS,
        external_id=f"{row.gateway}:{row.external_id}",
        sender=row.sender,
    ) as turn:
        if not turn.repeated:
            prompts = await _played(turn, row)
            if prompts:
                await _say(scope, row, screen.render(prompts))
        await _finish(row)


async def _played(turn: Turn, row: InboundMessage) -> Sequence[Prompt]:
    text: str = row.body["text"]
    world = world_of(
        turn,
        key=f"{CHANNEL}:{row.gateway}:{row.external_id}",
        phone=row.sender,
        rows=screen.ROWS,
        long_rows=screen.LONG_ROWS,
        searches=True,
    )
    opted, secret = opting(text), False
    if opted is not None:
        prompts = await opted(turn, world)
        if prompts:
            note_shown(turn, prompts)
    else:
        played = await play(turn, [_heard(turn, text)], world)
        prompts, secret = played.prompts, played.secret
    turn.body = {"inputs": [WIPED if secret else LIKE_A_PIN.sub(WIPED, text)]}
    return prompts


def _heard(turn: Turn, text: str) -> Inbound:
    """The text for the dialogue. It `opens` where the current screen was not sent by SMS, or so long ago that nobody
    answers it.
    """
    session = turn.session.get(DIALOGUE, {})
    seen = has_seen(turn)
    named = NAMED_PIN.fullmatch(text) and not (seen and wants_secret(session))
    return Inbound("" if named else text, opens=not seen or seconds_since(session) > CONTINUES_WITHIN_S)


async def _say(scope: Scope, row: InboundMessage, text: str) -> None:
    """Queue the answer, once; from the number that was written to, where it can be sent by its gateway."""
    await queue_message(
        scope,
        channel="sms",
        to=row.sender,
        template="said",
        params={"text": text, "gateway": row.gateway, "line": row.body["line"]},
        dedupe_key=f"said:{row.id}",
    )


async def _finish(row: InboundMessage) -> None:
    """Give the text back, and forget what was typed. The turn keeps it where it was no secret."""
    row.body = {**row.body, "text": WIPED}
    await finish(row)
