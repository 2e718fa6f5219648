"""USSD through Africa's Talking: a form with all inputs so far comes in, one screen goes out.

`text` holds every input of the call joined by `*`. How much of it was worked on is kept by its length, so that only
the new part is played, and an input may itself contain a `*`. A call that begins with inputs (`*920*44*2*1#` comes
as `2*1`) starts at home and plays them one after another.
Source: https://developers.africastalking.com/docs/ussd, as noted in PROVIDERS.md.
"""

from dataclasses import dataclass

import structlog
from aiohttp import web

from bot.channels.gateway import add_hook, market_of, number_of, plain_id
from bot.channels.playing import play, split_path, world_of
from bot.channels.ussd import screen
from bot.engine import Inbound
from bot.prompts import End
from bot.text import t
from core.errors import InvalidInput
from core.forms import read_form
from core.keys import SETTINGS
from core.metrics import CHAT_TURNS
from core.settings import Settings
from services.codes import reveal
from services.conversations import Turn, open_turn
from services.secrets import keyed_digits
from services.tenants import Scope, scope_by_dial_code

log = structlog.get_logger(__name__)

PATH = "/channels/ussd/africastalking"
GATEWAY = "africastalking"
LONGEST_ID = 100
LONGEST_NETWORK = 10
LONGEST_TEXT = 20_000
# Inputs played of one dial string; a person dials three or four.
MOST_INPUTS = 12


@dataclass(frozen=True, slots=True)
class Call:
    """One request: who calls which code, and all that was typed in this call so far."""

    id: str
    phone: str
    service_code: str
    text: str
    network_code: str = ""

    @property
    def key(self) -> str:
        """The same for the same request delivered again, and different for any other."""
        step = self.text.count("*") + 1 if self.text else 0
        return f"{self.id}:{step}:{keyed_digits(f'{self.phone} {self.text}', 30)}"


def add_ussd_routes(app: web.Application) -> None:
    """`POST /channels/ussd/africastalking/<hook secret>`."""
    add_hook(app, PATH, answer)


async def answer(request: web.Request) -> web.Response:
    """One screen, as text. Whatever goes wrong inside ends the call with a sentence, never with a traceback."""
    try:
        fields = await read_form(request)
    except InvalidInput:
        return _said("broken")
    if "durationInMillis" in fields and "text" not in fields:
        return web.Response()  # the notice that a call is over: what was left open resumes with the next
    try:
        call = _call(fields)
    except InvalidInput:
        return _said("not_a_number")
    try:
        with CHAT_TURNS.labels("ussd").time():
            return web.Response(text=await reply_to(call, request.app[SETTINGS]))
    except Exception:
        log.exception("a turn failed", channel="ussd", call=call.id)
        return _said("broken")


async def reply_to(call: Call, settings: Settings) -> str:
    """What a gateway is answered: `CON …` or `END …`; the same again for the same call."""
    scope = await _scope(call, settings)
    async with open_turn(
        scope,
        channel="ussd",
        gateway=GATEWAY,
        external_id=call.key,
        sender=call.phone,
        network_code=call.network_code,
    ) as turn:
        if not turn.repeated:
            turn.reply = await _played(turn, call)
    return reveal(turn.reply)


async def _played(turn: Turn, call: Call) -> str:
    world = world_of(turn, key=call.key, phone=call.phone, rows=screen.ROWS, long_rows=screen.LONG_ROWS)
    inputs = _new_inputs(turn, call)
    played = await play(turn, inputs, world)
    turn.session["ussd"] = {"call": call.id, "length": len(call.text)}
    if isinstance(played.prompts[-1], End):
        del turn.session["ussd"]
    turn.body = {"inputs": ["***" if played.secret else inbound.text for inbound in inputs]}
    return screen.render(played.prompts)


def _new_inputs(turn: Turn, call: Call) -> list[Inbound]:
    """What was typed since the last request of this call."""
    before = turn.session.get("ussd", {})
    length = before.get("length", 0)
    if before.get("call") == call.id and len(call.text) > length:
        typed = call.text[length + 1 :] if length else call.text
        return [Inbound(part) for part in split_path(turn.session, typed)[:MOST_INPUTS]]
    if not call.text:
        return [Inbound()]
    return [Inbound("00"), *(Inbound(part) for part in call.text.split("*")[:MOST_INPUTS])]


async def _scope(call: Call, settings: Settings) -> Scope:
    """Whose code it is; one that nobody was given leads to the caller's country, else to the default platform."""
    return await scope_by_dial_code(call.service_code, settings.default_environment) or await market_of(
        call.phone, settings
    )


def _call(fields: dict[str, str]) -> Call:
    """The call in a form. Raises `InvalidInput` where no telephone can have made it."""
    phone = number_of(fields, "phoneNumber")
    session_id = plain_id(fields.get("sessionId", ""))
    if not session_id:
        raise InvalidInput("A call has a session id.", field="sessionId")
    code = "".join(c for c in fields.get("serviceCode", "") if c in "0123456789*#")
    text = "".join(c for c in fields.get("text", "")[:LONGEST_TEXT] if c.isprintable())
    network = plain_id(fields.get("networkCode", ""))[:LONGEST_NETWORK]
    return Call(session_id[:LONGEST_ID], phone, code[:LONGEST_ID], text, network)


def _said(key: str) -> web.Response:
    return web.Response(text=f"END {t(key).render()}")
