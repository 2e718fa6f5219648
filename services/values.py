"""Values of raw rows: SQLite gives times and UUIDs as text, PostgreSQL as what they are."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson


def as_time(value: datetime | str) -> datetime:
    """An aware UTC time."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def as_uid(value: UUID | str) -> UUID:
    return UUID(value) if isinstance(value, str) else value


def as_json(value: Any) -> Any:
    """What a JSON column holds."""
    return orjson.loads(value) if isinstance(value, (str, bytes)) else value
