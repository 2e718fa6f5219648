"""Arkesel: SMS out through its API v2. How it hands on texts that come in is not documented, so none are taken from it.

Source: https://developers.arkesel.com, as noted in PROVIDERS.md; the statuses of refusals as its SDKs know them.
"""

from typing import Any

from pydantic import BaseModel, ValidationError

from providers.errors import ProviderRefused, ProviderUnknown
from providers.http import Json, ProviderHttp
from providers.messages import Sent

# HTTP status -> (our code, whether the same message may go through later).
REFUSED = {
    401: ("wrong_key", False),
    402: ("insufficient_balance", True),
    403: ("wrong_key", False),
    422: ("invalid_message", False),
}


class _Answer(BaseModel):
    status: str
    message: str = ""
    # One entry a recipient that was taken, {recipient, id}, and one with all "invalid numbers".
    data: list[dict[str, Any]] | dict[str, Any] = []


class Arkesel:
    """One account; `base_url` is `https://sms.arkesel.com` or a twin."""

    def __init__(self, base_url: str, api_key: str, timeout_s: float = 5.0) -> None:
        headers = {"api-key": api_key, "Accept": "application/json"}
        self._http = ProviderHttp("arkesel", base_url, headers, timeout_s, _refusal)

    async def close(self) -> None:
        await self._http.close()

    async def prove(self) -> None:
        """See `Account.prove`: asks for the balance."""
        await self._http.get("balance", "/api/v2/clients/balance-details")

    async def send(self, *, to: str, text: str, sender: str) -> Sent:
        """Send one message; see `SmsGateway.send`. The account has no sender id of its own: an empty one is refused."""
        # Numbers are written without their plus sign here.
        body: Json = {"sender": sender, "message": text, "recipients": [to.removeprefix("+")]}
        try:
            return _sent(await self._http.post_json("send_sms", "/api/v2/sms/send", body))
        except ProviderRefused as refusal:
            later = refusal.retryable or (refusal.code, True) in REFUSED.values()
            raise ProviderRefused(refusal.code, refusal.message, retryable=later) from refusal


def _refusal(status: int, body: Json) -> tuple[str, str]:
    code, _ = REFUSED.get(status, (f"http_{status}", False))
    message = body.get("message")
    return code, message if isinstance(message, str) else f"refused with HTTP {status}"


def _sent(body: Json) -> Sent:
    try:
        answer = _Answer.model_validate(body)
    except ValidationError as error:
        raise ProviderUnknown("the answer to a message can't be read") from error
    entries = [answer.data] if isinstance(answer.data, dict) else answer.data
    for entry in entries:
        if isinstance(entry.get("id"), str):
            return Sent(entry["id"], "")
    if any("invalid numbers" in entry for entry in entries):
        raise ProviderRefused("invalid_number", answer.message or "invalid number")
    if answer.status != "success":
        raise ProviderRefused("refused", answer.message or answer.status)
    raise ProviderUnknown("the answer to a message names none")
