"""The person at the other end of the Africa's Talking twin: texts the market as the gateway hands it on."""

import secrets
from urllib.parse import urlencode

import orjson
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core import clock
from providers.twins.hooks import Hook
from providers.twins.sandbox import Sandbox

SHORT_CODE = "44044"
SANDBOX_NETWORK = "99999"


class Text(BaseModel):
    """A text from a number. The same `id` again is the same text, delivered once more."""

    model_config = ConfigDict(extra="forbid")

    sender: str = Field(alias="from", min_length=1, max_length=40)
    text: str = Field(max_length=100_000)
    to: str = Field(SHORT_CODE, max_length=40)
    id: str | None = Field(None, min_length=1, max_length=300)


class Person:
    """One address: `POST /control/sms` texts the market; what it answers is in the outbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def text(self, request: web.Request) -> web.Response:
        """Answers with the text's id, and whether the market `taken` it."""
        try:
            text = Text.model_validate_json(await request.read())
        except ValidationError as error:
            return _json({"error": error.errors(include_url=False, include_context=False)}, 400)
        settings = self._sandbox.settings
        if settings.hooks_url is None:
            return _json({"error": "the twins send nothing: there is nobody to text"}, 409)
        id = text.id or f"ATXid_{secrets.token_hex(16)}"
        hook = Hook(
            provider="africastalking",
            event="incoming_sms",
            url=f"{settings.hooks_url}/channels/sms/africastalking/{settings.hook_secret}",
            body=urlencode(_form(text, id)).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        return _json({"id": id, "taken": await self._sandbox.hooks.post(hook)})


def _form(text: Text, id: str) -> dict[str, str]:
    """What the gateway posts, as PROVIDERS.md has it."""
    return {
        "date": clock.now().isoformat(sep=" ", timespec="seconds"),
        "from": text.sender,
        "id": id,
        "linkId": "",
        "text": text.text,
        "to": text.to,
        "cost": "KES 0.0000",
        "networkCode": SANDBOX_NETWORK,
    }


def _json(body: object, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")
