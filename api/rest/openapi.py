"""The OpenAPI document, made from the models that validate: it can't say something else than the door does."""

from functools import cache
from inspect import cleandoc
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from api.rest.endpoints import Endpoint, Who
from api.rest.sections import SECTIONS

REF = "#/components/schemas/{model}"
REFUSED = "#/components/responses/Refused{status}"
VERSION = "1.0"
# The contract's own requests, by method and path: a name for each, and the body.
EXAMPLES: dict[str, dict[str, Any]] = orjson.loads((Path(__file__).parent / "examples.json").read_bytes())
ABOUT = """The market over REST. Every call carries the platform's key as `x-api-key`; it decides platform and
environment. Calls of a customer carry `Authorization: Bearer …` with the token that login answered. Calls that
move money take an `Idempotency-Key`: asked again with the same key they answer the same and do nothing twice.

Every answer is `{success, message, data}`; `success` is true exactly with a status of 2xx. Amounts are in major
units with the currency's own precision, times are UTC."""
REFUSALS = {
    400: "Something in the call is wrong; the message names the field",
    401: "The key, or the token, is missing or not good",
    402: "The money isn't there, or the payment was refused",
    403: "The PIN is wrong, locked or missing, or that isn't the caller's to do",
    404: "There is no such thing for this caller",
    409: "It can't be done as things stand",
    413: "The body is too large",
    422: "The Idempotency-Key was used with another input",
    429: "Too many tries",
    500: "Something went wrong on our side; the message has the number to ask about",
    503: "Somebody whom we need can't be reached just now",
}
PLACES = ("path", "query")
KEY = {
    "type": "string",
    "minLength": 1,
    "maxLength": 191,
    "pattern": "^[ -~]+$",
    "examples": ["order-2025-0001"],
}
SECURITY: dict[Who, list[dict[str, list[str]]]] = {
    Who.ANYBODY: [{"key": []}],
    Who.EITHER: [{"key": []}, {"key": [], "token": []}],
    Who.CUSTOMER: [{"key": [], "token": []}],
    Who.BUYER: [{"key": [], "token": []}, {"key": []}],
}


class _Plain(GenerateJsonSchema):
    """Without what says nothing: titles that repeat a field's name, and null as what isn't given."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        found = super().default_schema(schema)
        return {key: value for key, value in found.items() if (key, value) != ("default", None)}


@cache
def document() -> dict[str, Any]:
    """The document as plain data (OpenAPI 3.1)."""
    endpoints = [endpoint for section in SECTIONS for endpoint in section.endpoints]
    schemas, definitions = TypeAdapter.json_schemas(
        [*_bodies(endpoints), *((_key(each, "answer"), "serialization", each.answer) for each in endpoints)],
        ref_template=REF,
        schema_generator=_Plain,
    )
    paths: dict[str, Any] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, schemas)
    refusal = {"$ref": REF.format(model="Refusal")}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Makola REST API", "version": VERSION, "description": ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": section.title} for section in SECTIONS],
        "paths": paths,
        "components": {
            "schemas": {**definitions.get("$defs", {}), "Refusal": _envelope(False, _NOTHING)},
            "responses": {f"Refused{status}": _response(said, refusal) for status, said in REFUSALS.items()},
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
                "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            },
        },
    }


_NOTHING = {"description": "null, or false where the contract shows it", "enum": [None, False]}


def _key(endpoint: Endpoint, part: str) -> str:
    return f"{endpoint.name} {part}"


def _bodies(endpoints: list[Endpoint]) -> list[tuple[str, Any, TypeAdapter[Any]]]:
    return [
        (_key(endpoint, "body"), "validation", TypeAdapter(endpoint.inputs["body"]))
        for endpoint in endpoints
        if "body" in endpoint.inputs
    ]


def _operation(endpoint: Endpoint, schemas: Any) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "tags": [endpoint.section],
        "summary": _said(endpoint).partition("\n\n")[0].rstrip("."),
        "description": _description(endpoint),
        "security": SECURITY[endpoint.who],
        "parameters": _parameters(endpoint),
        "responses": _responses(endpoint, schemas[_key(endpoint, "answer"), "serialization"]),
    }
    if "body" in endpoint.inputs:
        content = {"schema": schemas[_key(endpoint, "body"), "validation"]}
        if examples := EXAMPLES.get(f"{endpoint.method} {endpoint.path}"):
            content["examples"] = {name: {"value": value} for name, value in examples.items()}
        operation["requestBody"] = {"required": True, "content": {"application/json": content}}
    return operation


def _description(endpoint: Endpoint) -> str:
    said = [_said(endpoint)]
    said += [model.__doc__ for place in PLACES if (model := endpoint.inputs.get(place)) and model.__doc__]
    said += [f"Also served as `{path}`." for path in endpoint.aliases]
    return "\n\n".join(cleandoc(each) for each in said)


def _said(endpoint: Endpoint) -> str:
    return cleandoc(endpoint.handler.__doc__ or endpoint.says)


def _parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    found = [
        parameter
        for place in PLACES
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
                "schema": KEY,
            }
        )
    return found


def _fields(model: type[BaseModel], place: str) -> list[dict[str, Any]]:
    schema = model.model_json_schema(ref_template="{model}", schema_generator=_Plain)
    required, named = set(schema.get("required", ())), schema.get("$defs", {})
    found = []
    for name, field in schema.get("properties", {}).items():
        given = _given(field, named)
        if place == "path" and given.get("type") == "string":
            given.setdefault("minLength", 1)
        about = {"description": given.pop("description")} if "description" in given else {}
        found.append({"name": name, "in": place, "required": name in required, **about, "schema": given})
    return found


def _given(field: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    """A parameter's schema: one that isn't given is left out, and never null."""
    choices = [each for each in field.get("anyOf", ()) if each.get("type") != "null"]
    plain = {key: value for key, value in field.items() if key not in ("anyOf", "$ref")}
    if "$ref" in field:
        choices = [field]
    choices = [named[each["$ref"]] if "$ref" in each else each for each in choices]
    return {**(choices[0] if len(choices) == 1 else {"anyOf": choices} if choices else {}), **plain}


def _responses(endpoint: Endpoint, answer: dict[str, Any]) -> dict[str, Any]:
    good = {
        str(status): _response(endpoint.says, _envelope(True, answer)) for status in (200, *endpoint.statuses)
    }
    return good | {str(status): {"$ref": REFUSED.format(status=status)} for status in _refusals(endpoint)}


def _refusals(endpoint: Endpoint) -> list[int]:
    found = {401, 429, 500, 503, *endpoint.refusals}
    if endpoint.inputs:
        found |= {400, 404}
    if endpoint.method != "GET":
        found.add(409)
    if "body" in endpoint.inputs:
        found.add(413)
    if endpoint.money:
        found |= {400, 402, 403, 404, 422}
    return sorted(found)


def _response(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _envelope(success: bool, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["success", "message", "data"],
        "properties": {"success": {"const": success}, "message": {"type": "string"}, "data": data},
    }


@cache
def _bytes() -> bytes:
    return orjson.dumps(document())


async def openapi(request: web.Request) -> web.Response:
    """`GET /api/openapi.json`."""
    response = web.Response(body=_bytes(), content_type="application/json", charset="utf-8")
    response.enable_compression()
    return response
