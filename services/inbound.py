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


async def has_earlier(row: InboundMessage) -> bool:
    """Whether an earlier message of the same person is still to be worked on."""
    return bool(await _waiting(row).filter(id__lt=row.id).exists())


async def wake_next(row: InboundMessage) -> None:
    """Have the same person's next message worked on now, where one waits."""
    following = await _waiting(row).filter(id__gt=row.id, lease=None).order_by("id").first()
    if following is not None:
        await wake(following.id)


async def wake(row_id: int) -> None:
    """Make a message that nobody holds due now."""
    await InboundMessage.filter(id=row_id, lease=None).update(next_attempt_at=now())
    await enqueue("work_inbound", row_id)


def _waiting(row: InboundMessage) -> Any:
    return InboundMessage.filter(
        platform_id=row.platform_id,
        environment=row.environment,
        channel=row.channel,
        gateway=row.gateway,
        sender=row.sender,
        next_attempt_at__isnull=False,
    )


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
