"""The history of an order: rows that are only added, in the transaction of what they tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from core.clock import now
from core.db import fetch, placeholders
from services.values import as_json, as_time


@dataclass(frozen=True, slots=True)
class EventView:
    """Something that happened to an order; what `data` holds goes by `kind`."""

    id: int
    kind: str
    data: dict[str, Any]
    at: datetime


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


async def events_of(
    order_id: int, kinds: Sequence[str], *, skip: int = 0, take: int = 20
) -> tuple[list[EventView], int]:
    """A page of an order's events of these kinds, the oldest first, and how many there are. One statement."""
    where = f"order_id = $1 AND kind IN ({placeholders(kinds, 2)})"
    rows = await fetch(
        f"SELECT e.id, e.kind, e.data, e.at, t.total FROM (SELECT COUNT(*) AS total FROM order_event WHERE {where}) t "
        f"LEFT JOIN (SELECT * FROM order_event WHERE {where} ORDER BY id LIMIT {int(take)} OFFSET {int(skip)}) e "
        "ON TRUE ORDER BY e.id",
        order_id,
        *kinds,
    )
    found = [
        EventView(row["id"], row["kind"], as_json(row["data"]), as_time(row["at"]))
        for row in rows
        if row["id"] is not None
    ]
    return found, rows[0]["total"]
