"""Monnify's envelope: what is in it, and what a refusal means; without one an answer is somebody else's."""

from typing import Any

from providers.errors import ProviderRefused, ProviderUnknown
from providers.http import Json

UNAUTHORIZED, NOT_FOUND, TOKEN_UNKNOWN = "unauthorized", "not_found", "token_unknown"
# Most refusals have the response code 99, so their meaning is in how the message begins (lower case).
MEANINGS = {
    "duplicate payment reference": "duplicate_reference",
    "could not find transaction": "transaction_not_found",
    "there's no transaction matching": "transaction_not_found",
}
# Those about refunds have codes of their own.
REFUND_CODES = {"R1": "transaction_not_found", "R7": "refund_not_found", "R9": "duplicate_reference"}
NO_CODE = ("", "0", "99")


def read_refusal(status: int, body: Json) -> tuple[str, str]:
    """(code, message): a code that `PaymentGateway` or this module names, Monnify's own, or `http_<status>`."""
    message = str(body.get("responseMessage") or body.get("error_description") or "refused")
    if status == 401:
        return UNAUTHORIZED, message
    for beginning, code in MEANINGS.items():
        if message.lower().startswith(beginning):
            return code, message
    code = str(body.get("responseCode") or "")
    # Without Monnify's envelope a 404 is somebody else's, a proxy's perhaps.
    if status == 404 and "responseMessage" in body and code in (*NO_CODE, "404"):
        return NOT_FOUND, message
    return REFUND_CODES.get(code) or (f"http_{status}" if code in NO_CODE else code), message


def body_of(answer: Json) -> Any:
    """What is in the envelope. Without one the answer is somebody else's, a proxy's perhaps."""
    if answer.get("requestSuccessful") is False:
        raise ProviderRefused(*read_refusal(200, answer))
    if answer.get("requestSuccessful") is not True:
        raise ProviderUnknown("an answer without monnify's envelope")
    return answer.get("responseBody")


def status_of(answer: Json) -> Any:
    """The status object in the envelope, with the message that came around it."""
    body = body_of(answer)
    if not isinstance(body, dict):
        return body
    return body | {"responseMessage": str(answer.get("responseMessage") or "")}
