"""The contract as data: the document of the app, and what the public storefronts of Vendure select."""

import json
import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from graphql import GraphQLSchema, build_schema, parse

from api.graphql.snapshot import schema_text

HERE = Path(__file__).parent
DOCUMENT = HERE / "spepas-shop-and-admin-api.md"
SURFACE = HERE / "storefront-surface.graphql"


def surface() -> GraphQLSchema:
    """The types and fields that storefronts select."""
    return build_schema(SURFACE.read_text(encoding="utf-8"))


def served(door: str) -> GraphQLSchema:
    """The schema that a door (`shop`, `admin`) serves, as another GraphQL implementation reads it."""
    module = import_module(f"api.{door}.door")
    return build_schema(schema_text(module.SDL, module.SCALARS))


@dataclass(frozen=True, slots=True)
class Sample:
    """An operation that the document shows, and the `data` that it expects, None where it shows none."""

    field: str
    text: str
    expected: dict[str, Any] | None


def samples() -> list[Sample]:
    """Every GraphQL sample of the document, in its order."""
    parts = DOCUMENT.read_text(encoding="utf-8").split("```graphql\n")[1:]
    return [_sample(*part.split("```", maxsplit=1)) for part in parts]


def sample(field: str) -> str:
    """The first sample whose first field is that one."""
    return next(each.text for each in samples() if each.field == field)


def _sample(text: str, below: str) -> Sample:
    (operation,) = parse(text).definitions
    first = operation.selection_set.selections[0]  # type: ignore[attr-defined]
    answers = [_read(each) for each in re.findall(r"```json\n(.*?)```", below, re.DOTALL)]
    shown = [answer["data"] for answer in answers if "data" in answer]
    return Sample(first.name.value, text, shown[0] if shown else None)


def _read(answer: str) -> dict[str, Any]:
    """An answer as the document prints it: with `...` for what it leaves out, and commas too many."""
    whole = answer.replace("{...}", "").replace("[...]", "[]").replace(": ...", ": null")
    read: dict[str, Any] = json.loads(re.sub(r"(,\s*)+(?=[}\]])", "", whole))
    return read


def missing(expected: Any, answered: Any, path: str = "") -> list[str]:
    """The fields of an expected answer that an answer lacks."""
    if isinstance(expected, dict):
        if not isinstance(answered, dict):
            return [path]
        return [
            found
            for name, value in expected.items()
            for found in (
                missing(value, answered[name], f"{path}.{name}") if name in answered else [f"{path}.{name}"]
            )
        ]
    if isinstance(expected, list) and expected and isinstance(answered, list):
        # The document summarizes: what it shows of one, each has.
        return [f for each in answered for f in missing(expected[0], each, path)] if answered else [path]
    return []
