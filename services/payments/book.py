"""What the book says of payments: every entry that was made for them, with its sides."""

from dataclasses import dataclass
from datetime import datetime

from core.db import fetch, placeholders
from services.values import as_time


@dataclass(frozen=True, slots=True)
class EntryView:
    """A journal entry; `sides` are (account, minor units), which sum to zero."""

    id: int
    payment_id: int
    kind: str
    narrative: str
    at: datetime
    sides: tuple[tuple[str, int], ...]


async def entries_of(payment_ids: list[int]) -> dict[int, list[EntryView]]:
    """The entries of these payments, the oldest first. One statement. The caller has made sure whose they are."""
    found: dict[int, list[EntryView]] = {payment_id: [] for payment_id in payment_ids}
    if not payment_ids:
        return found
    rows = await fetch(
        "SELECT e.id, e.payment_id, e.kind, e.narrative, e.created_at, a.code, x.amount_minor FROM journal_entry e "
        "JOIN posting x ON x.entry_id = e.id JOIN ledger_account a ON a.id = x.account_id "
        f"WHERE e.payment_id IN ({placeholders(payment_ids)}) ORDER BY e.id, x.id",
        *payment_ids,
    )
    sides: dict[int, list[tuple[str, int]]] = {}
    for row in rows:
        sides.setdefault(row["id"], []).append((row["code"], row["amount_minor"]))
    for row in {row["id"]: row for row in rows}.values():
        found[row["payment_id"]].append(
            EntryView(
                row["id"],
                row["payment_id"],
                row["kind"],
                row["narrative"],
                as_time(row["created_at"]),
                tuple(sides[row["id"]]),
            )
        )
    return found
