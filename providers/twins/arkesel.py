"""The Arkesel twin: takes SMS, keeps them in the outbox beside everybody's."""

import secrets
from typing import Any

import orjson
import phonenumbers
from aiohttp import web
from pydantic import BaseModel, Field, ValidationError

from providers.twins.sandbox import Sandbox
from providers.twins.script import DECLINED, Rule, Stage

SAYS = {
    401: "Authentication Failed!",
    402: "Insufficient balance",
    403: "Inactive Gateway",
    422: "The given data was invalid.",
}
EMPTY_ACCOUNT = 402
LONGEST_SENDER = 11


class Order(BaseModel):
    """What the documentation asks for in a message."""

    sender: str = Field(min_length=1, max_length=LONGEST_SENDER)
    message: str = Field(min_length=1)
    recipients: list[str] = Field(min_length=1, max_length=1000)


def create_arkesel(sandbox: Sandbox) -> web.Application:
    """The application under /arkesel."""
    stage = Stage(sandbox.script, "arkesel", sandbox.settings.hang_s)
    app = web.Application(middlewares=[stage.middleware()])
    app.router.add_post("/api/v2/sms/send", Messaging(sandbox).send, name="send")
    app.router.add_get("/api/v2/clients/balance-details", Messaging(sandbox).balance, name="balance")
    return app


class Messaging:
    """Bulk SMS: one id for each number that was taken, and a list of those that are none."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def balance(self, request: web.Request) -> web.Response:
        if request.headers.get("api-key") != self._sandbox.settings.arkesel_api_key:
            return _error(401)
        return _json({"status": "success", "data": {"sms_balance": 0, "main_balance": "GHS 0.00"}})

    async def send(self, request: web.Request) -> web.Response:
        if request.headers.get("api-key") != self._sandbox.settings.arkesel_api_key:
            return _error(401)
        try:
            order = Order.model_validate_json(await request.read())
        except ValidationError:
            return _error(422)
        scripted: Rule | None = request.get(DECLINED)
        if scripted:
            return _error(scripted.code or EMPTY_ACCOUNT)
        taken, invalid = [], []
        for to in order.recipients:
            number = _number(to)
            if number is None:
                invalid.append(to)
            else:
                self._sandbox.outbox.add(number, "sms", order.message)
                taken.append({"recipient": to, "id": secrets.token_hex(16)})
        return _json(
            {"status": "success", "data": [*taken, *([{"invalid numbers": invalid}] if invalid else [])]}
        )


def _number(to: str) -> str | None:
    """The number in E.164: it is given with its country's code and without a plus sign."""
    try:
        number = phonenumbers.parse(f"+{to[:32]}" if to.isdigit() else "", None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _error(status: int) -> web.Response:
    return _json({"status": "error", "message": SAYS.get(status, "Something went wrong")}, status)


def _json(body: Any, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")
