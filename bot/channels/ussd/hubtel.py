"""USSD through Hubtel: JSON with the latest input and its number in the call comes in, JSON with one screen goes out.

`Message` of an initiation is what was dialled, with whatever was typed behind the service code. `Type` comes in small
letters or large.
Source: Hubtel's own SDK, as noted in PROVIDERS.md.
"""

from typing import Any

from aiohttp import web

from bot.channels.gateway import network_of, number_of, read_object, text_of
from bot.channels.ussd.calls import LONGEST_ID, Call, Shown, closing, show
from bot.channels.ussd.latest import call_id, typed_of
from core.errors import InvalidInput
from core.keys import SETTINGS

PATH = "/channels/ussd/hubtel"
GATEWAY = "hubtel"
BEGINS = {"initiation": True, "response": False}
# Notices that a call is over: nobody reads an answer, and what was left open resumes with the next.
OVER = {"timeout", "release"}
LONGEST_LABEL = 40


async def answer(request: web.Request) -> web.Response:
    """One screen, as JSON."""
    fields: dict[str, Any] = {}
    try:
        fields = await read_object(request)
        if _type(fields) in OVER:
            return _said(fields, closing("bye"))
        call = call_of(fields)
    except InvalidInput as refusal:
        return _said(fields, closing("not_a_number" if refusal.field == "Mobile" else "broken"))
    return _said(fields, await show(call, request.app[SETTINGS]))


def call_of(fields: dict[str, Any]) -> Call:
    """The call in a request. Raises `InvalidInput` where no telephone can have made it."""
    kind = _type(fields)
    if kind not in BEGINS:
        raise InvalidInput("That is no type of request.", field="Type")
    code = "".join(c for c in text_of(fields, "ServiceCode") if c in "0123456789*").strip("*")
    return Call(
        GATEWAY,
        call_id(fields, "SessionId"),
        number_of({"Mobile": text_of(fields, "Mobile")}, "Mobile"),
        f"*{code}#"[:LONGEST_ID] if code else "",
        typed_of(fields, "Message"),
        begins=BEGINS[kind],
        step=_step(fields),
        network_code=network_of(fields, "Operator"),
    )


def _type(fields: dict[str, Any]) -> str:
    return text_of(fields, "Type").strip().lower()


def _step(fields: dict[str, Any]) -> int | None:
    """The request's number in its call; None where it has none, and it is counted here."""
    number = fields.get("Sequence")
    digits = str(number) if isinstance(number, (str, int)) and not isinstance(number, bool) else ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def _said(fields: dict[str, Any], shown: Shown) -> web.Response:
    return web.json_response(
        {
            "sessionId": str(fields.get("SessionId", ""))[:LONGEST_ID],
            "type": "Response" if shown.goes_on else "Release",
            "message": shown.words,
            "label": shown.words.partition("\n")[0][:LONGEST_LABEL],
            "clientState": "",
            "dataType": "input" if shown.goes_on else "display",
            "fieldType": "text",
        }
    )
