"""What waits for somebody at the desk, and what is in trouble outside."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.clock import now
from core.db import fetch, fetch_one
from services.staff import Desk, check_may
from services.values import as_time

LOW = 3  # pieces; the condition of the index `stock_level_low`
SOON = timedelta(days=7)
SOME = 6
# A receiver that fails for less than that is no trouble yet.
HARDLY = timedelta(hours=1)
RECENTLY = timedelta(hours=24)
# Work that is done within seconds when all is well: table, the platform's columns, and what it is.
KINDS = {
    "messages to send": "outbound_message w WHERE w.platform_id = $1 AND w.environment = $2",
    "payments to follow": "payment_attempt w JOIN payment p ON p.id = w.payment_id WHERE p.platform_id = $1 AND p.environment = $2",
    "refunds to follow": "refund w JOIN payment p ON p.id = w.payment_id WHERE p.platform_id = $1 AND p.environment = $2",
    "bills to follow": "bill_purchase w WHERE w.platform_id = $1 AND w.environment = $2",
    "deliveries to follow": "shipment w WHERE w.platform_id = $1 AND w.environment = $2",
    "webhooks to send": "webhook_delivery w JOIN webhook_endpoint e ON e.id = w.endpoint_id WHERE e.platform_id = $1 AND e.environment = $2",
}


@dataclass(frozen=True, slots=True)
class Owed:
    """Balances (minor units): all that is open, what of it falls due within a week, and what is overdue."""

    open: int
    open_minor: int
    soon: int
    soon_minor: int
    overdue: int
    overdue_minor: int


@dataclass(frozen=True, slots=True)
class Low:
    """A variant of which few pieces are left, or none."""

    variant_id: int
    product_id: int
    name: str
    sku: str
    left: int


@dataclass(frozen=True, slots=True)
class Talks:
    """Threads that wait for an answer, and since when the oldest does (UTC)."""

    waiting: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Work that is due and not done yet, and by how many seconds the oldest is late."""

    what: str
    count: int
    late_s: int


async def owed(desk: Desk) -> Owed:
    """What customers owe of orders with a deposit. One statement. Raises `Forbidden`."""
    check_may(desk, "ReadOrder")
    at = now()
    row = await fetch_one(
        "SELECT COUNT(*) AS n, COALESCE(SUM(amount_minor - collected_minor), 0) AS total, "
        "SUM(CASE WHEN due_at >= $3 AND due_at < $4 THEN 1 ELSE 0 END) AS soon, "
        "SUM(CASE WHEN due_at >= $3 AND due_at < $4 THEN amount_minor - collected_minor ELSE 0 END) AS soon_minor, "
        "SUM(CASE WHEN due_at < $3 THEN 1 ELSE 0 END) AS late, "
        "SUM(CASE WHEN due_at < $3 THEN amount_minor - collected_minor ELSE 0 END) AS late_minor "
        "FROM scheduled_charge WHERE platform_id = $1 AND environment = $2 AND state IN ('Waiting', 'Overdue')",
        desk.scope.platform_id,
        desk.scope.environment,
        at,
        at + SOON,
    )
    assert row is not None
    return Owed(*(int(value or 0) for value in row.values()))


async def running_low(desk: Desk, take: int = SOME) -> tuple[list[Low], int]:
    """What is for sale of which at most `LOW` pieces are left, the least first, and how many such there are.

    To a seller theirs. Two statements. Raises `Forbidden`.
    """
    check_may(desk, "ReadProduct", "ReadCatalog")
    values: list[Any] = [desk.scope.platform_id, desk.scope.environment]
    mine = ""
    if desk.seller_id is not None:
        values.append(desk.seller_id)
        mine = " AND p.seller_id = $3"
    low = (
        "FROM stock_level s JOIN variant v ON v.id = s.variant_id JOIN product p ON p.id = v.product_id "
        f"WHERE s.on_hand - s.allocated <= {LOW} AND v.platform_id = $1 AND v.environment = $2{mine} "
        "AND v.deleted_at IS NULL AND p.deleted_at IS NULL AND p.enabled AND v.enabled"
    )
    rows = await fetch(
        'SELECT v.id AS variant_id, p.id AS product_id, v.name, v.sku, s.on_hand - s.allocated AS "left" '
        f"{low} ORDER BY 5, v.id LIMIT {int(take)}",
        *values,
    )
    count = await fetch_one(f"SELECT COUNT(*) AS n {low}", *values)
    return [Low(**row) for row in rows], count["n"] if count else 0


async def talks(desk: Desk) -> Talks:
    """Conversations that wait for a person. One statement. Raises `Forbidden`."""
    check_may(desk, "AnswerConversation")
    row = await fetch_one(
        "SELECT COUNT(*) AS n, MIN(updated_at) AS since FROM support_thread "
        "WHERE platform_id = $1 AND environment = $2 AND state = 'Waiting'",
        desk.scope.platform_id,
        desk.scope.environment,
    )
    assert row is not None
    return Talks(row["n"], as_time(row["since"]) if row["since"] else None)


async def waiting(desk: Desk) -> list[Waiting]:
    """This shop's work that is due, by what it is; nothing of what is on time. Raises `Forbidden`."""
    check_may(desk, "ReadSystem")
    found, at = [], now()
    for what, of in KINDS.items():
        row = await fetch_one(
            f"SELECT COUNT(*) AS n, MIN(w.next_attempt_at) AS since FROM {of} AND w.next_attempt_at <= $3",
            desk.scope.platform_id,
            desk.scope.environment,
            at,
        )
        if row and row["n"]:
            found.append(Waiting(what, row["n"], max(0, int((at - as_time(row["since"])).total_seconds()))))
    return found


async def troubles(desk: Desk) -> list[tuple[str, str]]:
    """Who outside is in trouble with what, as (who, sentence): what a provider hasn't told us for some time, or refused, and
    whom of the shop's own systems nothing can be told.

    Raises `Forbidden`.
    """
    check_may(desk, "ReadSystem")
    mine = (desk.scope.platform_id, desk.scope.environment)
    unclear = await fetch(
        "SELECT provider, COUNT(*) AS n FROM (SELECT a.provider FROM payment_attempt a JOIN payment p ON p.id = a.payment_id "
        "WHERE p.platform_id = $1 AND p.environment = $2 AND a.next_attempt_at IS NOT NULL AND a.state = 'Unknown' "
        "UNION ALL SELECT b.provider FROM bill_purchase w JOIN biller b ON b.id = w.biller_id "
        "WHERE w.platform_id = $1 AND w.environment = $2 AND w.next_attempt_at IS NOT NULL AND w.state = 'Unknown') x "
        "GROUP BY provider ORDER BY provider",
        *mine,
    )
    unsent = await fetch(
        "SELECT channel, COUNT(*) AS n FROM outbound_message WHERE platform_id = $1 AND environment = $2 "
        "AND state = 'Failed' AND created_at >= $3 GROUP BY channel ORDER BY channel",
        *mine,
        now() - RECENTLY,
    )
    untold = await fetch(
        "SELECT url, turned_off_at, turned_off_because FROM webhook_endpoint WHERE platform_id = $1 AND environment = $2 "
        "AND deleted_at IS NULL AND (turned_off_at IS NOT NULL OR failing_since < $3) ORDER BY id",
        *mine,
        now() - HARDLY,
    )
    return [
        *(
            (row["provider"], f"{row['n']} payments or bills whose outcome it has not told")
            for row in unclear
        ),
        *((row["channel"], f"{row['n']} messages could not be sent in the last 24 hours") for row in unsent),
        *(
            (
                "webhooks",
                f"{row['url']} was turned off: {row['turned_off_because']}"
                if row["turned_off_at"]
                else f"{row['url']} has taken none for an hour",
            )
            for row in untold
        ),
    ]
