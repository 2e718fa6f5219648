"""The history of an order: rows that are only added, in the transaction of what they tell."""

from typing import Any

import orjson

from core.clock import now
from core.db import fetch


async def record(order_id: int, kind: str, **data: Any) -> None:
    """Add an event; `data` is small JSON and holds no secret."""
    await record_all(order_id, [(kind, data)])


async def record_all(order_id: int, events: list[tuple[str, dict[str, Any]]]) -> None:
    """Add events in their order, in one statement."""
    marks, values = [], [order_id, now()]
    for kind, data in events:
        marks.append(f"($1, ${len(values) + 1}, ${len(values) + 2}, $2)")
        values += [kind, orjson.dumps(data).decode()]
    await fetch(
        f"INSERT INTO order_event (order_id, kind, data, at) VALUES {', '.join(marks)} RETURNING id", *values
    )
