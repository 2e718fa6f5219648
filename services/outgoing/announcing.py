"""Announcing what happened, in the transaction in which it did: nothing is lost, and nothing told that was rolled back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.cache import Remembered
from core.clock import now
from core.db import Row, as_given, fetch, given, within_transaction
from core.ids import new_uid
from core.jobs import wake
from services.outgoing.topics import TOPICS, wants
from services.tenants import Scope
from services.values import as_json

# Who listens, as (endpoint, its topics), by platform and environment. Most shops have nobody, and ask for it with every order.
_listeners: Remembered[tuple[tuple[int, tuple[str, ...]], ...]] = Remembered(seconds=10)
# Of more than so many a sweeper takes care, within a second.
MOST_WOKEN = 10


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened in a platform's environment. The same `key` is the same fact, which is told once.

    `data` is small JSON: amounts in minor units with their currency, times in ISO 8601, and no secret.
    """

    platform_id: int
    environment: str
    topic: str
    key: str
    data: Mapping[str, Any]


async def announce(scope: Scope, topic: str, *subject: int | str, data: Mapping[str, Any]) -> None:
    """Tell of one fact of a topic, named by its `subject` (`12`, or `12, "Shipped"`). Call it where the fact is written."""
    key = ":".join((topic, *map(str, subject)))
    await announce_all([Fact(scope.platform_id, scope.environment, topic, key, data)])


async def announce_all(facts: Sequence[Fact]) -> None:
    """Tell of many, in two statements of the caller's transaction; in none where nobody listens."""
    heard = [(fact, endpoints) for fact in facts if (endpoints := await _listening(fact))]
    if not heard:
        return
    async with within_transaction():
        events = await _store([fact for fact, _ in heard])
        endpoints_of = {(fact.platform_id, fact.environment, fact.key): found for fact, found in heard}
        pairs = [
            {"uid": new_uid(), "endpoint_id": endpoint, "event_id": event["id"]}
            for event in events
            for endpoint in endpoints_of[event["platform_id"], event["environment"], event["key"]]
        ]
        deliveries = await _store_deliveries(pairs) if pairs else []
        for row in deliveries[:MOST_WOKEN]:
            await wake("send_webhook", row["id"])


def forget_listeners(scope: Scope) -> None:
    """Endpoints were changed: ask again. Other processes do within ten seconds."""
    _listeners.forget((scope.platform_id, scope.environment))


async def _listening(fact: Fact) -> tuple[int, ...]:
    """The endpoints that want to be told of a fact."""
    if fact.topic not in TOPICS:
        raise LookupError(f"{fact.topic} is no topic")

    async def load() -> tuple[tuple[int, tuple[str, ...]], ...]:
        rows = await fetch(
            "SELECT id, topics FROM webhook_endpoint WHERE platform_id = $1 AND environment = $2 AND enabled "
            "AND deleted_at IS NULL ORDER BY id",
            fact.platform_id,
            fact.environment,
        )
        return tuple((row["id"], tuple(as_json(row["topics"]))) for row in rows)

    known = await _listeners.get((fact.platform_id, fact.environment), load)
    return tuple(endpoint for endpoint, topics in known if wants(topics, fact.topic))


async def _store(facts: Sequence[Fact]) -> list[Row]:
    """Store those that weren't told of yet."""
    columns = {
        "platform_id": "bigint",
        "environment": "text",
        "topic": "text",
        "key": "text",
        "data": "jsonb",
    }
    rows = [{"uid": new_uid(), **{name: getattr(fact, name) for name in columns}} for fact in facts]
    return await fetch(
        "INSERT INTO webhook_event (uid, created_at, updated_at, platform_id, environment, topic, key, data) "
        "SELECT given.uid, $2, $2, given.platform_id, given.environment, given.topic, given.key, given.data "
        f"FROM {given('$1', uid='uuid', **columns)} WHERE 1 = 1 "
        "ON CONFLICT (platform_id, environment, key) DO NOTHING RETURNING id, platform_id, environment, key",
        as_given(rows),
        now(),
    )


async def _store_deliveries(pairs: Sequence[Row]) -> list[Row]:
    return await fetch(
        "INSERT INTO webhook_delivery (uid, created_at, updated_at, endpoint_id, event_id, state, begun_at, reason, attempts, "
        "next_attempt_at) SELECT given.uid, $2, $2, given.endpoint_id, given.event_id, 'Waiting', $2, '', 0, $2 "
        f"FROM {given('$1', uid='uuid', endpoint_id='bigint', event_id='bigint')} RETURNING id",
        as_given(pairs),
        now(),
    )
