"""The contract as data: contract.json holds every name, type, argument and value of the Downpay API's document."""

import json
from pathlib import Path
from typing import Any

CONTRACT: dict[str, Any] = json.loads((Path(__file__).parent / "contract.json").read_text())
TYPES: dict[str, Any] = CONTRACT["types"]


def bare(written: str) -> str:
    """`PageInfo` of `[PageInfo!]!`."""
    return written.strip("[]!")


def selection(name: str) -> str:
    """A selection of every documented field of a type, all the way down."""
    kind = TYPES[name]
    if kind["kind"] == "union":
        return "{ __typename " + " ".join(f"... on {m} {selection(m)}" for m in kind["members"]) + " }"
    fields = [
        field + (selection(bare(of)) if TYPES[bare(of)]["kind"] in ("object", "union") else "")
        for field, of in kind["fields"].items()
    ]
    return "{ " + " ".join(fields) + " }"


def document(kind: str, name: str) -> str:
    """The document's request for an operation, with every field."""
    operation = CONTRACT["queries" if kind == "query" else "mutations"][name]
    declared = ", ".join(f"${arg}: {of}" for arg, of in operation["args"].items())
    passed = ", ".join(f"{arg}: ${arg}" for arg in operation["args"])
    return f"{kind} {name}({declared}) {{ {name}({passed}) {selection(bare(operation['returns']))} }}"


def paths(name: str, value: Any) -> set[str]:
    """The `Type.field`s that an answer of that type shows; a null or an empty list shows nothing below it."""
    if isinstance(value, list):
        return set().union(*(paths(name, each) for each in value)) if value else set()
    if not isinstance(value, dict):
        return set()
    name = value.get("__typename", name)
    found = {f"{name}.{field}" for field in value if field != "__typename"}
    return found.union(
        *(
            paths(bare(TYPES[name]["fields"][field]), below)
            for field, below in value.items()
            if field != "__typename"
        )
    )
