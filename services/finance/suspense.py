"""What waits in suspense: each amount with its age and what is being done about it, held against the account itself."""

from dataclasses import dataclass
from datetime import datetime

from core.db import Row, fetch
from services.bills.states import OPEN as OPEN_BILLS
from services.finance.book import trial_balance
from services.paging import page
from services.staff import Desk, check_may
from services.values import as_time

MOST = 100
_BILLS = ", ".join(f"'{state}'" for state in OPEN_BILLS)
# Rows whose money waits: of refunds until they are there, of bills until it is known what became of them.
_ITEMS = (
    "SELECT 'refund' AS kind, r.id, r.created_at AS since, r.amount_minor, p.currency, r.state, r.reason, r.attempts, "
    "r.next_attempt_at, p.id AS payment_id, p.order_id, o.code AS order_code, m.provider "
    "FROM refund r JOIN payment p ON p.id = r.payment_id JOIN payment_method m ON m.id = p.method_id "
    "LEFT JOIN customer_order o ON o.id = p.order_id "
    "WHERE p.platform_id = $1 AND p.environment = $2 AND r.state IN ('Stored', 'Waiting', 'Unknown') "
    "UNION ALL SELECT 'bill', b.id, b.created_at, b.amount_minor, b.currency, b.state, l.name, b.attempts, "
    "b.next_attempt_at, NULL, NULL, NULL, l.provider FROM bill_purchase b JOIN biller l ON l.id = b.biller_id "
    f"WHERE b.platform_id = $1 AND b.environment = $2 AND b.state IN ({_BILLS})"
)
# Payments of which nobody can say whether they were made: their money is in nobody's account yet.
_UNCLEAR = (
    "SELECT 'payment' AS kind, t.id, t.created_at AS since, p.amount_minor, p.currency, t.state, t.reason, t.attempts, "
    "t.next_attempt_at, p.id AS payment_id, p.order_id, o.code AS order_code, t.provider "
    "FROM payment_attempt t JOIN payment p ON p.id = t.payment_id LEFT JOIN customer_order o ON o.id = p.order_id "
    "WHERE p.platform_id = $1 AND p.environment = $2 AND t.state = 'Unknown' AND t.next_attempt_at IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Money (minor units) that waits since a time (UTC). `kind` is refund, bill, or for an unclear one payment."""

    kind: str
    id: int
    since: datetime
    amount_minor: int
    currency: str
    state: str
    reason: str
    attempts: int
    next_attempt_at: datetime | None
    payment_id: int | None
    order_id: int | None
    order_code: str | None
    provider: str

    @property
    def doing(self) -> str:
        """What is being done about it, as a sentence."""
        who = {"": "somebody"}.get(self.provider, self.provider.replace("_", " ").capitalize())
        if self.next_attempt_at is None:
            return "Waits until somebody gives it back by hand and says so at the order."
        asked = f"{who} was asked {self.attempts} times" if self.attempts != 1 else f"{who} was asked once"
        return {
            ("refund", "Stored"): f"Is asked for at {who}."
            if not self.attempts
            else f"{asked} to send it back.",
            ("refund", "Waiting"): f"{who} sends it back, and is asked whether it is there.",
            ("bill", "Stored"): f"Is bought at {who}.",
            ("bill", "Pending"): f"{who} delivers, and is asked whether it is done.",
        }.get((self.kind, self.state), f"{asked} what became of it, and is asked again.")


@dataclass(frozen=True, slots=True)
class Suspense:
    """The account and what explains it. `unexplained_minor` is zero in a book that is right."""

    items: list[Waiting]
    total: int
    waiting_minor: int
    booked_minor: int
    unclear: list[Waiting]

    @property
    def unexplained_minor(self) -> int:
        return self.booked_minor - self.waiting_minor


async def read_suspense(desk: Desk, *, skip: int = 0, take: int = 25) -> Suspense:
    """What waits, the oldest first, a page of it, and the oldest payments that nobody is sure about. Raises `Forbidden`."""
    check_may(desk, "ReadLedger")
    tenant = (desk.scope.platform_id, desk.scope.environment)
    limit, offset = page(skip, take)
    rows = await fetch(f"{_ITEMS} ORDER BY 3, 2 LIMIT {limit} OFFSET {offset}", *tenant)
    (sums,) = await fetch(
        f"SELECT COUNT(*) AS n, CAST(COALESCE(SUM(i.amount_minor), 0) AS BIGINT) AS minor FROM ({_ITEMS}) i "
        "WHERE i.currency = $3",
        *tenant,
        desk.scope.currency,
    )
    unclear = await fetch(f"{_UNCLEAR} ORDER BY 3, 2 LIMIT {MOST}", *tenant)
    balances = (await trial_balance(desk)).balances.get(desk.scope.currency, [])
    return Suspense(
        [_waiting(row) for row in rows],
        sums["n"],
        sums["minor"],
        sum(each.minor for each in balances if each.kind == "suspense"),
        [_waiting(row) for row in unclear],
    )


def _waiting(row: Row) -> Waiting:
    due = row["next_attempt_at"]
    return Waiting(
        **{**row, "since": as_time(row["since"]), "next_attempt_at": as_time(due) if due else None}
    )
