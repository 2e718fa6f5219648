"""The contract as data: the surface of the dialect, the document's samples, and documents that select all of a type."""

import re
from pathlib import Path

from graphql import GraphQLObjectType, GraphQLSchema, build_schema, get_named_type, parse

from api.graphql.snapshot import schema_text
from api.xorder.door import SCALARS, SDL

HERE = Path(__file__).parent
SURFACE = build_schema((HERE / "xorder-surface.graphql").read_text(encoding="utf-8"))
DOCUMENT = (HERE / "virto-x-order.txt").read_text(encoding="utf-8")


def served() -> GraphQLSchema:
    """The schema that the door serves, as another GraphQL implementation reads it."""
    return build_schema(schema_text(SDL, SCALARS))


def object_type(name: str) -> GraphQLObjectType:
    found = SURFACE.type_map[name]
    assert isinstance(found, GraphQLObjectType)
    return found


def selection(name: str, path: tuple[str, ...] = (), deepest: int = 6) -> str:
    """A selection of every field of a type, each type once on a way down."""
    parts = []
    for field, of in object_type(name).fields.items():
        kind = get_named_type(of.type)
        if not isinstance(kind, GraphQLObjectType):
            parts.append(field)
        elif kind.name == "MoneyType" and "MoneyType" in path:
            continue
        elif kind.name in FRAGMENTS:
            parts.append(f"{field} {{ ...{kind.name} }}")
        elif kind.name not in path and len(path) < deepest:
            parts.append(f"{field} {selection(kind.name, (*path, name), deepest)}")
    return "{ " + " ".join(parts) + " }"


# What is everywhere is written once.
FRAGMENTS = ("MoneyType", "CurrencyType")


def fragments() -> str:
    return " ".join(
        f"fragment {name} on {name} "
        + "{ "
        + " ".join(
            field if get_named_type(of.type).name != "CurrencyType" else f"{field} {{ ...CurrencyType }}"
            for field, of in object_type(name).fields.items()
        )
        + " }"
        for name in FRAGMENTS
    )


def samples() -> list[str]:
    """Every GraphQL sample of the document, in its order."""
    found: list[str] = []
    lines = DOCUMENT.splitlines()
    ends = -1
    for n, line in enumerate(lines):
        if n <= ends:
            continue
        starts = line == "{" and '"data"' not in lines[n + 1]
        if starts or re.match(r"(mutation|query)\b", line):
            text: list[str] = []
            for more in lines[n:]:
                text.append(more)
                body = "\n".join(text)
                if body.count("{") and body.count("{") == body.count("}"):
                    break
            ends = n + len(text) - 1
            parse("\n".join(text))
            found.append("\n".join(text))
    return found
