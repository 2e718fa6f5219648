"""Messages that are stored before they are worked on: each once, and those of one person in the order they came."""

from typing import Any

import orjson

from core.clock import now
from core.db import fetch, transaction
from core.jobs import enqueue
from models import InboundMessage
from services.tenants import Scope


async def store_inbound(
    scope: Scope, *, channel: str, gateway: str, external_id: str, sender: str, body: dict[str, Any]
) -> bool:
    """Store a message under its gateway's own id and wake a worker; False where it was there already."""
    async with transaction():
        rows = await fetch(
            "INSERT INTO inbound_message (platform_id, environment, channel, gateway, external_id, sender, body, "
            "received_at, attempts, next_attempt_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $8) "
            "ON CONFLICT (platform_id, environment, channel, gateway, external_id) DO NOTHING RETURNING id",
            scope.platform_id,
            scope.environment,
            channel,
            gateway,
            external_id,
            sender,
            orjson.dumps(_storable(body)).decode(),
            now(),
        )
        if rows:
            await enqueue("work_inbound", rows[0]["id"])
    return bool(rows)


async def wake_next(row: InboundMessage) -> None:
    """Have the same person's next message worked on now, where one waits that nobody holds."""
    rows = await fetch(
        "UPDATE inbound_message SET next_attempt_at = $1 WHERE lease IS NULL AND id = (SELECT id FROM inbound_message "
        "WHERE next_attempt_at IS NOT NULL AND id > $2 AND platform_id = $3 AND environment = $4 AND channel = $5 "
        "AND gateway = $6 AND sender = $7 ORDER BY id LIMIT 1) RETURNING id",
        now(),
        row.id,
        row.platform_id,
        row.environment,
        row.channel,
        row.gateway,
        row.sender,
    )
    if rows:
        await enqueue("work_inbound", rows[0]["id"])


def _storable(value: Any) -> Any:
    """JSON without the one character that PostgreSQL can't store."""
    match value:
        case str():
            return value.replace("\0", "")
        case list():
            return [_storable(each) for each in value]
        case dict():
            return {_storable(name): _storable(each) for name, each in value.items()}
        case _:
            return value
