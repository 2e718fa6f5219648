"""Playing inputs on a conversation, as every channel does it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.engine import Inbound, step, wants_secret, wants_words
from bot.languages import DEFAULT
from bot.prompts import End, Prompt, Say
from bot.stack import Session
from bot.states import World
from services.accounts.customers import choose_language
from services.conversations import Turn, leave_identity, link_identity

# Where the dialogue's own session lies in a conversation's; channels keep their bookkeeping beside it.
DIALOGUE = "dialogue"


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

    async def leave() -> None:
        await leave_identity(turn)

    async def keep_language(code: str) -> None:
        turn.session["language"] = code
        if turn.customer_id is not None:
            await choose_language(turn.scope, turn.customer_id, code)

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
        language=turn.language or DEFAULT,
        identity_id=turn.identity_id,
        leave=leave,
        keep_language=keep_language,
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
    return Played(prompts, secret)


def split_path(session: Session, typed: str) -> list[str]:
    """A message as inputs: `2*1` is two on a screen of choices, and just words where words are wanted."""
    return [typed] if wants_words(session.get(DIALOGUE, {})) else typed.split("*")
