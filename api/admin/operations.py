"""Configurable operations as documents write them: codes with arguments in JSON text."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from api.graphql.ids import parse_id
from core.errors import InvalidInput

Shape = dict[str, Any]

# Of each kind of argument: its type in the dialect, and whether there are several.
_TYPES: dict[str, tuple[str, bool]] = {
    "money": ("int", False),
    "count": ("int", False),
    "percent": ("float", False),
    "variants": ("ID", True),
    "collections": ("ID", True),
}


def read_args(given: Shape, kinds: Mapping[str, str], field: str) -> Shape:
    """The arguments of a `ConfigurableOperationInput`, by name. Raises `InvalidInput` for what is no JSON text."""
    args: Shape = {}
    for each in given["arguments"]:
        try:
            value = orjson.loads(each["value"])
        except orjson.JSONDecodeError:
            raise InvalidInput(f"{each['name']} of {given['code']} is not JSON text.", field=field) from None
        if _TYPES.get(kinds.get(each["name"], ""), ("", False))[1] and isinstance(value, list):
            value = [parse_id(one) if isinstance(one, str) else one for one in value]
        args[each["name"]] = value
    return args


def definition(code: str, description: str, kinds: Mapping[str, str]) -> Shape:
    """A `ConfigurableOperationDefinition`."""
    return {
        "code": code,
        "description": description,
        "args": [
            {"name": name, "type": _TYPES[kind][0], "list": _TYPES[kind][1], "required": True}
            for name, kind in kinds.items()
        ],
    }


def texts_of(given: Shape, *names: str) -> Shape:
    """What is said in the market's own language, of these names."""
    translations: Iterable[Shape] = given.get("translations") or ()
    own = next((each for each in translations if each["languageCode"] == "en"), {})
    return {name: own[name] for name in names if own.get(name) is not None}
