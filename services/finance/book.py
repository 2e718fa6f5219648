"""The book as finance reads it: trial balances at any time, accounts, and the postings of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.clock import now
from core.db import Row, fetch, placeholders
from core.errors import NotFound
from services.finance.closing import MOVEMENTS, closed_until
from services.listing import Clause, Column, Columns, Listing, list_rows
from services.paging import LARGEST_ID, possible_ids
from services.staff import Desk, check_may
from services.values import as_time

PAGE = 50
SHARED = " AND a.kind <> 'card'"
# What each kind of account is, in words; its order is that of a trial balance.
KINDS: dict[str, str] = {
    "gateway": "What providers owe us, below zero",
    "biller": "What billers were paid",
    "bank": "Paid out to sellers",
    "suspense": "Waits until it is known where it belongs",
    "card": "On customers' shopping cards",
    "held": "Set aside of cards",
    "receivable": "What buyers owe, below zero",
    "sales": "Sold",
    "shared": "Of that, shared out among sellers and us, below zero",
    "payable": "Owed to sellers",
    "commission": "Our commission",
    "delivery": "Delivery",
    "loss": "Lost, below zero",
}
ACCOUNTS: Columns = {
    "id": Column("a.id", "id"),
    "code": Column("a.code", "text"),
    "number": Column("a.number", "text", nullable=True),
    "kind": Column("a.kind", "text"),
    "currency": Column("a.currency", "text"),
    "balance": Column("a.balance_minor", "number", nullable=True),
}


@dataclass(frozen=True, slots=True)
class Balance:
    """An account of a trial balance, in minor units; all shopping cards are the account `card`, which has no `id`."""

    code: str
    kind: str
    currency: str
    in_minor: int
    out_minor: int
    postings: int
    id: int | None = None

    @property
    def minor(self) -> int:
        return self.in_minor - self.out_minor


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every account of a shop at a time (UTC), by currency. A book that is right sums to zero in each."""

    at: datetime
    balances: dict[str, list[Balance]]

    def off_minor(self, currency: str) -> int:
        """What is missing for the sum to be zero: zero."""
        return sum(each.minor for each in self.balances[currency])


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account; `balance_minor` is kept for shopping cards alone."""

    id: int
    code: str
    kind: str
    currency: str
    number: str | None
    balance_minor: int | None
    customer_id: int | None


@dataclass(slots=True)
class PostingView:
    """A side of an entry, and the codes of the other sides with their amounts (minor units)."""

    id: int
    entry_id: int
    at: datetime
    kind: str
    narrative: str
    amount_minor: int
    balance_after_minor: int | None
    payment_id: int | None
    order_id: int | None
    order_code: str | None
    others: list[tuple[str, int]] = field(default_factory=list)


async def trial_balance(desk: Desk, at: datetime | None = None) -> TrialBalance:
    """All accounts as they stood at a time (UTC), now without one. Four statements, of which none reads closed days' postings.

    Raises `Forbidden`.
    """
    check_may(desk, "ReadLedger")
    until = at or now()
    closed = await closed_until(desk.scope, until)
    tenant = (desk.scope.platform_id, desk.scope.environment)
    rows = await fetch(
        "SELECT m.code, m.kind, m.currency, CAST(SUM(m.in_minor) AS BIGINT) AS in_minor, "
        "CAST(SUM(m.out_minor) AS BIGINT) AS out_minor, CAST(SUM(m.postings) AS BIGINT) AS postings "
        "FROM ledger_movement m WHERE m.platform_id = $1 AND m.environment = $2 AND m.until <= $3 "
        "GROUP BY m.code, m.kind, m.currency",
        *tenant,
        closed,
    )
    live = await fetch(MOVEMENTS, *tenant, closed, until)
    # By the index of the shop's own accounts, whatever number of cards there are.
    shared = await fetch(
        "SELECT id, code, currency FROM ledger_account WHERE platform_id = $1 AND environment = $2 AND kind <> 'card'",
        *tenant,
    )
    ids = {(row["code"], row["currency"]): row["id"] for row in shared}
    return TrialBalance(until, _added_up([*rows, *live], ids))


def _added_up(rows: Sequence[Row], ids: Mapping[tuple[str, str], int]) -> dict[str, list[Balance]]:
    sums: dict[tuple[str, str, str], Balance] = {}
    for row in rows:
        key = (row["currency"], row["kind"], row["code"])
        known = sums.get(key)
        sums[key] = Balance(
            row["code"],
            row["kind"],
            row["currency"],
            row["in_minor"] + (known.in_minor if known else 0),
            row["out_minor"] + (known.out_minor if known else 0),
            row["postings"] + (known.postings if known else 0),
            ids.get((row["code"], row["currency"])),
        )
    places = list(KINDS)
    found: dict[str, list[Balance]] = {}
    for (currency, _, __), balance in sorted(
        sums.items(), key=lambda each: (each[0][0], places.index(each[0][1]), each[0][2])
    ):
        found.setdefault(currency, []).append(balance)
    return found


async def list_accounts(desk: Desk, listing: Listing, *, cards: bool = True) -> tuple[list[AccountView], int]:
    """A page of the shop's accounts by code, with or without the customers' shopping cards, and how many there are.

    Raises `Forbidden`, `InvalidInput`.
    """
    check_may(desk, "ReadLedger")
    rows, total = await list_rows(
        "a.id, a.code, a.kind, a.currency, a.number, a.balance_minor, a.customer_id",
        "ledger_account a",
        f"a.platform_id = $1 AND a.environment = $2{'' if cards else SHARED}",
        [desk.scope.platform_id, desk.scope.environment],
        listing,
        ACCOUNTS,
        usual="a.code, a.id",
    )
    return [AccountView(**row) for row in rows], total


async def find_account(desk: Desk, account_id: int) -> AccountView:
    """Raises `Forbidden`, `NotFound`."""
    found, _ = await list_accounts(desk, Listing(Clause("id", "eq", *(possible_ids([account_id]) or [0]))))
    if not found:
        raise NotFound("There is no such account.", field="id")
    return found[0]


async def balance_at(desk: Desk, account: AccountView) -> int:
    """What is in an account now, in minor units."""
    if account.balance_minor is not None:
        return account.balance_minor
    balances = (await trial_balance(desk)).balances.get(account.currency, [])
    return next((each.minor for each in balances if each.id == account.id), 0)


async def account_postings(
    desk: Desk, account_id: int, *, before: int | None = None, after: int | None = None, take: int = PAGE
) -> tuple[list[PostingView], bool, bool]:
    """Postings of one of the shop's accounts, the newest first, and whether there are newer and older ones.

    With `before` or `after` (ids of postings) those just older or just newer. Two statements, however deep. The
    caller has looked the account up.
    """
    up = after is not None and before is None
    mark, sign, order = (after or 0, ">", "ASC") if up else (before or LARGEST_ID, "<", "DESC")
    rows = await fetch(
        "SELECT p.id, p.entry_id, e.created_at AS at, e.kind, e.narrative, p.amount_minor, p.balance_after_minor, "
        "e.payment_id, y.order_id, o.code AS order_code FROM posting p JOIN journal_entry e ON e.id = p.entry_id "
        "LEFT JOIN payment y ON y.id = e.payment_id LEFT JOIN customer_order o ON o.id = y.order_id "
        f"WHERE p.account_id = $1 AND p.id {sign} $2 AND e.platform_id = $3 AND e.environment = $4 "
        f"ORDER BY p.id {order} LIMIT {int(take) + 1}",
        account_id,
        mark,
        desk.scope.platform_id,
        desk.scope.environment,
    )
    more, rows = len(rows) > take, rows[:take]
    found = [PostingView(**{**row, "at": as_time(row["at"])}) for row in (reversed(rows) if up else rows)]
    await _fill_others(found)
    newer, older = (more, True) if up else (before is not None, more)
    return found, newer and bool(found), older and bool(found)


async def _fill_others(found: Sequence[PostingView]) -> None:
    if not found:
        return
    entries = list({each.entry_id for each in found})
    rows = await fetch(
        "SELECT p.id, p.entry_id, a.code, p.amount_minor FROM posting p JOIN ledger_account a ON a.id = p.account_id "
        f"WHERE p.entry_id IN ({placeholders(entries)}) ORDER BY p.id",
        *entries,
    )
    sides: dict[int, list[Row]] = {}
    for row in rows:
        sides.setdefault(row["entry_id"], []).append(row)
    for each in found:
        each.others = [
            (side["code"], side["amount_minor"]) for side in sides[each.entry_id] if side["id"] != each.id
        ]
