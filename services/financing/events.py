"""What happened in a session, written down in the transaction of what it tells."""

from typing import Any

import orjson

from core.clock import now
from core.db import Row, fetch
from services.tenants import Scope


async def record(scope: Scope, session: Row, kind: str, **data: Any) -> None:
    """Add an event of a session (its row, with `id` and `uid`); `data` is small JSON and holds no secret."""
    await fetch(
        "INSERT INTO financing_event (application_id, kind, data, at) VALUES ($1, $2, $3, $4) RETURNING id",
        session["id"],
        kind,
        orjson.dumps(data, default=str).decode(),
        now(),
    )
