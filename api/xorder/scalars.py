"""The dialect's own scalars: exact decimals, long integers, values of properties, and inputs that may be left out."""

import math
import re
from decimal import Decimal as Exact
from decimal import InvalidOperation
from typing import Any

from tartiflette import Scalar
from tartiflette.constants import UNDEFINED_VALUE
from tartiflette.language.ast import (
    BooleanValueNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    StringValueNode,
)

from api.graphql.scalars import DateTime

SDL = '''
"""A decimal number, exact in up to 15 digits: 62.99."""
scalar Decimal
"""A moment in time, UTC, as ISO-8601: 2024-05-01T12:00:00Z. One that is written without a zone is UTC."""
scalar DateTime
"""A whole number of up to 53 bits."""
scalar Long
"""A value of a dynamic property: text, a number, true or false, or a list of these."""
scalar DynamicPropertyValue
"""A value of a product's property."""
scalar PropertyValue
"""A decimal number that may be left out, which is not the same as null."""
scalar OptionalDecimal
"""Text that may be left out, which is not the same as null."""
scalar OptionalString
'''

MAX_SAFE = 2**53 - 1
LONGEST = 28  # digits of a decimal that is given
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


class Decimal:
    """Exact decimals; JSON numbers on the wire, and text is taken as well."""

    def coerce_output(self, value: Any) -> int | float:
        if isinstance(value, bool) or not isinstance(value, (int, float, Exact)):
            raise TypeError("Decimal is a number.")
        return int(value) if value == int(value) else float(value)

    def coerce_input(self, value: Any) -> Exact:
        if isinstance(value, bool) or not isinstance(value, (int, float, str)) or len(str(value)) > LONGEST:
            raise TypeError("Decimal is a number like 62.99.")
        if isinstance(value, float) and not math.isfinite(value):
            raise TypeError("Decimal is a number like 62.99.")
        if isinstance(value, str) and not NUMBER.fullmatch(value):
            # It would read digits of any script, and underscores between them.
            raise TypeError("Decimal is a number like 62.99.")
        try:
            read = Exact(str(value))
        except InvalidOperation:
            raise TypeError("Decimal is a number like 62.99.") from None
        if not read.is_finite():
            raise TypeError("Decimal is a number like 62.99.")
        return read

    def parse_literal(self, node: Any) -> Any:
        try:
            given = isinstance(node, (IntValueNode, FloatValueNode, StringValueNode))
            return self.coerce_input(str(node.value)) if given else UNDEFINED_VALUE
        except TypeError:
            return UNDEFINED_VALUE


class Long:
    """Whole numbers."""

    def coerce_output(self, value: Any) -> int:
        return self.coerce_input(value)

    def coerce_input(self, value: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_SAFE:
            return value
        raise TypeError("Long is a whole number.")

    def parse_literal(self, node: Any) -> Any:
        return int(node.value) if isinstance(node, IntValueNode) else UNDEFINED_VALUE


class Text:
    """Text."""

    def coerce_output(self, value: Any) -> str:
        return str(value)

    def coerce_input(self, value: Any) -> str:
        if not isinstance(value, str):
            raise TypeError("That is text.")
        return value

    def parse_literal(self, node: Any) -> Any:
        return node.value if isinstance(node, StringValueNode) else UNDEFINED_VALUE


class PlainValue:
    """What JSON has but objects, one level deep."""

    def coerce_output(self, value: Any) -> Any:
        return Decimal().coerce_output(value) if isinstance(value, Exact) else value

    def coerce_input(self, value: Any) -> Any:
        plain = value if isinstance(value, list) else [value]
        if not all(each is None or isinstance(each, (str, int, float)) for each in plain):
            raise TypeError("A value is text, a number, true or false, or a list of these.")
        return value

    def parse_literal(self, node: Any) -> Any:
        if isinstance(node, ListValueNode):
            values = [self.parse_literal(each) for each in node.values]
            return UNDEFINED_VALUE if UNDEFINED_VALUE in values else values
        if isinstance(node, NullValueNode):
            return None
        if isinstance(node, IntValueNode):
            return int(node.value)
        if isinstance(node, FloatValueNode):
            return float(node.value)
        return node.value if isinstance(node, (StringValueNode, BooleanValueNode)) else UNDEFINED_VALUE


SCALARS = {
    "Decimal": Decimal,
    "DateTime": DateTime,
    "Long": Long,
    "DynamicPropertyValue": PlainValue,
    "PropertyValue": PlainValue,
    "OptionalDecimal": Decimal,
    "OptionalString": Text,
}


def bake(schema_name: str, _: Any = None) -> str:
    """Register the scalars under `schema_name`; their SDL."""
    for name, scalar in SCALARS.items():
        Scalar(name, schema_name=schema_name)(scalar())
    return SDL
