"""The scalars of every schema: Money, DateTime and JSON."""

from datetime import UTC, datetime
from typing import Any

from tartiflette import Scalar
from tartiflette.constants import UNDEFINED_VALUE
from tartiflette.language.ast import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
)

# What every JSON reader keeps exactly (IEEE 754 double, RFC 8259 section 6).
MAX_SAFE = 2**53 - 1
MAX_JSON_DEPTH = 16

SDL = '''
"""An amount of money in minor units (GHS 18.50 is 1850), up to 2^53 - 1."""
scalar Money
"""A moment in time, UTC, as ISO-8601: 2024-05-01T12:00:00Z."""
scalar DateTime
"""Any JSON value, at most 16 levels deep."""
scalar JSON
'''


class Money:
    """Whole minor units."""

    def coerce_output(self, value: Any) -> int:
        return self.coerce_input(value)

    def coerce_input(self, value: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_SAFE:
            return value
        raise TypeError(f"Money is a whole number of minor units up to {MAX_SAFE}.")

    def parse_literal(self, node: Any) -> Any:
        if isinstance(node, IntValueNode) and abs(int(node.value)) <= MAX_SAFE:
            return int(node.value)
        return UNDEFINED_VALUE


class DateTime:
    """Aware times; one that is written without a zone is UTC."""

    def coerce_output(self, value: datetime) -> datetime:
        # The encoder writes it (orjson, OPT_UTC_Z).
        if not isinstance(value, datetime):
            raise TypeError("DateTime is a time.")
        return value

    def coerce_input(self, value: Any) -> datetime:
        try:
            read = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise TypeError("DateTime is written like 2024-05-01T12:00:00Z.") from None
        return read if read.tzinfo else read.replace(tzinfo=UTC)

    def parse_literal(self, node: Any) -> Any:
        try:
            return self.coerce_input(node.value) if isinstance(node, StringValueNode) else UNDEFINED_VALUE
        except TypeError:
            return UNDEFINED_VALUE


class Json:
    """Any JSON value, of bounded depth."""

    def coerce_output(self, value: Any) -> Any:
        return value

    def coerce_input(self, value: Any) -> Any:
        if not _fits(value, MAX_JSON_DEPTH):
            raise TypeError(f"JSON is plain values, at most {MAX_JSON_DEPTH} levels deep.")
        return value

    def parse_literal(self, node: Any) -> Any:
        return _literal(node, MAX_JSON_DEPTH)


def bake(schema_name: str, _: Any = None) -> str:
    """Register the scalars under `schema_name`; their SDL."""
    for name, scalar in (("Money", Money), ("DateTime", DateTime), ("JSON", Json)):
        Scalar(name, schema_name=schema_name)(scalar())
    return SDL


def _fits(value: Any, depth: int) -> bool:
    if isinstance(value, dict):
        return depth > 0 and all(_fits(v, depth - 1) for v in value.values())
    if isinstance(value, list):
        return depth > 0 and all(_fits(v, depth - 1) for v in value)
    return value is None or isinstance(value, (str, int, float))


def _literal(node: Any, depth: int) -> Any:
    """The value of a literal in a document; a variable inside one is not supported."""
    if isinstance(node, (StringValueNode, EnumValueNode, BooleanValueNode)):
        return node.value
    if isinstance(node, NullValueNode):
        return None
    if isinstance(node, IntValueNode):
        return int(node.value)
    if isinstance(node, FloatValueNode):
        return float(node.value)
    if isinstance(node, ObjectValueNode) and depth > 0:
        pairs = {field.name.value: _literal(field.value, depth - 1) for field in node.fields}
        return UNDEFINED_VALUE if UNDEFINED_VALUE in pairs.values() else pairs
    if isinstance(node, ListValueNode) and depth > 0:
        entries = [_literal(value, depth - 1) for value in node.values]
        return UNDEFINED_VALUE if UNDEFINED_VALUE in entries else entries
    return UNDEFINED_VALUE
