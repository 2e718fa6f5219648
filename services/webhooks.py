"""Webhooks of every provider: stored under the sender's id, answered, and worked on after."""

import hashlib
from dataclasses import dataclass

import orjson

from core.clock import now
from core.db import fetch
from core.jobs import enqueue
from models import ExternalEvent
from services.finance.reconciling import begin_from_notice
from services.tenants import Environment


@dataclass(frozen=True, slots=True)
class Hurried:
    """The rows that a kind of event speaks of: those are looked at now instead of later."""

    table: str
    column: str
    job: str
    # Rows that nothing can change any more. What was given up on can: the notice may be its late yes; and what was
    # paid may be paid once more.
    unless: str


# Of a kind with the environment behind it, `settlement:test`: it speaks of no row, but is begun with.
SETTLEMENT = "settlement"
ENVIRONMENTS: dict[str, Environment] = {"test": "test", "live": "live"}
HURRIED = {
    "charge": Hurried("payment_attempt", "reference", "work_attempt", "state = 'Stored'"),
    "bill": Hurried("bill_purchase", "reference", "work_bill", "state = 'Stored'"),
    # What was turned down, or is over and told of, changes no more.
    "financing": Hurried("financing_request", "uid", "work_financing", "state = 'Declined'"),
    "shipment": Hurried("shipment", "provider_id", "work_shipment", "state IN ('Stored', 'Delivered')"),
}


async def store_event(provider: str, *, event_id: str, kind: str, reference: str, body: bytes) -> None:
    """Store a notice once and wake a worker; delivered again, nothing happens. `body` is its JSON."""
    rows = await fetch(
        "INSERT INTO external_event (provider, event_id, kind, reference, body, received_at, attempts, "
        "next_attempt_at) VALUES ($1, $2, $3, $4, $5, $6, 0, $6) "
        "ON CONFLICT (provider, event_id) DO NOTHING RETURNING id",
        provider,
        _short(event_id),
        kind,
        _short(reference),
        orjson.dumps(orjson.loads(body)).decode(),
        now(),
    )
    if rows:
        await enqueue("work_event", rows[0]["id"])


async def work_event(event: ExternalEvent) -> None:
    """Act on a claimed event: whatever it speaks of is looked at now instead of later."""
    kind, _, environment = event.kind.partition(":")
    if hurried := HURRIED.get(kind):
        await _hurry(hurried, event.reference)
    elif kind == SETTLEMENT and event.reference and environment in ENVIRONMENTS:
        await begin_from_notice(event.provider, ENVIRONMENTS[environment], event.reference)
    await event.release(retry_in=None, done_at=now())


async def _hurry(hurried: Hurried, reference: str) -> None:
    rows = await fetch(
        f"UPDATE {hurried.table} SET next_attempt_at = $2 WHERE {hurried.column} = $1 AND NOT ({hurried.unless}) "
        "RETURNING id",
        reference,
        now(),
    )
    for row in rows:
        await enqueue(hurried.job, row["id"])


def _short(text: str) -> str:
    return text if len(text) <= 191 else hashlib.sha256(text.encode()).hexdigest()
