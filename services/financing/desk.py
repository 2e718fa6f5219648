"""Financing sessions as staff see them: found, looked at with what was told of them, and called off before they are orders."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.db import Row, fetch, fetch_one, placeholders, transaction
from core.errors import IllegalTransition, NotFound
from services.financing.details import Cart
from services.financing.ending import cancel_session
from services.financing.reading import applicant_of, session_by_id
from services.financing.schedule import instalments
from services.financing.views import SessionView
from services.listing import Clause, Column, Columns, Group, Listing, list_rows
from services.paging import possible_ids
from services.staff import Desk, check_may, record
from services.values import as_json, as_time, as_uid

# Who applies, and for what, is the customer's: a seller sees nothing of it.
NEEDS = "ReadCustomer"
LISTED: Columns = {
    "id": Column("f.id", "id"),
    "uid": Column("CAST(f.uid AS VARCHAR)", "text"),
    "created_at": Column("f.created_at", "time"),
    "state": Column("f.state", "text"),
    "phone": Column("f.phone", "text"),
    "order_code": Column("o.code", "text", nullable=True),
}
MOST_COUNTED, MOST_EVENTS = 10_000, 200


@dataclass(frozen=True, slots=True)
class ListedSession:
    """One of many: `total_minor` is what is to be bought (minor units of `currency`), with delivery and tax."""

    id: int
    state: str
    who: str
    phone: str
    total_minor: int
    currency: str
    order_id: int | None
    order_code: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part that falls due (UTC, minor units). Without a `state` it is planned, should it be checked out now."""

    due_at: datetime
    amount_minor: int
    collected_minor: int = 0
    state: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A webhook that told of an event: where to, and how that went. `status` is of the last answer (HTTP)."""

    endpoint_id: int
    url: str
    state: str
    status: int | None


@dataclass(frozen=True, slots=True)
class SessionEvent:
    """Something that happened, the newest first; see `services.financing.events`."""

    kind: str
    at: datetime
    data: Mapping[str, Any]
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class SessionAtDesk:
    """All of one session. `expected` is the day that the merchant said it would be delivered."""

    id: int
    session: SessionView
    order_id: int | None
    created_at: datetime
    expected: date | None
    delivered_at: datetime | None
    instalments: tuple[Instalment, ...]
    events: tuple[SessionEvent, ...]


async def list_sessions(
    desk: Desk, listing: Listing, *, state: str = "", words: str = ""
) -> tuple[list[ListedSession], int]:
    """A page of sessions, the newest first, and how many there are (one more than `MOST_COUNTED` at most): in a state, and
    found by a part of the number, of the order's code or of the session's id. Raises `Forbidden`.
    """
    check_may(desk, NEEDS)
    parts = [Clause("state", "eq", state)] if state else []
    found = Group(
        tuple(Clause(name, "contains", words) for name in ("phone", "order_code", "uid")), any_of=True
    )
    where = Group((*parts, found) if words else tuple(parts))
    rows, total = await list_rows(
        "f.id, f.state, f.applicant, f.phone, f.currency, f.order_id, o.code AS order_code, f.created_at, "
        "f.goods_minor + COALESCE(f.shipping_minor, 0) + COALESCE(f.tax_minor, 0) AS total_minor",
        "financing_application f LEFT JOIN customer_order o ON o.id = f.order_id",
        "f.platform_id = $1 AND f.environment = $2",
        [desk.scope.platform_id, desk.scope.environment],
        Listing(where, listing.sort, listing.skip, listing.take),
        LISTED,
        usual="f.id DESC",
        most=MOST_COUNTED,
    )
    return [_listed(row) for row in rows], total


async def show_session(desk: Desk, session_id: int) -> SessionAtDesk:
    """One session with what fell due and what was told of it. Raises `Forbidden`, `NotFound`."""
    check_may(desk, NEEDS)
    row = await _own(desk, session_id)
    session = await session_by_id(desk.scope, session_id)
    return SessionAtDesk(
        id=session_id,
        session=session,
        order_id=row["order_id"],
        created_at=as_time(row["created_at"]),
        expected=date.fromisoformat(str(row["estimated_delivery"])) if row["estimated_delivery"] else None,
        delivered_at=as_time(row["delivered_at"]) if row["delivered_at"] else None,
        instalments=await _instalments(session, row["order_id"]),
        events=await _events(desk, session_id),
    )


async def call_off_session(desk: Desk, session_id: int, reason: str) -> None:
    """Call off a session of which there is no order so far; its lender is told.

    Raises `Forbidden`, `NotFound`, `IllegalTransition` where it is over, or is an order, which is called off itself.
    """
    check_may(desk, "UpdateOrder")
    async with transaction():
        row = await _own(desk, session_id)
        if row["order_id"] is not None:
            raise IllegalTransition(row["state"], "Cancelled", (), "There is an order of it: cancel that.")
        await cancel_session(desk.scope, as_uid(row["uid"]), reason or "called off at the desk")
        await record(desk, "cancelled", "financing_application", session_id, reason=reason[:200])


async def _own(desk: Desk, session_id: int) -> Row:
    row = None
    if desk.seller_id is None and possible_ids([session_id]):
        row = await fetch_one(
            "SELECT uid, state, order_id, created_at, estimated_delivery, delivered_at FROM financing_application "
            "WHERE id = $1 AND platform_id = $2 AND environment = $3",
            session_id,
            desk.scope.platform_id,
            desk.scope.environment,
        )
    if row is None:
        raise NotFound("There is no such session.", field="id")
    return row


async def _instalments(session: SessionView, order_id: int | None) -> tuple[Instalment, ...]:
    if order_id is not None:
        rows = await fetch(
            "SELECT due_at, amount_minor, collected_minor, state FROM scheduled_charge WHERE order_id = $1 "
            "ORDER BY due_at, id",
            order_id,
        )
        return tuple(
            Instalment(as_time(row["due_at"]), row["amount_minor"], row["collected_minor"], row["state"])
            for row in rows
        )
    if session.accepted_offer is None:
        return ()
    total = (session.cart or Cart()).total_minor
    planned = instalments(total, session.accepted_offer[1].months)
    return tuple(Instalment(part.due_at, part.amount_minor) for part in planned)


async def _events(desk: Desk, session_id: int) -> tuple[SessionEvent, ...]:
    rows = await fetch(
        "SELECT id, kind, data, at FROM financing_event WHERE application_id = $1 ORDER BY id DESC LIMIT $2",
        session_id,
        MOST_EVENTS,
    )
    keys = {row["id"]: f"financing.{row['kind']}:{row['id']}" for row in rows}
    told = await _told(desk, list(keys.values()))
    return tuple(
        SessionEvent(
            row["kind"], as_time(row["at"]), as_json(row["data"]), tuple(told.get(keys[row["id"]], ()))
        )
        for row in rows
    )


async def _told(desk: Desk, keys: list[str]) -> dict[str, list[Told]]:
    """The webhooks of these facts, by their keys (see `announce`). One statement."""
    if not keys:
        return {}
    rows = await fetch(
        "SELECT e.key, w.id, w.url, d.state, d.status FROM webhook_event e JOIN webhook_delivery d ON d.event_id = e.id "
        "JOIN webhook_endpoint w ON w.id = d.endpoint_id WHERE e.platform_id = $1 AND e.environment = $2 "
        f"AND e.key IN ({placeholders(keys, 3)}) ORDER BY d.id",
        desk.scope.platform_id,
        desk.scope.environment,
        *keys,
    )
    told: dict[str, list[Told]] = {}
    for row in rows:
        told.setdefault(row["key"], []).append(Told(row["id"], row["url"], row["state"], row["status"]))
    return told


def _listed(row: Row) -> ListedSession:
    who = applicant_of(row)
    return ListedSession(
        id=row["id"],
        state=row["state"],
        who=f"{who.first_name} {who.last_name}".strip(),
        phone=row["phone"],
        total_minor=row["total_minor"],
        currency=row["currency"],
        order_id=row["order_id"],
        order_code=row["order_code"],
        created_at=as_time(row["created_at"]),
    )
