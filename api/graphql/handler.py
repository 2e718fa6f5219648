"""GraphQL over HTTP: one request, one operation, and a JSON answer whatever comes in."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson
from aiohttp import web

from api.graphql.documents import Document
from api.graphql.engine import Engine
from api.graphql.errors import coerce_error, refusal_body
from api.graphql.explorer import add_explorer, explorer_page
from api.graphql.refusals import MAX_BODY, Refused, read_json
from api.graphql.uploads import operation_with_files
from core.errors import DomainError, NotSignedIn

_ENVELOPE = {
    "query": str,
    "operationName": (str, type(None)),
    "variables": (dict, type(None)),
    "extensions": (dict, type(None)),
}


class Context(Protocol):
    """What a door gives to its resolvers; `document` is filled in before they run."""

    document: Document


class Door(Protocol):
    """How a door takes part in a request."""

    title: str
    headers_example: str  # what a client says of itself, as JSON
    takes_files: bool  # whether its schema has the scalar Upload

    async def open(self, request: web.Request) -> Context:
        """Who asks, of which platform. May raise a `DomainError`."""

    def close(self, context: Any, response: web.Response) -> None:
        """Add what the client must keep, e.g. a cookie."""


@dataclass(slots=True)
class GraphQLRequest:
    """What a client sent."""

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] = field(default_factory=dict)


def add_graphql(app: web.Application, path: str, engine: Engine, door: Door) -> None:
    """Serve a schema at `path`, and its explorer to browsers."""
    handle = graphql_handler(engine, door)
    app.router.add_get(path, handle)
    app.router.add_post(path, handle)
    add_explorer(app)


def graphql_handler(engine: Engine, door: Door) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A handler for GET and POST of a GraphQL path; a browser that opens it is shown the explorer."""

    async def handle(request: web.Request) -> web.StreamResponse:
        if request.method == "GET" and "query" not in request.query:
            return (
                explorer_page(door.title, door.headers_example)
                if _wants_page(request)
                else _answer(_NO_QUERY.body, 400)
            )
        try:
            async with _asked(request, engine, door) as asked:
                return await _executed(request, engine, door, asked)
        except DomainError as error:
            status = 401 if isinstance(error, NotSignedIn) else 400
            return _answer(refusal_body(error.message, error.code, error.field), status)
        except Refused as refused:
            return _answer(refused.body, refused.status)
        except _Faulty as faulty:
            errors = [await coerce_error(e, e.coerce_value()) for e in faulty.document.errors]
            return _answer({"errors": errors}, 400)

    return handle


@asynccontextmanager
async def _asked(request: web.Request, engine: Engine, door: Door) -> AsyncIterator[GraphQLRequest]:
    """What is asked for, with a document that can be executed. Raises `Refused`, `_Faulty` and what the door does."""
    if request.method == "POST" and request.content_type == "multipart/form-data" and door.takes_files:

        async def accept(given: Any) -> None:
            """Nothing is read for nothing: not of a wrong document, nor from whom the door doesn't know."""
            _judge(engine, _checked(given))
            await door.open(request)

        async with operation_with_files(request, accept) as envelope:
            yield _checked(envelope)
        return
    asked = _from_query(request) if request.method == "GET" else await _from_body(request)
    _judge(engine, asked, may_change=request.method != "GET")
    yield asked


def _judge(engine: Engine, asked: GraphQLRequest, *, may_change: bool = True) -> None:
    document = engine.read(asked.query)
    if document.errors:
        raise _Faulty(document)
    if not may_change and document.kind(asked.operation_name) == "mutation":
        raise Refused("A mutation is sent by POST.", 405, "METHOD_NOT_ALLOWED")


async def _executed(
    request: web.Request, engine: Engine, door: Door, asked: GraphQLRequest
) -> web.StreamResponse:
    context = await door.open(request)
    context.document = engine.read(asked.query)
    answer = await engine.run(asked.query, asked.operation_name, asked.variables, context)
    response = _answer(*_with_status(answer))
    door.close(context, response)
    if request.method == "GET":
        response.headers["Cache-Control"] = "no-store"
    return response


class _Faulty(Exception):
    """A document that is not valid."""

    def __init__(self, document: Document) -> None:
        self.document = document
        super().__init__("the document is not valid")


_NO_QUERY = Refused('Send a document as "query".')


def _with_status(answer: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """An answer whose operation never began has no data and is the client's mistake."""
    if answer["data"] is None and not any(error.get("path") for error in answer.get("errors", ())):
        return {"errors": answer["errors"]}, 400
    return answer, 200


def _answer(body: dict[str, Any], status: int = 200) -> web.Response:
    encoded = orjson.dumps(body, option=orjson.OPT_UTC_Z)
    response = web.Response(body=encoded, status=status, content_type="application/json")
    if status == 405:
        response.headers["Allow"] = "POST"
    return response


def _wants_page(request: web.Request) -> bool:
    return "text/html" in request.headers.get("Accept", "")


def _from_query(request: web.Request) -> GraphQLRequest:
    given = request.query
    variables = given.get("variables")
    return _checked(
        {
            "query": given["query"],
            "operationName": given.get("operationName") or None,
            "variables": read_json(variables.encode()) if variables else None,
        }
    )


async def _from_body(request: web.Request) -> GraphQLRequest:
    if request.content_type not in ("application/json", "application/graphql"):
        raise Refused("Send application/json.", 415, "UNSUPPORTED_MEDIA_TYPE")
    raw = await _read(request)
    if request.content_type == "application/graphql":
        try:
            return GraphQLRequest(raw.decode())
        except UnicodeDecodeError:
            raise Refused("The document is not UTF-8.") from None
    return _checked(read_json(raw))


async def _read(request: web.Request) -> bytes:
    too_large = Refused(f"A request is at most {MAX_BODY} bytes.", 413, "TOO_LARGE")
    if (request.content_length or 0) > MAX_BODY:
        raise too_large
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY:
            raise too_large
    return bytes(body)


def _checked(envelope: Any) -> GraphQLRequest:
    if isinstance(envelope, list):
        raise Refused("Batches are not supported: send one operation a request.")
    if not isinstance(envelope, dict):
        raise Refused("The request is a JSON object.")
    for name, value in envelope.items():
        if name not in _ENVELOPE:
            raise Refused(f'"{name[:40]}" is not part of a GraphQL request.')
        if not isinstance(value, _ENVELOPE[name]):  # type: ignore[arg-type]
            raise Refused(f'"{name}" has the wrong type.')
    if not envelope.get("query"):
        raise _NO_QUERY
    return GraphQLRequest(
        envelope["query"], envelope.get("operationName") or None, envelope.get("variables") or {}
    )
