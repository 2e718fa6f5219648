"""The dialect's own scalar: ISO8601DateTime."""

import re
from datetime import UTC, datetime
from typing import Any

from tartiflette import Scalar
from tartiflette.constants import UNDEFINED_VALUE
from tartiflette.language.ast import StringValueNode

SDL = '''
"""A moment in time as ISO 8601 writes it, with its offset: 2026-12-15T00:00:00Z. Without one it is read as UTC."""
scalar ISO8601DateTime
'''

# Python takes any character between date and time.
_SHAPE = re.compile(r"[0-9W-]+([T ][0-9:.,]+(Z|[+-][0-9:]+)?)?", re.ASCII)


class Iso8601DateTime:
    """Aware times in UTC."""

    def coerce_output(self, value: Any) -> datetime:
        # The encoder writes it (orjson, OPT_UTC_Z).
        if not isinstance(value, datetime):
            raise TypeError("ISO8601DateTime is a time.")
        return value

    def coerce_input(self, value: Any) -> datetime:
        try:
            if not _SHAPE.fullmatch(value):
                raise ValueError(value)
            read = datetime.fromisoformat(value)
            return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
        except (TypeError, ValueError, OverflowError):
            raise TypeError("ISO8601DateTime is written like 2026-12-15T00:00:00Z.") from None

    def parse_literal(self, node: Any) -> Any:
        try:
            return self.coerce_input(node.value) if isinstance(node, StringValueNode) else UNDEFINED_VALUE
        except TypeError:
            return UNDEFINED_VALUE


def bake(schema_name: str, _: Any = None) -> str:
    """Register the scalar under `schema_name`; its SDL."""
    Scalar("ISO8601DateTime", schema_name=schema_name)(Iso8601DateTime())
    return SDL
