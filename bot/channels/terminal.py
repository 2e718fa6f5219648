"""The chat in a terminal: a telephone without a network, for trying and for scripts."""

from collections.abc import AsyncIterator, Callable

from bot.channels.plain import plain
from bot.channels.playing import play, split_path, world_of
from bot.engine import Inbound
from bot.prompts import End
from core.ids import new_token
from services.conversations import open_turn
from services.tenants import Scope

ROWS, LONG_ROWS = 9, 6


async def chat(scope: Scope, phone: str, typed: AsyncIterator[str], say: Callable[[str], object]) -> None:
    """Talk as `phone` (E.164) until the input or the dialogue ends. `say` gets each screen whole."""
    call = new_token()
    ended = await _turn(scope, phone, f"{call}:0", None, say)
    number = 0
    async for line in typed:
        if ended:
            return
        number += 1
        ended = await _turn(scope, phone, f"{call}:{number}", line.rstrip("\n"), say)


async def _turn(scope: Scope, phone: str, key: str, line: str | None, say: Callable[[str], object]) -> bool:
    """One message; whether the dialogue ended with it."""
    # The channel is the telephone's: the same identity, and so the same conversation, as on USSD.
    async with open_turn(scope, channel="ussd", gateway="terminal", external_id=key, sender=phone) as turn:
        world = world_of(turn, key=key, phone=phone, rows=ROWS, long_rows=LONG_ROWS)
        inputs = (
            [Inbound(part) for part in split_path(turn.session, line)] if line is not None else [Inbound()]
        )
        played = await play(turn, inputs, world)
        turn.reply = plain(played.prompts)
        turn.body = {"inputs": ["***" if played.secret else inbound.text for inbound in inputs]}
    say(turn.reply)
    return isinstance(played.prompts[-1], End)
