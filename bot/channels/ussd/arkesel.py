"""USSD through Arkesel: JSON with the latest input comes in, JSON with one screen goes out.

`userData` of a new session is what was dialled, with whatever was typed behind the service code; after that it is one
input. Requests have no number of their own.
Source: Arkesel's own SDK, as noted in PROVIDERS.md.
"""

from typing import Any

from aiohttp import web

from bot.channels.gateway import flag_of, network_of, number_of, read_object, text_of
from bot.channels.ussd.calls import Call, Shown, closing, show
from bot.channels.ussd.latest import call_id, typed_of
from core.errors import InvalidInput
from core.keys import SETTINGS

PATH = "/channels/ussd/arkesel"
GATEWAY = "arkesel"
# What a caller's request is known by, and what is therefore said back.
ECHOED = ("sessionID", "userID", "msisdn")
LONGEST_ECHO = 100


async def answer(request: web.Request) -> web.Response:
    """One screen, as JSON."""
    fields: dict[str, Any] = {}
    try:
        fields = await read_object(request)
        call = call_of(fields)
    except InvalidInput as refusal:
        return _said(fields, closing("not_a_number" if refusal.field == "msisdn" else "broken"))
    return _said(fields, await show(call, request.app[SETTINGS]))


def call_of(fields: dict[str, Any]) -> Call:
    """The call in a request. Raises `InvalidInput` where no telephone can have made it."""
    phone = number_of({"msisdn": text_of(fields, "msisdn")}, "msisdn")
    return Call(
        GATEWAY,
        call_id(fields, "sessionID"),
        phone,
        "",
        typed_of(fields, "userData"),
        begins=flag_of(fields, "newSession"),
        network_code=network_of(fields, "network"),
    )


def _said(fields: dict[str, Any], shown: Shown) -> web.Response:
    known = {name: str(fields.get(name, ""))[:LONGEST_ECHO] for name in ECHOED}
    return web.json_response({**known, "message": shown.words, "continueSession": shown.goes_on})
