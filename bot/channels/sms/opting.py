"""STOP and START: heard on every screen, also where words or a PIN are wanted."""

from collections.abc import Awaitable, Callable, Sequence

from bot.channels.playing import play
from bot.engine import Inbound
from bot.prompts import End, Prompt, Say
from bot.states import World
from bot.text import t
from services.conversations.turns import Turn
from services.notifications import opt_in, opt_out


async def _stop(turn: Turn, world: World) -> Sequence[Prompt]:
    """One last message; who says it again is answered no more."""
    stopped = await opt_out(turn.scope, "sms", turn.sender)
    return [End(t("sms.stopped", shop=turn.scope.name).into(world.language))] if stopped else []


async def _start(turn: Turn, world: World) -> Sequence[Prompt]:
    started = await opt_in(turn.scope, "sms", turn.sender)
    played = await play(turn, [Inbound("00")], world)
    return [
        *([Say(t("sms.started", shop=turn.scope.name).into(world.language))] if started else []),
        *played.prompts,
    ]


# What is written, in small letters and nothing else. STOP is never guessed at: "shop" is nearly the same.
OPTING: dict[str, Callable[[Turn, World], Awaitable[Sequence[Prompt]]]] = {
    "stop": _stop,
    "stopall": _stop,
    "unsubscribe": _stop,
    "start": _start,
    "unstop": _start,
}


def opting(text: str) -> Callable[[Turn, World], Awaitable[Sequence[Prompt]]] | None:
    """What a text does that speaks of messages themselves; None for any other."""
    return OPTING.get("".join(c for c in text.lower() if c.isalnum()))
