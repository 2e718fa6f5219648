"""What a USSD call is, whichever gateway carries it: one request in, one screen out, and the same again for the same request.

A call that begins with inputs (`*920*44*2*1#`) starts at home and plays them one after another. Where a gateway numbers
nothing, the step of a call is counted here: what came before the last answer was given is no answer to it, so the same
input then is the same request. After the last word of a call only that word is said.
"""

from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.channels.broken import broken
from bot.channels.gateway import market_of
from bot.channels.playing import WIPED, has_seen, kept, play, split_path, world_of
from bot.channels.ussd import screen
from bot.engine import Inbound
from bot.prompts import End
from bot.text import t
from core import gsm7
from core.clock import now
from core.metrics import CHAT_FAILED, CHAT_TURNS
from core.settings import Settings
from services.codes import reveal
from services.conversations.opening import open_turn
from services.conversations.sessions import sessions_of
from services.conversations.turns import Turn
from services.secrets import keyed_digits
from services.tenants import Scope, scope_by_dial_code, scope_by_id

log = structlog.get_logger(__name__)

CHANNEL = "ussd"
LONGEST_ID = 100
LONGEST_TEXT = 20_000
# Inputs played of one dial string; a person dials three or four.
MOST_INPUTS = 12
# A service code on a shared number has two or three parts: *920*44#.
MOST_PARTS = 4


@dataclass(frozen=True, slots=True)
class Call:
    """One request: who calls, and what was typed.

    `typed` is the dial string where the call `begins`, else the latest input. Where a gateway repeats everything, it
    is `whole`: all inputs of the call joined by `*`, without the code. `step` is the gateway's own number of the
    request, None where it has none, `network_code` the network that it says the call came from.
    """

    gateway: str
    id: str
    phone: str
    service_code: str
    typed: str
    begins: bool = False
    whole: bool = False
    step: int | None = None
    network_code: str = ""
    came_at: float = field(default_factory=lambda: now().timestamp())


@dataclass(frozen=True, slots=True)
class Shown:
    """What the telephone is to show, and whether it may answer."""

    words: str
    goes_on: bool


@dataclass(frozen=True, slots=True)
class _Standing:
    """Whose market a request is for, which step of its call it is, and what was typed behind the service code."""

    scope: Scope
    step: int
    inside: str


def closing(key: str) -> Shown:
    """The sentence that ends a call which can't go on."""
    return Shown(t(key).render(), goes_on=False)


async def show(call: Call, settings: Settings) -> Shown:
    """The screen for a request. Whatever goes wrong inside ends the call with a sentence, never with a traceback."""
    try:
        with CHAT_FAILED.labels(CHANNEL).count_exceptions(), CHAT_TURNS.labels(CHANNEL).time():
            kind, _, words = (await reply_to(call, settings)).partition(" ")
    except Exception:
        log.exception("a turn failed", channel=CHANNEL, gateway=call.gateway, call=call.id)
        words = await broken(settings.default_environment, CHANNEL, call.phone)
        return Shown(gsm7.transliterate(words), goes_on=False)
    return Shown(words, goes_on=kind == "CON")


async def reply_to(call: Call, settings: Settings) -> str:
    """What a call is answered: `CON …` or `END …`; the same again for the same request."""
    stands = await _standing(call, settings)
    key = f"{call.id}:{stands.step}:{keyed_digits(f'{call.phone} {call.typed}', 30)}"
    async with open_turn(
        stands.scope,
        channel=CHANNEL,
        gateway=call.gateway,
        external_id=key,
        sender=call.phone,
        network_code=call.network_code,
    ) as turn:
        if not turn.repeated:
            turn.reply = await _played(turn, call, stands, key)
    return reveal(turn.reply)


async def _played(turn: Turn, call: Call, stands: _Standing, key: str) -> str:
    world = world_of(turn, key=key, phone=call.phone, rows=screen.ROWS, long_rows=screen.LONG_ROWS)
    inputs = _new_inputs(turn, call, stands.inside)
    played = await play(turn, inputs, world)
    over = isinstance(played.prompts[-1], End)
    turn.session[_kept(call)] = {
        "call": call.id,
        "length": len(call.typed),
        "step": stands.step if over else stands.step + 1,
        "over": over,
        "at": now().timestamp(),
    }
    # What was not played may hold a PIN for a screen that was not reached.
    unplayed = [WIPED] * (len(inputs) - played.inputs)
    turn.body = {"inputs": [*(kept(each, played) for each in inputs[: played.inputs]), *unplayed]}
    return screen.render(played.prompts)


def _kept(call: Call) -> str:
    """Where a session keeps how far a call is: several telephones may be one customer's, each in a call of its own."""
    return f"{CHANNEL}:{call.phone}"


def _new_inputs(turn: Turn, call: Call, inside: str) -> list[Inbound]:
    """What was typed since the last request of this call."""
    before = turn.session.get(_kept(call), {})
    length = before.get("length", 0)
    goes_on = before.get("call") == call.id and not before.get("over")
    if goes_on and call.whole and len(call.typed) <= length:
        goes_on = False
    if not goes_on and (call.whole or call.begins):
        return [Inbound("00"), *_inputs(inside.split("*"))] if inside else [Inbound()]
    typed = call.typed[length + 1 :] if call.whole and length else call.typed
    if goes_on and has_seen(turn):
        return _inputs(split_path(turn.session, typed))
    # Its beginning was never answered, or somebody went on elsewhere meanwhile: this answers no screen they saw here.
    return [Inbound(typed, opens=True)]


def _inputs(typed: list[str]) -> list[Inbound]:
    return [Inbound(one) for one in typed[:MOST_INPUTS]]


async def _standing(call: Call, settings: Settings) -> _Standing:
    """Whose code it is; one that nobody was given leads to the caller's country, else to the default platform."""
    environment = settings.default_environment
    if call.whole:
        scope = await scope_by_dial_code(call.service_code, environment) or await market_of(
            call.phone, settings
        )
        return _Standing(scope, call.typed.count("*") + 1 if call.typed else 0, call.typed)
    if call.begins:
        return await _begun(call, settings)
    for platform_id, session in await sessions_of(environment, CHANNEL, call.phone):
        before = session.get(_kept(call), {})
        if before.get("call") == call.id:
            step = _counted(call, before) if call.step is None else call.step
            return _Standing(await scope_by_id(platform_id, environment), step, "")
    return await _begun(call, settings)


def _counted(call: Call, before: dict[str, Any]) -> int:
    """Which step of its call a request is that says none."""
    overtaken = call.came_at <= before["at"] and not before["over"]
    step: int = before["step"]
    return step - 1 if overtaken else step


async def _begun(call: Call, settings: Settings) -> _Standing:
    """The market behind a dial string, and the inputs that were dialled with its code."""
    parts = call.typed.strip("*#").split("*") if call.begins else []
    for length in range(min(len(parts), MOST_PARTS), 0, -1):
        code = f"*{'*'.join(parts[:length])}#"
        scope = await scope_by_dial_code(code, settings.default_environment)
        if scope is not None:
            return _Standing(scope, call.step or 0, "*".join(parts[length:]))
    scope = await scope_by_dial_code(call.service_code, settings.default_environment)
    code_parts = call.service_code.strip("*#").split("*")
    behind = parts[len(code_parts) :] if parts[: len(code_parts)] == code_parts else []
    return _Standing(scope or await market_of(call.phone, settings), call.step or 0, "*".join(behind))
