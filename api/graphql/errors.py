"""What leaves as an error: the client's own mistakes and refusals as they are, everything else masked."""

from typing import Any

import structlog
from tartiflette.types.exceptions.tartiflette import CoercionError, TartifletteError

from core.errors import DomainError
from core.logs import current_request_id

log = structlog.get_logger(__name__)


async def coerce_error(exception: Exception, error: dict[str, Any]) -> dict[str, Any]:
    """The `errors` entry for an exception, as the engine asks for it."""
    cause = getattr(exception, "original_error", None)
    if error.get("path") is None:
        error.pop("path", None)
    if isinstance(cause, DomainError):
        return {**error, "message": cause.message, "extensions": _extensions(cause.code, cause.field)}
    if (cause is None and isinstance(exception, TartifletteError)) or isinstance(exception, CoercionError):
        error.setdefault("extensions", {"code": "BAD_USER_INPUT"})
        return error
    log.error("graphql field failed", path=error.get("path"), exc_info=cause or exception)
    return {
        **error,
        "message": "Something went wrong.",
        "extensions": {"code": "INTERNAL", "requestId": current_request_id()},
    }


def refusal_body(message: str, code: str, field: str = "") -> dict[str, Any]:
    """A response body for a request that was not executed."""
    return {"errors": [{"message": message, "extensions": _extensions(code, field)}]}


def _extensions(code: str, field: str) -> dict[str, Any]:
    return {"code": code, "field": field} if field else {"code": code}
