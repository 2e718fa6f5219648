"""Playing inputs on a conversation, as every channel does it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.engine import Inbound, needs_first, screen_of, step, wants_secret, wants_words
from bot.flows import person
from bot.prompts import Confirm, End, Prompt, Say, in_language
from bot.stack import Session
from bot.states import World
from core.clock import now
from services.conversations.identities import leave_identity, link_identity
from services.conversations.turns import Turn
from services.support.desk import NEXT_TO_STAFF, TROUBLE
from services.support.masking import NAMED, masked

# Where the dialogue's own session lies in a conversation's; channels keep their bookkeeping beside it.
DIALOGUE = "dialogue"
# And, by channel and sender, which screen was last shown there: several telephones may be one customer's.
SEEN = "seen"
WIPED = "***"
# What may be a PIN or a code.
LIKE_A_PIN = re.compile(r"(?<!\d)\d{4,6}(?!\d)")


@dataclass(frozen=True, slots=True)
class Played:
    """What to show after one message, whether it held a secret, and how many of its inputs were played."""

    prompts: list[Prompt]
    secret: bool
    inputs: int


def world_of(
    turn: Turn, *, key: str, phone: str | None = None, rows: int, long_rows: int, searches: bool = False
) -> World:
    """The world of one message: the sender as the conversation knows them, and how to make them a customer."""

    async def link(customer_id: int) -> None:
        await link_identity(turn, customer_id)
        world.conversation_id = turn.conversation_id

    async def leave() -> None:
        await leave_identity(turn)
        world.conversation_id = turn.conversation_id

    world = World(
        scope=turn.scope,
        channel=turn.channel,
        key=key,
        link=link,
        phone=phone,
        customer_id=turn.customer_id,
        locked=turn.locked,
        language=turn.language,
        rows=rows,
        long_rows=long_rows,
        searches=searches,
        identity_id=turn.identity_id,
        conversation_id=turn.conversation_id,
        sender=turn.sender,
        leave=leave,
    )
    return world


async def play(turn: Turn, inputs: Sequence[Inbound], world: World) -> Played:
    """Play inputs one after another until the last, or the first that does not lead on: the rest of a dial string is no
    answer to what is needed first, nor to a last look that nobody has seen.

    What comes back is said in the language that the sender has chosen by then.
    """
    session: Session = turn.session.get(DIALOGUE, {})
    prompts: list[Prompt] = []
    secret, count = False, 0
    for inbound in _to_staff(turn, inputs):
        count += 1
        secret = secret or wants_secret(session) or _volunteers(session, inbound.text or "")
        session, prompts = await step(session, inbound, world)
        trouble = next((p for p in prompts if isinstance(p, Say) and p.trouble), None)
        if trouble is not None:
            words = masked(trouble.text.render(), None)
            turn.session[TROUBLE] = {
                "at": now().isoformat(),
                "screen": screen_of(session).partition(":")[0],
                "words": words,
            }
        if trouble is not None or isinstance(prompts[-1], Confirm | End) or needs_first(session):
            break
    turn.session[DIALOGUE] = session
    note_shown(turn, prompts)
    turn.language = world.language
    return Played([in_language(prompt, world.language) for prompt in prompts], secret, count)


def _volunteers(session: Session, text: str) -> bool:
    """Whether a PIN or a code is told that nobody asked for: called one, or in words to staff."""
    to_staff = screen_of(session).startswith(person.talk.name)
    return bool(NAMED.search(text)) or (to_staff and masked(text, None) != text)


def _to_staff(turn: Turn, inputs: Sequence[Inbound]) -> Sequence[Inbound]:
    """The inputs, the first of which answers a person of staff where one has written on this channel since.

    A button is no answer, since it belongs to its screen; nor is what holds no words.
    """
    first = inputs[0]
    if (
        turn.session.get(NEXT_TO_STAFF) != turn.channel
        or first.screen is not None
        or first.unread
        or not first.text
    ):
        return inputs
    del turn.session[NEXT_TO_STAFF]
    return [replace(first, to_staff=True), *inputs[1:]]


def has_seen(turn: Turn) -> bool:
    """Whether the sender was shown the current screen on this channel, and so can answer it here."""
    session: Session = turn.session.get(DIALOGUE, {})
    return bool(session) and turn.session.get(SEEN, {}).get(_place(turn)) == screen_of(session)


def kept(inbound: Inbound, played: Played) -> str | None:
    """What is kept of what was typed. A PIN is also kept nowhere where it came too early or too late for the screen that
    asks."""
    if played.secret:
        return WIPED
    return LIKE_A_PIN.sub(WIPED, inbound.text) if inbound.text else inbound.text


def note_shown(turn: Turn, prompts: Sequence[Prompt]) -> None:
    """Note which screen is shown; after a last word, none is."""
    seen = turn.session.setdefault(SEEN, {})
    if isinstance(prompts[-1], End):
        seen.pop(_place(turn), None)
    elif not isinstance(prompts[-1], Say):
        seen[_place(turn)] = screen_of(turn.session[DIALOGUE])


def _place(turn: Turn) -> str:
    return f"{turn.channel}:{turn.sender}"


def split_path(session: Session, typed: str) -> list[str]:
    """A message as inputs: `2*1` is two on a screen of choices, and just words where words are wanted."""
    return [typed] if wants_words(session.get(DIALOGUE, {})) else typed.split("*")
