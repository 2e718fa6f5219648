"""What sellers are owed, and the payouts that there are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.db import fetch, fetch_one
from services.paging import page
from services.payouts import read_by
from services.payouts.lines import IS_DUE, LINES, held_until
from services.staff import Desk
from services.tenants import Scope
from services.values import as_time, as_uid


@dataclass(frozen=True, slots=True)
class SellerBalance:
    """What a seller is owed, in minor units: due now, not due yet, and in payouts that the bank has still to pay.

    `due_minor` is below zero where more was taken back than was sold since the last payout.
    """

    seller_id: int
    seller: str
    due_minor: int
    waiting_minor: int
    in_payouts_minor: int

    @property
    def owed_minor(self) -> int:
        """What the book says that they are owed."""
        return self.due_minor + self.waiting_minor + self.in_payouts_minor


@dataclass(frozen=True, slots=True)
class PayoutView:
    """A payout. `reference` is the bank's, empty until it is paid. Times UTC, the amount in minor units."""

    id: int
    uid: UUID
    batch: UUID
    seller_id: int
    seller: str
    state: str  # Created, Paid
    currency: str
    amount_minor: int
    reference: str
    created_at: datetime
    paid_at: datetime | None


def whose(desk: Desk, seller_id: int | None) -> int | None:
    """Whose money is asked for; of a seller who asks for another's it is nobody's."""
    if desk.seller_id is None:
        return seller_id
    return desk.seller_id if seller_id in (None, desk.seller_id) else 0


async def seller_balances(
    desk: Desk, *, skip: int = 0, take: int = 100, seller_id: int | None = None
) -> tuple[list[SellerBalance], int]:
    """A page of all sellers by name, or one of them, and how many there are; 100 at most. Raises `Forbidden`."""
    scope = read_by(desk)
    seller_id = whose(desk, seller_id)
    limit, offset = page(skip, take)
    mine: list[Any] = [scope.platform_id, scope.environment]
    one = "" if seller_id is None else " AND s.id = $4"
    values = [*mine, await held_until(scope), *([] if seller_id is None else [seller_id])]
    unpaid = "CASE WHEN l.payout_id IS NULL AND {} THEN l.payable_minor ELSE 0 END"
    rows = await fetch(
        "SELECT s.id, s.name, "
        f"CAST(COALESCE(SUM({unpaid.format('l.due')}), 0) AS BIGINT) AS due, "
        f"CAST(COALESCE(SUM({unpaid.format('NOT l.due')}), 0) AS BIGINT) AS waiting, "
        "CAST(COALESCE(SUM(CASE WHEN l.state = 'Created' THEN l.payable_minor ELSE 0 END), 0) AS BIGINT) AS in_payouts "
        f"FROM (SELECT id, name FROM seller s WHERE s.platform_id = $1 AND s.environment = $2{one} "
        f"ORDER BY s.name, s.id LIMIT {limit} OFFSET {offset}) s LEFT JOIN ("
        f"SELECT x.seller_id, x.payout_id, x.payable_minor, t.state, (x.sale_payout_id IS NOT NULL OR COALESCE({IS_DUE}, FALSE)) AS due FROM {LINES} x "
        "JOIN customer_order o ON o.id = x.order_id LEFT JOIN payout t ON t.id = x.payout_id "
        "WHERE t.state IS NULL OR t.state = 'Created') l ON l.seller_id = s.id GROUP BY s.id, s.name ORDER BY s.name, s.id",
        *values,
    )
    count = await fetch_one(
        f"SELECT COUNT(*) AS n FROM seller s WHERE s.platform_id = $1 AND s.environment = $2"
        f"{one.replace('$4', '$3')}",
        *mine,
        *([] if seller_id is None else [seller_id]),
    )
    balances = [
        SellerBalance(row["id"], row["name"], row["due"], row["waiting"], row["in_payouts"]) for row in rows
    ]
    return balances, count["n"] if count else 0


async def list_payouts(
    desk: Desk, *, skip: int = 0, take: int = 20, state: str | None = None, seller_id: int | None = None
) -> tuple[list[PayoutView], int]:
    """A page of payouts, newest first, and how many there are; 100 at most. Raises `Forbidden`."""
    limit, offset = page(skip, take)
    return await find_payouts(
        read_by(desk), state=state, seller_id=whose(desk, seller_id), part=f" LIMIT {limit} OFFSET {offset}"
    )


async def find_payouts(scope: Scope, *, part: str = "", **named: Any) -> tuple[list[PayoutView], int]:
    """Payouts of a scope by `payout_id`, `batch`, `state`, `seller_id` (None is no condition), and how many there are."""
    values: list[Any] = [scope.platform_id, scope.environment]
    where = "t.platform_id = $1 AND t.environment = $2"
    for name, value in named.items():
        if value is not None:
            values.append(value)
            where += f" AND t.{'id' if name == 'payout_id' else name} = ${len(values)}"
    rows = await fetch(
        "SELECT t.id, t.uid, t.batch, t.seller_id, s.name AS seller, t.state, t.currency, t.amount_minor, t.reference, "
        f"t.created_at, t.paid_at FROM payout t JOIN seller s ON s.id = t.seller_id WHERE {where} "
        f"ORDER BY t.id DESC{part}",
        *values,
    )
    count = await fetch_one(f"SELECT COUNT(*) AS n FROM payout t WHERE {where}", *values)
    found = [
        PayoutView(
            **{
                **row,
                "uid": as_uid(row["uid"]),
                "batch": as_uid(row["batch"]),
                "created_at": as_time(row["created_at"]),
                "paid_at": as_time(row["paid_at"]) if row["paid_at"] else None,
            }
        )
        for row in rows
    ]
    return found, count["n"] if count else 0
