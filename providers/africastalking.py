"""Africa's Talking: SMS out, and the forms it posts for SMS in and delivery reports.

Source: the provider's SDKs and documentation, as noted in PROVIDERS.md.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, Field, ValidationError

from providers.errors import ProviderRefused, ProviderUnknown
from providers.http import Json, ProviderHttp
from providers.messages import DeliveryReport, IncomingSms, Sent

ACCEPTED = {100, 101, 102}
# Status of one recipient -> (our code, whether the same message may go through later).
REFUSED = {
    401: ("risk_hold", False),
    402: ("invalid_sender", False),
    403: ("invalid_number", False),
    404: ("unsupported_number", False),
    405: ("insufficient_balance", True),
    406: ("blacklisted", False),
    407: ("no_route", True),
    409: ("do_not_disturb", False),
    500: ("provider_error", True),
    501: ("gateway_error", True),
    502: ("rejected_by_gateway", True),
}
REPORTS: dict[str, Literal["delivered", "failed", "underway"]] = {
    "Success": "delivered",
    "Sent": "underway",
    "Submitted": "underway",
    "Buffered": "underway",
    "Rejected": "failed",
    "Failed": "failed",
    "AbsentSubscriber": "failed",
    "Expired": "failed",
}


class _Recipient(BaseModel):
    status_code: int = Field(alias="statusCode")
    status: str = ""
    cost: str = ""
    message_id: str = Field("", alias="messageId")


class _Data(BaseModel):
    message: str = Field("", alias="Message")
    recipients: list[_Recipient] = Field(alias="Recipients")


class _Answer(BaseModel):
    data: _Data = Field(alias="SMSMessageData")


class AfricasTalking:
    """One account; `base_url` is `https://api.africastalking.com`, its sandbox or a twin."""

    def __init__(self, base_url: str, username: str, api_key: str, timeout_s: float = 5.0) -> None:
        self._username = username
        headers = {"apiKey": api_key, "Accept": "application/json"}
        self._http = ProviderHttp("africastalking", base_url, headers, timeout_s)

    async def close(self) -> None:
        await self._http.close()

    async def send(self, *, to: str, text: str, sender: str) -> Sent:
        """Send one message; see `SmsGateway.send`. Queued by the provider, so that it answers at once."""
        form = {"username": self._username, "to": to, "message": text, "bulkSMSMode": "1", "enqueue": "1"}
        if sender:
            form["from"] = sender
        return _sent(await self._http.post_form("send_sms", "/version1/messaging", form))


def _sent(body: Json) -> Sent:
    try:
        data = _Answer.model_validate(body).data
    except ValidationError as error:
        raise ProviderUnknown("the answer to a message can't be read") from error
    if not data.recipients:
        # Refused as a whole: the message then names the reason, such as InvalidSenderId.
        raise ProviderRefused(data.message or "refused", data.message)
    recipient = data.recipients[0]
    if recipient.status_code in ACCEPTED:
        return Sent(recipient.message_id, recipient.cost)
    if recipient.status_code not in REFUSED:
        raise ProviderUnknown(f"status {recipient.status_code} of a message is not documented")
    code, retryable = REFUSED[recipient.status_code]
    raise ProviderRefused(code, recipient.status, retryable=retryable)


def incoming_sms(form: Mapping[str, str]) -> IncomingSms | None:
    """The message in a posted form, or None where it is none."""
    if not form.get("id") or not form.get("from"):
        return None
    return IncomingSms(
        provider_message_id=form["id"],
        sender=form["from"],
        recipient=form.get("to", ""),
        text=form.get("text", ""),
        network_code=form.get("networkCode", ""),
        sent_at=_time(form.get("date", "")),
    )


def delivery_report(form: Mapping[str, str]) -> DeliveryReport | None:
    """The report in a posted form, or None where it is none or its status is not documented."""
    state = REPORTS.get(form.get("status", ""))
    if state is None or not form.get("id"):
        return None
    return DeliveryReport(form["id"], state, form.get("failureReason", ""))


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
