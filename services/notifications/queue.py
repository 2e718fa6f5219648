"""Queueing: the row first, the wake-up after the commit."""

from typing import Any, Literal

import orjson

from core.clock import now
from core.db import fetch
from core.ids import new_uid
from core.jobs import enqueue
from services.tenants import Scope

Channel = Literal["sms", "email"]


async def queue_message(
    scope: Scope,
    *,
    channel: Channel,
    to: str,
    template: str,
    params: dict[str, Any] | None = None,
    dedupe_key: str | None = None,
) -> None:
    """Queue a message to a number (E.164) or an e-mail address, in the caller's transaction.

    With a `dedupe_key` it is queued once, ever.
    """
    rows = await fetch(
        'INSERT INTO outbound_message (uid, created_at, updated_at, platform_id, environment, channel, "to", '
        "template, params, state, dedupe_key, reason, attempts, next_attempt_at) "
        "VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, 'Queued', $9, '', 0, $2) "
        "ON CONFLICT (dedupe_key) DO NOTHING RETURNING id",
        new_uid(),
        now(),
        scope.platform_id,
        scope.environment,
        channel,
        to,
        template,
        orjson.dumps(params or {}).decode(),
        dedupe_key,
    )
    if rows:
        await enqueue("send_message", rows[0]["id"])
