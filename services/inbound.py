"""Messages that are stored before they are worked on: each once, and those of one person in the order they came."""

from typing import Any

import orjson

from core.clock import now
from core.db import fetch
from core.jobs import wake
from models import InboundMessage
from services.tenants import Scope


async def store_inbound(
    scope: Scope, *, channel: str, gateway: str, external_id: str, sender: str, body: dict[str, Any]
) -> bool:
    """Store a message under its gateway's own id and wake a worker; False where it was there already."""
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
        await wake("work_inbound", rows[0]["id"])
    return bool(rows)


async def finish(row: InboundMessage) -> None:
    """Give back a claimed message that is answered for good, with its body as it is now, and have the same person's next
    one worked on, where one waits.

    Nothing where another worker has it by now.
    """
    done = await fetch(
        "UPDATE inbound_message SET next_attempt_at = NULL, lease = NULL, leased_until = NULL, body = $3 "
        "WHERE id = $1 AND lease = $2 RETURNING (SELECT later.id FROM inbound_message later "
        "WHERE later.next_attempt_at IS NOT NULL AND later.id > $1 AND later.platform_id = $4 AND later.environment = $5 "
        "AND later.channel = $6 AND later.gateway = $7 AND later.sender = $8 ORDER BY later.id LIMIT 1) AS later",
        row.id,
        row.lease,
        orjson.dumps(row.body).decode(),
        row.platform_id,
        row.environment,
        row.channel,
        row.gateway,
        row.sender,
    )
    if done and done[0]["later"] is not None:
        await wake("work_inbound", done[0]["later"])


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
