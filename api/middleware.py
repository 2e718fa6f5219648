"""What every request goes through: an id, a measure, and one face for what was not expected."""

import time
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from structlog.contextvars import clear_contextvars

from core.errors import DomainError, Forbidden, NotFound, NotSignedIn, TooManyTries, Unavailable
from core.logs import current_request_id, start_request
from core.metrics import REQUESTS, REQUESTS_RUNNING
from core.tracing import fail, note, span

log = structlog.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

STATUS: dict[type[DomainError], int] = {
    NotFound: 404,
    NotSignedIn: 401,
    Forbidden: 403,
    TooManyTries: 429,
    Unavailable: 503,
}


@web.middleware
async def measure(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request an id, and count it under its route."""
    clear_contextvars()
    request_id = start_request()
    began = time.perf_counter()
    status = 500
    door = _door(request)
    refusal: web.HTTPException | None = None
    REQUESTS_RUNNING.inc()
    try:
        with span(f"{request.method} {door}", "server", makola__request_id=request_id):
            try:
                response = await handler(request)
                status = response.status
            except web.HTTPException as error:
                # A redirect, or something that isn't there: an answer, and no fault of the span.
                refusal, status = error, error.status
            note(http__request__method=request.method, http__route=door, http__response__status_code=status)
            if status >= 500:
                fail(str(status))
        if refusal is not None:
            raise refusal
        response.headers.setdefault("X-Request-Id", request_id)
        return response
    finally:
        REQUESTS_RUNNING.dec()
        REQUESTS.labels(door, request.method, status).observe(time.perf_counter() - began)


@web.middleware
async def explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A refusal that a door didn't put into its own form leaves as JSON; anything else as one generic error."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400 or error.content_type == "application/json":
            raise
        return web.json_response({"error": error.reason}, status=error.status, headers=_allow(error))
    except DomainError as error:
        body = {"error": error.message, "code": error.code, "field": error.field}
        return web.json_response(body, status=STATUS.get(type(error), 400))
    except Exception:
        log.exception("unexpected", path=_door(request), method=request.method)
        body = {"error": "Something went wrong.", "requestId": current_request_id() or ""}
        return web.json_response(body, status=500)


def _door(request: web.Request) -> str:
    """The request's route and not its path, of which a part may be a secret: a gateway's, or a link to pay by."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unknown"


def _allow(error: web.HTTPException) -> dict[str, str]:
    allow = error.headers.get("Allow")
    return {"Allow": allow} if allow else {}


MIDDLEWARES = [measure, explain]
