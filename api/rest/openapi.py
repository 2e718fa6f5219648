"""The OpenAPI document, made from the models that validate: it can't say something else than the door does."""

from functools import cache
from typing import Any

from aiohttp import web
from pydantic import BaseModel, TypeAdapter

from api.rest.endpoints import Endpoint, Who
from api.rest.sections import SECTIONS

REF = "#/components/schemas/{model}"
VERSION = "1.0"
ABOUT = """The market over REST. Every call carries the platform's key as `x-api-key`; it decides platform and
environment. Calls of a customer carry `Authorization: Bearer …` with the token that login answered. Calls that
move money take an `Idempotency-Key`: asked again with the same key they answer the same and do nothing twice.

Every answer is `{success, message, data}`; `success` is true exactly with a status of 2xx. Amounts are in major
units with the currency's own precision, times are UTC."""
REFUSALS = {
    400: "Something in the call is wrong; the message names the field",
    401: "The key, or the token, is missing or not good",
    402: "The money isn't there, or the payment was refused",
    403: "The PIN is wrong or locked",
    404: "There is no such thing for this caller",
    409: "It can't be done as things stand",
    413: "The body is too large",
    422: "The Idempotency-Key was used with another input",
    429: "Too many tries",
    500: "Something went wrong on our side",
}
ALWAYS = (400, 401, 404, 409, 413, 429, 500)
MONEY = (402, 403, 422)
SECURITY: dict[Who, list[dict[str, list[str]]]] = {
    Who.ANYBODY: [{"key": []}],
    Who.CUSTOMER: [{"key": [], "token": []}],
    Who.BUYER: [{"key": [], "token": []}, {"key": []}],
}


@cache
def document() -> dict[str, Any]:
    """The document as plain data (OpenAPI 3.1)."""
    endpoints = [endpoint for section in SECTIONS for endpoint in section.endpoints]
    schemas, definitions = TypeAdapter.json_schemas(
        [*_inputs(endpoints), *((_key(each, "answer"), "serialization", each.answer) for each in endpoints)],
        ref_template=REF,
    )
    paths: dict[str, Any] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Makola REST API", "version": VERSION, "description": ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": section.title} for section in SECTIONS],
        "paths": paths,
        "components": {
            "schemas": {**definitions.get("$defs", {}), "Refusal": _envelope(False, _NOTHING)},
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
                "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            },
        },
    }


_NOTHING = {"description": "null, or false where the document shows it", "enum": [None, False]}


def _key(endpoint: Endpoint, part: str) -> str:
    return f"{endpoint.name} {part}"


def _inputs(endpoints: list[Endpoint]) -> list[tuple[str, Any, TypeAdapter[Any]]]:
    return [
        (_key(endpoint, part), "validation", TypeAdapter(model))
        for endpoint in endpoints
        for part, model in endpoint.inputs.items()
    ]


def _operation(endpoint: Endpoint, schemas: Any) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "tags": [endpoint.section],
        "summary": endpoint.says,
        "description": _description(endpoint),
        "security": SECURITY[endpoint.who],
        "parameters": _parameters(endpoint),
        "responses": _responses(endpoint, schemas[_key(endpoint, "answer"), "serialization"]),
    }
    if "body" in endpoint.inputs:
        schema = schemas[_key(endpoint, "body"), "validation"]
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation


def _description(endpoint: Endpoint) -> str:
    said = (endpoint.handler.__doc__ or endpoint.says).strip()
    also = "".join(f" Also served as `{path}`." for path in endpoint.aliases)
    return f"{said}{also}"


def _parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    found = [
        parameter
        for place in ("path", "query")
        if (model := endpoint.inputs.get(place))
        for parameter in _fields(model, place)
    ]
    if endpoint.money:
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "makes a call that is sent again act once",
                "schema": {"type": "string", "minLength": 1, "maxLength": 191, "pattern": "^[ -~]+$"},
            }
        )
    return found


def _fields(model: type[BaseModel], place: str) -> list[dict[str, Any]]:
    schema = model.model_json_schema(ref_template=REF)
    required = set(schema.get("required", ()))
    return [
        {"name": name, "in": place, "required": name in required, "schema": _given(field)}
        for name, field in schema.get("properties", {}).items()
    ]


def _given(field: dict[str, Any]) -> dict[str, Any]:
    """A parameter's schema: one that isn't given is left out, and never null."""
    choices = [each for each in field.get("anyOf", ()) if each.get("type") != "null"]
    plain = {key: value for key, value in field.items() if key not in ("anyOf", "title", "default")}
    if field.get("default") is not None:
        plain["default"] = field["default"]
    return {**plain, **(choices[0] if len(choices) == 1 else {"anyOf": choices} if choices else {})}


def _responses(endpoint: Endpoint, answer: dict[str, Any]) -> dict[str, Any]:
    good = {
        str(status): _response(endpoint.says, _envelope(True, answer)) for status in (200, *endpoint.statuses)
    }
    refusals = (*ALWAYS, *(MONEY if endpoint.money else ()))
    refused = {"$ref": REF.format(model="Refusal")}
    return good | {str(status): _response(REFUSALS[status], refused) for status in sorted(refusals)}


def _response(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _envelope(success: bool, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["success", "message", "data"],
        "properties": {"success": {"const": success}, "message": {"type": "string"}, "data": data},
    }


async def openapi(request: web.Request) -> web.Response:
    """`GET /api/openapi.json`."""
    return web.json_response(document())
