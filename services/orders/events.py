"""The history of an order: rows that are only added, in the transaction of what they tell."""

from typing import Any

import orjson

from core.clock import now
from core.db import fetch


async def record(order_id: int, kind: str, **data: Any) -> None:
    """Add an event; `data` is small JSON and holds no secret."""
    await fetch(
        "INSERT INTO order_event (order_id, kind, data, at) VALUES ($1, $2, $3, $4) RETURNING id",
        order_id,
        kind,
        orjson.dumps(data).decode(),
        now(),
    )
