"""Objects of the schema whose fields are worked out when they are asked for: most of an order's hundred never are."""

from collections.abc import Callable, Mapping
from typing import Any

Fields = Mapping[str, Callable[[Any], Any]]


class Shaped(dict[str, Any]):
    """An object by a table of its fields, each a function of what it is `of`."""

    def __init__(self, fields: Fields, of: Any) -> None:
        super().__init__()
        self._fields, self.of = fields, of

    def get(self, name: str, default: Any = None) -> Any:
        """The field of that name."""
        return self._fields[name](self.of)

    def __bool__(self) -> bool:
        return True


def nothing(_: Any) -> None:
    """A field that the market has nothing for."""


def none(_: Any) -> list[Any]:
    """A list that the market has nothing for."""
    return []


def always(value: Any) -> Callable[[Any], Any]:
    """A field that says the same of everything."""
    return lambda _: value
