"""The REST door: reads a call, lets its endpoint answer, and puts either into the envelope."""

from collections.abc import Awaitable, Callable

import orjson
import structlog
from aiohttp import hdrs, web
from pydantic import BaseModel, ValidationError

from api.rest.calls import Call, open_call
from api.rest.docs_page import add_docs_page
from api.rest.endpoints import Endpoint, Who
from api.rest.errors import STATUS, sentence, wrong_input
from api.rest.openapi import openapi
from api.rest.peers import count_call
from api.rest.sections import SECTIONS
from core.errors import DomainError, InvalidInput
from core.keys import SETTINGS
from core.logs import current_request_id

log = structlog.get_logger(__name__)

Serve = Callable[[web.Request], Awaitable[web.Response]]
Inputs = dict[str, BaseModel]


def add_rest_door(app: web.Application) -> None:
    """Serve every endpoint under its paths; anything else below /api is answered in the envelope, too."""
    for section in SECTIONS:
        for endpoint in section.endpoints:
            serve = _serving(endpoint)
            for path in (endpoint.path, *endpoint.aliases):
                # Not web.get: that would answer HEAD as well, which the contract doesn't know.
                app.router.add_route(endpoint.method, path, serve)
    app.router.add_get("/api/openapi.json", openapi)
    add_docs_page(app)
    app.router.add_route("*", "/api/{tail:.*}", _nothing_here)


def _serving(endpoint: Endpoint) -> Serve:
    async def serve(request: web.Request) -> web.Response:
        try:
            asked = endpoint.who is not Who.ANYBODY
            call = await open_call(request, request.app[SETTINGS], with_customer=asked)
            if endpoint.who is Who.CUSTOMER:
                _ = call.signed_in
            await count_call(endpoint, call)
            try:
                inputs = await _read(endpoint, request)
            except ValidationError as trouble:
                return _envelope(400, wrong_input(endpoint, trouble), _refused(endpoint))
            return await _answer(endpoint, call, inputs)
        except DomainError as error:
            return _envelope(STATUS[type(error)], sentence(endpoint, error), _refused(endpoint))
        except web.HTTPRequestEntityTooLarge:
            return _envelope(413, "The body is too large", _refused(endpoint))
        except web.HTTPException:
            raise
        except Exception:
            log.exception("unexpected", path=request.path, method=request.method)
            return _envelope(500, f"Something went wrong (request {current_request_id()})", b"null")

    return serve


async def _answer(endpoint: Endpoint, call: Call, inputs: Inputs) -> web.Response:
    if endpoint.who is Who.BUYER:
        await call.as_guest(_session_id(inputs))
        call.buyer()
    value = await endpoint.handler(call, **inputs)
    await call.keep_cart()
    data = endpoint.answer.dump_json(value, by_alias=True)
    return _envelope(call.status, call.message or endpoint.says, data)


def _session_id(inputs: Inputs) -> str | None:
    return next((found for each in inputs.values() if (found := getattr(each, "session_id", None))), None)


async def _read(endpoint: Endpoint, request: web.Request) -> Inputs:
    """The inputs of a call, validated. Raises `ValidationError`."""
    inputs: Inputs = {}
    if model := endpoint.inputs.get("path"):
        inputs["path"] = model.model_validate(dict(request.match_info))
    if model := endpoint.inputs.get("query"):
        # An empty parameter is one that wasn't given.
        given = {name: value for name, value in request.query.items() if value != ""}
        inputs["query"] = model.model_validate(given)
    if model := endpoint.inputs.get("body"):
        inputs["body"] = model.model_validate_json(await _body(request))
    return inputs


async def _body(request: web.Request) -> bytes:
    try:
        return await request.read() or b"{}"
    except (web.RequestPayloadError, ValueError, ConnectionResetError):
        # A broken chunk, a body that isn't compressed as it says, or a client that has gone.
        raise InvalidInput("The body can't be read.") from None


def _refused(endpoint: Endpoint) -> bytes:
    return orjson.dumps(endpoint.refused_data)


def _envelope(status: int, message: str, data: bytes) -> web.Response:
    success = b"true" if 200 <= status < 300 else b"false"
    body = b'{"success":%b,"message":%b,"data":%b}' % (success, orjson.dumps(message), data)
    return web.Response(status=status, body=body, content_type="application/json", charset="utf-8")


async def _nothing_here(request: web.Request) -> web.Response:
    allowed: set[str] = set()
    for resource in request.app.router.resources():
        _, methods = await resource.resolve(request)
        allowed |= methods - {hdrs.METH_ANY}
    if not allowed:
        return _envelope(404, "There is no such endpoint", b"null")
    response = _envelope(405, f"Only {', '.join(sorted(allowed))} is allowed here", b"null")
    response.headers["Allow"] = ", ".join(sorted(allowed))
    return response
