"""The contract as data: the document's own requests and answers, and the surface that goes with it."""

import re
from pathlib import Path
from typing import Any

import orjson

HERE = Path(__file__).parent
DOCUMENT = (HERE / "create-order.txt").read_text(encoding="utf-8")
SURFACE = (HERE / "surface.graphql").read_text(encoding="utf-8")


def document_s_mutation() -> str:
    """The mutation of the document's first step."""
    start = DOCUMENT.index("mutation CreateOrder")
    return DOCUMENT[start : DOCUMENT.index("This mutation returns")].rstrip(" 2.\n")


def document_s_json(beginning: str) -> Any:
    """The first JSON of the document after these words."""
    rest = DOCUMENT[DOCUMENT.index(beginning) :]
    text = rest[rest.index("{") :]
    depth = 0
    for place, character in enumerate(text):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0:
            return orjson.loads(text[: place + 1])
    raise AssertionError(beginning)


SMALLEST = document_s_json("The simplest input you can pass")
FULL = document_s_json("An example of a more complete input")
SUCCESS = document_s_json("A successful response will look")
FATAL = document_s_json(
    'will look like the following:\n\n{\n    "data": {\n        "createOrder": {\n            "order": null'
)
INVALID = document_s_json("which could look like the following")


def surface_types() -> dict[str, dict[str, str]]:
    """Of every type, interface, input and enum of the surface: its fields with their types (of an enum, its values)."""
    text = re.sub(r"#.*", "", SURFACE)
    found: dict[str, dict[str, str]] = {}
    for kind, name, body in re.findall(r"(type|interface|input|enum) (\w+)[^{]*\{([^}]*)\}", text):
        if kind == "enum":
            found[name] = dict.fromkeys(body.split(), "")
        else:
            found[name] = dict(re.findall(r"(\w+)\s*(?:\([^)]*\))?\s*:\s*([\w\[\]!]+)", body))
    return found
