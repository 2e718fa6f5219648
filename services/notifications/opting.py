"""Who wants no messages: STOP is kept until START, and asked before each message is sent."""

from typing import Any

from core.clock import now
from core.db import fetch
from models import MessageOptOut
from services.notifications.queue import Channel
from services.tenants import Scope


async def opt_out(scope: Scope, channel: Channel, address: str) -> bool:
    """Send nothing more to an address; False where nothing was sent already."""
    rows = await fetch(
        "INSERT INTO message_opt_out (platform_id, environment, channel, address, created_at) "
        "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (platform_id, environment, channel, address) DO NOTHING RETURNING id",
        scope.platform_id,
        scope.environment,
        channel,
        address,
        now(),
    )
    return bool(rows)


async def opt_in(scope: Scope, channel: Channel, address: str) -> bool:
    """Send to an address again; False where that was so already."""
    return bool(await _rows(scope, channel, address).delete())


async def has_opted_out(scope: Scope, channel: Channel, address: str) -> bool:
    """Whether an address wants nothing."""
    return bool(await _rows(scope, channel, address).exists())


def _rows(scope: Scope, channel: Channel, address: str) -> Any:
    return MessageOptOut.filter(
        platform_id=scope.platform_id, environment=scope.environment, channel=channel, address=address
    )
