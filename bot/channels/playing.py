"""Playing inputs on a conversation, as every channel does it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.engine import Inbound, screen_of, step, wants_secret, wants_words
from bot.prompts import End, Prompt, Say
from bot.stack import Session
from bot.states import World
from services.conversations import Turn, link_identity

# Where the dialogue's own session lies in a conversation's; channels keep their bookkeeping beside it.
DIALOGUE = "dialogue"
# And, by channel, which screen was last shown there.
SEEN = "seen"
WIPED = "***"
# What may be a PIN or a code.
LIKE_A_PIN = re.compile(r"(?<!\d)\d{4,6}(?!\d)")


@dataclass(frozen=True, slots=True)
class Played:
    """What to show after one message, and whether it held a secret."""

    prompts: list[Prompt]
    secret: bool


def world_of(
    turn: Turn, *, key: str, phone: str | None = None, rows: int, long_rows: int, searches: bool = False
) -> World:
    """The world of one message: the sender as the conversation knows them, and how to make them a customer."""

    async def link(customer_id: int) -> None:
        await link_identity(turn, customer_id)

    return World(
        scope=turn.scope,
        channel=turn.channel,
        key=key,
        link=link,
        phone=phone,
        customer_id=turn.customer_id,
        rows=rows,
        long_rows=long_rows,
        searches=searches,
    )


async def play(turn: Turn, inputs: Sequence[Inbound], world: World) -> Played:
    """Play inputs one after another until the last, or the first that does not lead on."""
    session: Session = turn.session.get(DIALOGUE, {})
    prompts: list[Prompt] = []
    secret = False
    for inbound in inputs:
        secret = secret or wants_secret(session)
        session, prompts = await step(session, inbound, world)
        if isinstance(prompts[-1], End) or any(isinstance(p, Say) and p.trouble for p in prompts):
            break
    turn.session[DIALOGUE] = session
    note_shown(turn, prompts)
    return Played(prompts, secret)


def has_seen(turn: Turn) -> bool:
    """Whether the sender was shown the current screen on this channel, and so can answer it here."""
    session: Session = turn.session.get(DIALOGUE, {})
    return bool(session) and turn.session.get(SEEN, {}).get(turn.channel) == screen_of(session)


def kept(inbound: Inbound, played: Played) -> str | None:
    """What is kept of what was typed. A PIN is also kept nowhere where it came too late for the screen that asked."""
    if played.secret:
        return WIPED
    return LIKE_A_PIN.sub(WIPED, inbound.text) if inbound.opens and inbound.text else inbound.text


def note_shown(turn: Turn, prompts: Sequence[Prompt]) -> None:
    """Note which screen is shown; after a last word, none is."""
    seen = turn.session.setdefault(SEEN, {})
    if isinstance(prompts[-1], End):
        seen.pop(turn.channel, None)
    elif not isinstance(prompts[-1], Say):
        seen[turn.channel] = screen_of(turn.session[DIALOGUE])


def split_path(session: Session, typed: str) -> list[str]:
    """A message as inputs: `2*1` is two on a screen of choices, and just words where words are wanted."""
    return [typed] if wants_words(session.get(DIALOGUE, {})) else typed.split("*")
