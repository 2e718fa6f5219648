"""Reconciliations as the desk reads them: settlements of providers held against our book, and their lines."""

from dataclasses import dataclass
from datetime import datetime

from core.db import Row, fetch
from core.errors import NotFound
from services.finance.matching import RESULTS
from services.listing import Clause, Column, Columns, Listing, list_rows
from services.paging import possible_ids
from services.staff import Desk, check_may
from services.tenants import Scope
from services.values import as_time

LISTED: Columns = {
    "id": Column("r.id", "id"),
    "created_at": Column("r.created_at", "time"),
    "provider": Column("r.provider", "text"),
    "state": Column("r.state", "text"),
    "settled_at": Column("r.settled_at", "time", nullable=True),
    "net": Column("r.net_minor", "number", nullable=True),
}
LINES_LISTED: Columns = {
    "id": Column("l.id", "id"),
    "result": Column("l.result", "text"),
    "reference": Column("l.reference", "text"),
    "amount": Column("l.amount_minor", "number"),
}
_COLUMNS = (
    "r.id, r.created_at, r.provider, r.source, r.name, r.state, r.currency, r.gross_minor, r.fees_minor, r.net_minor, "
    "r.settled_at, r.lines, r.elsewhere, r.matched, r.differing, r.missing_here, r.missing_there, r.why, r.done_at"
)


@dataclass(frozen=True, slots=True)
class ReconciliationView:
    """A settlement that is held against our book. Amounts as the provider says them, in minor units, where it does."""

    id: int
    created_at: datetime
    provider: str
    source: str
    name: str
    state: str
    currency: str
    gross_minor: int | None
    fees_minor: int | None
    net_minor: int | None
    settled_at: datetime | None
    lines: int
    elsewhere: int
    matched: int
    differing: int
    missing_here: int
    missing_there: int
    why: str
    done_at: datetime | None

    @property
    def looked_up(self) -> int:
        """So many of the provider's lines were looked up so far."""
        return self.matched + self.differing + self.missing_here


@dataclass(frozen=True, slots=True)
class SettlementLineView:
    """A line and what became of it; `ours_minor` is what we booked under its reference, if anything."""

    id: int
    kind: str
    reference: str
    amount_minor: int
    fees_minor: int
    paid_at: datetime | None
    result: str
    ours_minor: int | None
    why: str
    payment_id: int | None
    order_id: int | None
    order_code: str | None


async def providers_of(scope: Scope) -> list[str]:
    """The payment providers that a shop uses."""
    rows = await fetch(
        "SELECT DISTINCT provider FROM payment_method WHERE platform_id = $1 AND environment = $2 "
        "AND provider <> '' ORDER BY provider",
        scope.platform_id,
        scope.environment,
    )
    return [row["provider"] for row in rows]


async def list_reconciliations(desk: Desk, listing: Listing) -> tuple[list[ReconciliationView], int]:
    """A page of them, the newest first, and how many there are. Raises `Forbidden`, `InvalidInput`."""
    check_may(desk, "ReadLedger")
    rows, total = await list_rows(
        _COLUMNS,
        "reconciliation r",
        "r.platform_id = $1 AND r.environment = $2",
        [desk.scope.platform_id, desk.scope.environment],
        listing,
        LISTED,
        usual="r.id DESC",
    )
    return [_view(row) for row in rows], total


async def show_reconciliation(desk: Desk, reconciliation_id: int) -> ReconciliationView:
    """Raises `Forbidden`, `NotFound`."""
    (possible,) = possible_ids([reconciliation_id]) or [0]
    found, _ = await list_reconciliations(desk, Listing(Clause("id", "eq", possible)))
    if not found:
        raise NotFound("There is no such reconciliation.", field="id")
    return found[0]


async def list_lines(
    desk: Desk, reconciliation_id: int, result: str, listing: Listing
) -> tuple[list[SettlementLineView], int]:
    """A page of the lines that came to a result (all without one), and how many there are. Raises `Forbidden`."""
    check_may(desk, "ReadLedger")
    only = f" AND l.result = '{result}'" if result in RESULTS else ""
    rows, total = await list_rows(
        "l.id, l.kind, l.reference, l.amount_minor, l.fees_minor, l.paid_at, l.result, l.ours_minor, l.why, "
        "l.payment_id, p.order_id, o.code AS order_code",
        "settlement_line l JOIN reconciliation r ON r.id = l.reconciliation_id "
        "LEFT JOIN payment p ON p.id = l.payment_id LEFT JOIN customer_order o ON o.id = p.order_id",
        f"r.platform_id = $1 AND r.environment = $2 AND r.id = $3{only}",
        [desk.scope.platform_id, desk.scope.environment, reconciliation_id],
        listing,
        LINES_LISTED,
        usual="l.id",
    )
    return [
        SettlementLineView(**{**row, "paid_at": as_time(row["paid_at"]) if row["paid_at"] else None})
        for row in rows
    ], total


def _view(row: Row) -> ReconciliationView:
    times = {name: as_time(row[name]) if row[name] else None for name in ("settled_at", "done_at")}
    return ReconciliationView(**{**row, **times, "created_at": as_time(row["created_at"])})
