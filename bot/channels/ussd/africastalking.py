"""USSD through Africa's Talking: a form with all inputs so far comes in, one screen goes out.

`text` holds every input of the call joined by `*`. How much of it was worked on is kept by its length, so that only
the new part is played, and an input may itself contain a `*`. A call that begins with inputs (`*920*44*2*1#` comes
as `2*1`) starts at home and plays them one after another.
Source: https://developers.africastalking.com/docs/ussd, as noted in PROVIDERS.md.
"""

from aiohttp import web

from bot.channels.gateway import network_of, number_of, plain_id
from bot.channels.ussd.calls import LONGEST_ID, LONGEST_TEXT, Call, Shown, closing, show
from core.errors import InvalidInput
from core.forms import read_form
from core.keys import SETTINGS

PATH = "/channels/ussd/africastalking"
GATEWAY = "africastalking"


async def answer(request: web.Request) -> web.Response:
    """One screen, as text."""
    try:
        fields = await read_form(request)
    except InvalidInput:
        return _said(closing("broken"))
    if "durationInMillis" in fields and "text" not in fields:
        return web.Response()  # the notice that a call is over: what was left open resumes with the next
    try:
        call = call_of(fields)
    except InvalidInput:
        return _said(closing("not_a_number"))
    return _said(await show(call, request.app[SETTINGS]))


def call_of(fields: dict[str, str]) -> Call:
    """The call in a form. Raises `InvalidInput` where no telephone can have made it."""
    phone = number_of(fields, "phoneNumber")
    session_id = plain_id(fields.get("sessionId", ""))
    if not session_id:
        raise InvalidInput("A call has a session id.", field="sessionId")
    code = "".join(c for c in fields.get("serviceCode", "") if c in "0123456789*#")
    text = "".join(c for c in fields.get("text", "")[:LONGEST_TEXT] if c.isprintable())
    network = network_of(fields, "networkCode")
    return Call(
        GATEWAY, session_id[:LONGEST_ID], phone, code[:LONGEST_ID], text, whole=True, network_code=network
    )


def _said(shown: Shown) -> web.Response:
    return web.Response(text=f"{'CON' if shown.goes_on else 'END'} {shown.words}")
