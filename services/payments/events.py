"""Webhooks: stored under the sender's id, answered, and worked on after. They say where to look, not how much."""

import hashlib
from collections.abc import Mapping

import orjson

from core.clock import now
from core.db import fetch
from core.errors import Forbidden
from core.jobs import enqueue
from models import ExternalEvent
from providers.payments import WebhookEvent
from providers.registry import Environment, registry


async def take_payment_webhook(
    provider: str, headers: Mapping[str, str], body: bytes, environments: tuple[Environment, ...]
) -> None:
    """Store a genuine webhook once; delivered again, nothing happens. Raises `Forbidden` for a forged one."""
    event = _verified(provider, headers, body, environments)
    if event is None:
        raise Forbidden("That signature is not right.")
    rows = await fetch(
        "INSERT INTO external_event (provider, event_id, kind, reference, body, received_at, attempts, "
        "next_attempt_at) VALUES ($1, $2, $3, $4, $5, $6, 0, $6) "
        "ON CONFLICT (provider, event_id) DO NOTHING RETURNING id",
        provider,
        _short(event.event_id),
        event.kind,
        _short(event.reference or ""),
        orjson.dumps(orjson.loads(body)).decode(),
        now(),
    )
    if rows:
        await enqueue("work_event", rows[0]["id"])


async def work_event(event: ExternalEvent) -> None:
    """Act on a claimed event: whatever it speaks of is looked at now instead of later."""
    if event.kind == "charge":
        await _hurry_attempt(event.reference)
    await event.release(retry_in=None, done_at=now())


async def _hurry_attempt(reference: str) -> None:
    # Also one that was given up on: the notice may be its late yes.
    rows = await fetch(
        "UPDATE payment_attempt SET next_attempt_at = $2 WHERE reference = $1 AND state <> 'Succeeded' RETURNING id",
        reference,
        now(),
    )
    for row in rows:
        await enqueue("work_attempt", row["id"])


def _verified(
    provider: str, headers: Mapping[str, str], body: bytes, environments: tuple[Environment, ...]
) -> WebhookEvent | None:
    for environment in environments:
        try:
            gateway = registry().payments(provider, environment)
        except LookupError:
            continue
        event = gateway.verify_webhook(headers, body)
        if event is not None:
            return event
    return None


def _short(text: str) -> str:
    return text if len(text) <= 191 else hashlib.sha256(text.encode()).hexdigest()
