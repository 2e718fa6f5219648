"""The log of deliveries, and telling once more by hand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.clock import now
from core.db import Row, fetch, fetch_one, placeholders, transaction
from core.errors import IllegalTransition, NotFound
from core.jobs import wake
from services.listing import Column, Columns, Listing, list_rows
from services.outgoing.announcing import MOST_WOKEN
from services.outgoing.endpoints import get_endpoint
from services.outgoing.states import DELIVERY_STATES
from services.paging import possible_ids
from services.staff import Desk, check_may, record
from services.values import as_json, as_time, as_uid

LISTED: Columns = {
    "id": Column("d.id", "id"),
    "created_at": Column("d.created_at", "time"),
    "state": Column("d.state", "text"),
    "topic": Column("v.topic", "text"),
    "endpoint_id": Column("d.endpoint_id", "id"),
    "status": Column("d.status", "number", nullable=True),
}
_TABLES = "webhook_delivery d JOIN webhook_endpoint e ON e.id = d.endpoint_id JOIN webhook_event v ON v.id = d.event_id"
_COLUMNS = (
    "d.id, d.endpoint_id, d.state, d.attempts, d.status, d.reason, d.next_attempt_at, d.created_at, d.updated_at, "
    "e.url, v.uid AS event_uid, v.topic, v.data"
)
_MINE = "e.platform_id = $1 AND e.environment = $2"
# So many are told again by one call.
MOST_AGAIN = 1000


@dataclass(frozen=True, slots=True)
class TryView:
    """One try: the answer's HTTP status (None without one), its beginning or why there was none, and how long it took."""

    at: datetime
    status: int | None
    took_ms: int
    said: str


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """An event on its way to an endpoint. `state` is Waiting (with `next_at`), Delivered or Dead; `tries` are oldest first."""

    id: int
    endpoint_id: int
    url: str
    event_id: str
    topic: str
    data: dict[str, Any]
    state: str
    attempts: int
    status: int | None
    reason: str
    next_at: datetime | None
    created_at: datetime
    updated_at: datetime
    tries: tuple[TryView, ...]


async def list_deliveries(desk: Desk, listing: Listing) -> tuple[list[DeliveryView], int]:
    """A page of the log, newest first, with the tries of each, and how many there are. Raises `Forbidden`, `InvalidInput`."""
    check_may(desk, "ReadSettings")
    rows, total = await list_rows(_COLUMNS, _TABLES, _MINE, _tenant(desk), listing, LISTED, usual="d.id DESC")
    return await _views(rows), total


async def get_delivery(desk: Desk, delivery_id: int) -> DeliveryView:
    """Raises `Forbidden`, `NotFound`."""
    check_may(desk, "ReadSettings")
    row = await _row(desk, delivery_id)
    return (await _views([row]))[0]


async def replay(desk: Desk, delivery_id: int) -> DeliveryView:
    """Tell it once more, under the same id, as if it had just happened.

    Raises `Forbidden`, `NotFound`, and `IllegalTransition` for one that waits for its next try.
    """
    check_may(desk, "UpdateSettings")
    async with transaction():
        row = await _row(desk, delivery_id)
        if not await _again([row["id"]]):
            raise IllegalTransition(
                row["state"],
                "Waiting",
                DELIVERY_STATES.next_states(row["state"]),
                "It is on its way already.",
            )
        await record(desk, "replayed", "webhookDelivery", delivery_id, topic=row["topic"], url=row["url"])
    return await get_delivery(desk, delivery_id)


async def replay_failed(desk: Desk, endpoint_id: int, since: datetime) -> int:
    """Tell an endpoint once more of what was given up since a time (UTC), at most a thousand; how many that were.

    Raises `Forbidden`, `NotFound`.
    """
    check_may(desk, "UpdateSettings")
    endpoint = await get_endpoint(desk, endpoint_id)
    async with transaction():
        rows = await fetch(
            "SELECT id FROM webhook_delivery WHERE endpoint_id = $1 AND state = 'Dead' AND created_at >= $2 "
            f"ORDER BY id LIMIT {MOST_AGAIN}",
            endpoint.id,
            since,
        )
        again = await _again([row["id"] for row in rows])
        await record(desk, "replayed", "webhookEndpoint", endpoint.id, since=since, deliveries=again)
    return again


async def _again(ids: list[int]) -> int:
    """Let deliveries that are done or given up begin anew, in the caller's transaction; how many that were."""
    if not ids:
        return 0
    rows = await fetch(
        "UPDATE webhook_delivery SET state = 'Waiting', attempts = 0, begun_at = $1, next_attempt_at = $1, updated_at = $1, "
        f"reason = '' WHERE state IN ('Delivered', 'Dead') AND id IN ({placeholders(ids, 2)}) RETURNING id",
        now(),
        *ids,
    )
    for row in rows[:MOST_WOKEN]:
        await wake("send_webhook", row["id"])
    return len(rows)


async def _row(desk: Desk, delivery_id: int) -> Row:
    found = await fetch_one(
        f"SELECT {_COLUMNS} FROM {_TABLES} WHERE {_MINE} AND d.id = $3",
        *_tenant(desk),
        (possible_ids([delivery_id]) or [0])[0],
    )
    if found is None:
        raise NotFound("There is no such delivery.")
    return found


async def _views(rows: list[Row]) -> list[DeliveryView]:
    ids = [row["id"] for row in rows]
    tries: dict[int, list[TryView]] = {delivery_id: [] for delivery_id in ids}
    for row in await _tries(ids) if ids else ():
        tries[row["delivery_id"]].append(
            TryView(as_time(row["at"]), row["status"], row["took_ms"], row["said"])
        )
    return [_view(row, tuple(tries[row["id"]])) for row in rows]


async def _tries(ids: list[int]) -> list[Row]:
    return await fetch(
        "SELECT delivery_id, at, status, took_ms, said FROM webhook_try "
        f"WHERE delivery_id IN ({placeholders(ids)}) ORDER BY id",
        *ids,
    )


def _view(row: Row, tries: tuple[TryView, ...]) -> DeliveryView:
    due = row["next_attempt_at"]
    return DeliveryView(
        id=row["id"],
        endpoint_id=row["endpoint_id"],
        url=row["url"],
        event_id=f"evt_{as_uid(row['event_uid']).hex}",
        topic=row["topic"],
        data=as_json(row["data"]),
        state=row["state"],
        attempts=row["attempts"],
        status=row["status"],
        reason=row["reason"],
        next_at=as_time(due) if due is not None else None,
        created_at=as_time(row["created_at"]),
        updated_at=as_time(row["updated_at"]),
        tries=tries,
    )


def _tenant(desk: Desk) -> list[Any]:
    return [desk.scope.platform_id, desk.scope.environment]
