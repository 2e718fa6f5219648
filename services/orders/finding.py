"""Finding orders by whatever a caller can read out, and the list of them at the desk."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from core.db import dialect, fetch, fetch_one, placeholders
from core.errors import InvalidInput
from core.phones import parse_phone
from services.paging import page, storable
from services.staff import Desk, check_may
from services.values import as_json, as_time

# A list that is longer is narrowed, and not leafed through.
MOST_COUNTED = 10_000
# So many orders are looked at of what some words find, the newest of them.
MOST_FOUND = 500
MOST_PEOPLE = 200
SHORTEST_NAME = 2
Due = Literal["open", "overdue"]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which orders; None is no condition. `since` and `until` are of when they were placed (UTC; `until` is left out itself).

    Without a `state` those that were placed; carts and what is being paid are asked for by their state.
    """

    words: str = ""
    state: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    due: Due | None = None
    seller_id: int | None = None
    oldest_first: bool = False


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """A line of the list. `total_minor` and `pieces` are, to a seller, those of their part; `owed_minor` is nothing to them."""

    id: int
    code: str
    state: str
    currency: str
    total_minor: int
    pieces: int
    owed_minor: int
    who: str
    channel: str
    at: datetime


async def find_orders(
    desk: Desk, asked: Narrowed, *, skip: int = 0, take: int = 25
) -> tuple[list[FoundOrder], int]:
    """A page of orders, newest first, and how many there are (`MOST_COUNTED` + 1 for more than that).

    Three statements at most, whatever there is. Raises `Forbidden`.
    """
    check_may(desk, "ReadOrder")
    values: list[Any] = [desk.scope.platform_id, desk.scope.environment]
    where = _where(desk, asked, values)
    if asked.words:
        ids = await _ids_of(desk, asked.words)
        if not ids:
            return [], 0
        where += f" AND o.id IN ({placeholders(ids, len(values) + 1)})"
        values += ids
    limit, offset = page(skip, take)
    at = "o.created_at" if asked.state in ("AddingItems", "ArrangingPayment") else "o.placed_at"
    way = "ASC" if asked.oldest_first else "DESC"
    rows = await fetch(
        f"SELECT o.id, o.code, o.state, o.currency, {_SUMS[desk.seller_id is not None]}, "
        "COALESCE(c.full_name, '') AS name, COALESCE(c.phone, c.stated_phone, '') AS phone, o.guest, o.channel, "
        f"COALESCE(o.placed_at, o.created_at) AS at FROM (SELECT * FROM customer_order o WHERE {where} "
        f"ORDER BY {at} {way}, o.id {way} LIMIT {limit} OFFSET {offset}) o "
        f"LEFT JOIN customer c ON c.id = o.customer_id{_PART[desk.seller_id is not None]} ORDER BY {at} {way}, o.id {way}",
        *values,
    )
    count = await fetch_one(
        f"SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM customer_order o WHERE {where} LIMIT {MOST_COUNTED + 1}) x",
        *values,
    )
    return [_found(row) for row in rows], count["n"] if count else 0


_OWED = (
    "(SELECT COALESCE(SUM(d.amount_minor - d.collected_minor), 0) FROM scheduled_charge d "
    "WHERE d.order_id = o.id AND d.state IN ('Waiting', 'Overdue'))"
)
_SUMS = {
    False: f"o.total_minor, o.quantity AS pieces, {_OWED} AS owed_minor",
    True: "COALESCE(x.goods_minor + x.delivery_minor, 0) AS total_minor, (SELECT COALESCE(SUM(l.quantity), 0) "
    "FROM order_line l WHERE l.order_id = o.id AND l.seller_id = $3) AS pieces, 0 AS owed_minor",
}
_PART = {False: "", True: " LEFT JOIN seller_order x ON x.order_id = o.id AND x.seller_id = $3"}


def _where(desk: Desk, asked: Narrowed, values: list[Any]) -> str:
    where = "o.platform_id = $1 AND o.environment = $2"

    def bind(value: Any) -> str:
        values.append(value)
        return f"${len(values)}"

    if desk.seller_id is not None:
        where += _HAS_PART.format(bind(desk.seller_id))
    if asked.state:
        where += f" AND o.state = {bind(asked.state)}"
    if asked.state is None or desk.seller_id is not None:
        where += " AND o.placed_at IS NOT NULL"
    if asked.since:
        where += f" AND o.placed_at >= {bind(asked.since)}"
    if asked.until:
        where += f" AND o.placed_at < {bind(asked.until)}"
    if asked.seller_id is not None and desk.seller_id is None:
        where += _HAS_PART.format(bind(asked.seller_id))
    if asked.due:
        late = " AND d.state = 'Overdue'" if asked.due == "overdue" else ""
        where += _among(
            "SELECT d.order_id FROM scheduled_charge d WHERE d.platform_id = $1 AND d.environment = $2 "
            f"AND d.state IN ('Waiting', 'Overdue'){late}"
        )
    return where


def _among(ids: str) -> str:
    """Orders that a statement names. PostgreSQL would rather walk all orders and look each up there: so it has the list first."""
    return f" AND o.id = ANY(ARRAY({ids}))" if dialect() == "postgres" else f" AND o.id IN ({ids})"


_HAS_PART = " AND EXISTS (SELECT 1 FROM seller_order h WHERE h.order_id = o.id AND h.seller_id = {})"


async def _ids_of(desk: Desk, words: str) -> list[int]:
    """The newest orders that these words may name: each kind of name by its own index, and no list is walked for it."""
    plain = storable(words).strip()
    values: list[Any] = [desk.scope.platform_id, desk.scope.environment]

    def bind(value: Any) -> str:
        values.append(value)
        return f"${len(values)}{'::text' if dialect() == 'postgres' else ''}"

    parts = _by_goods(desk, bind, plain)
    if desk.seller_id is None:
        parts += _by_money(bind, plain) + _by_person(desk, bind, plain)
    rows = await fetch(
        f"SELECT id FROM ({' UNION '.join(parts)}) x ORDER BY id DESC LIMIT {MOST_FOUND}", *values
    )
    return [row["id"] for row in rows]


def _by_goods(desk: Desk, bind: Any, words: str) -> list[str]:
    """By the code of an order or of a seller's part, what its parcels are tracked by, and the SKU of what is in it.

    A seller finds by what is theirs.
    """
    upper, exact = bind(words.upper()), bind(words)
    own = "" if desk.seller_id is None else f" AND {{}}.seller_id = {int(desk.seller_id)}"
    parts = [
        f"SELECT o.id FROM customer_order o WHERE o.platform_id = $1 AND o.environment = $2 AND o.code = {upper}",
        "SELECT x.order_id AS id FROM seller_order x WHERE x.platform_id = $1 AND x.environment = $2 "
        f"AND x.code = {upper}{own.format('x')}",
        "SELECT f.order_id AS id FROM fulfillment f WHERE f.platform_id = $1 AND f.environment = $2 "
        f"AND f.tracking_code <> '' AND f.tracking_code = {exact}{own.format('f')}",
        "SELECT * FROM (SELECT l.order_id AS id FROM variant v JOIN order_line l ON l.variant_id = v.id "
        f"WHERE v.platform_id = $1 AND v.environment = $2 AND v.sku = {exact}{own.format('l')} "
        f"ORDER BY l.order_id DESC LIMIT {MOST_FOUND}) v",
    ]
    if desk.seller_id is None:
        parts.append(
            "SELECT s.order_id AS id FROM shipment s WHERE s.platform_id = $1 AND s.environment = $2 "
            f"AND s.tracking_number <> '' AND s.tracking_number = {exact}"
        )
    return parts


def _by_money(bind: Any, words: str) -> list[str]:
    """By the reference of a payment, as it stands on the customer's statement."""
    return [
        "SELECT p.order_id AS id FROM payment_attempt a JOIN payment p ON p.id = a.payment_id "
        f"WHERE p.platform_id = $1 AND p.environment = $2 AND p.order_id IS NOT NULL AND a.reference = {bind(words)}"
    ]


def _by_person(desk: Desk, bind: Any, words: str) -> list[str]:
    """By who bought: a number in any notation, an e-mail address, or a part of a name."""
    if "@" in words:
        return _of_people("c.email = {0}", "o.guest->>'email' = {0}", bind(words.lower()))
    try:
        phone = parse_phone(words, desk.scope.country)
    except InvalidInput:
        phone = ""
    if phone:
        value = bind(phone)
        return [
            *_of_people("c.phone = {0}", "o.guest->>'phone' = {0}", value),
            _of_customers("c.stated_phone = {0}", value),
        ]
    if len(words) < SHORTEST_NAME or any(c.isdigit() for c in words):
        return []
    like = "%" + words.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%"
    guest = "lower(o.guest->>'full_name') LIKE {0} ESCAPE '!'"
    return _of_people("lower(c.full_name) LIKE {0} ESCAPE '!'", guest, bind(like))


def _of_people(customer: str, guest: str, value: str) -> list[str]:
    return [
        _of_customers(customer, value),
        "SELECT o.id FROM customer_order o WHERE o.platform_id = $1 AND o.environment = $2 AND o.customer_id IS NULL "
        f"AND o.guest IS NOT NULL AND {guest.format(value)}",
    ]


def _of_customers(which: str, value: str) -> str:
    return (
        "SELECT o.id FROM customer_order o JOIN (SELECT c.id FROM customer c WHERE c.platform_id = $1 AND c.environment = $2 "
        f"AND {which.format(value)} ORDER BY c.id DESC LIMIT {MOST_PEOPLE}) c ON c.id = o.customer_id "
        "WHERE o.platform_id = $1 AND o.environment = $2"
    )


def _found(row: dict[str, Any]) -> FoundOrder:
    guest = as_json(row.pop("guest")) or {}
    named = str(guest.get("full_name") or guest.get("email") or "")
    who = row.pop("name") or row["phone"] or named
    row.pop("phone")
    return FoundOrder(**{**row, "at": as_time(row["at"]), "owed_minor": int(row["owed_minor"]), "who": who})
