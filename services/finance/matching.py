"""Holding a settlement's lines against our own payments and refunds, by reference."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from core.db import Row, as_given, execute, fetch, given, placeholders
from models import Reconciliation
from services.finance.uploads import Line

MOST_MISSING = 10_000
RESULTS = ("Matched", "Differs", "MissingHere", "MissingThere")


@dataclass(frozen=True, slots=True)
class Ours:
    """What we have under a reference: the amount (minor units) where its money moved, else why it didn't."""

    payment_id: int
    minor: int | None
    why: str = ""


def judge(amount_minor: int, ours: Ours | None) -> tuple[str, str]:
    """The result of a line, and why it isn't matched."""
    if ours is None:
        return "MissingHere", "Nothing here has that reference."
    if ours.minor is None:
        return "MissingHere", ours.why
    return ("Matched", "") if ours.minor == amount_minor else ("Differs", "We booked another amount.")


async def store_lines(row: Reconciliation, lines: Sequence[Line]) -> tuple[int, int]:
    """Keep those that aren't another shop's on the same account; how many were kept, and how many are elsewhere.

    In the caller's transaction; a line that is there already is not kept again.
    """
    theirs = await _elsewhere(row, [line.reference for line in lines])
    mine = [line for line in lines if line.reference not in theirs]
    kept = 0
    for start in range(0, len(mine), 1000):
        part = mine[start : start + 1000]
        columns = {
            "kind": "text",
            "reference": "text",
            "provider_id": "text",
            "amount_minor": "bigint",
            "fees_minor": "bigint",
            "paid_at": "timestamptz",
        }
        made = await fetch(
            f"INSERT INTO settlement_line (reconciliation_id, {', '.join(columns)}, result, why) "
            f"SELECT $2, {', '.join(f'given.{name}' for name in columns)}, '', '' "
            f"FROM {given('$1', **columns)} WHERE TRUE ON CONFLICT DO NOTHING RETURNING id",
            as_given([{name: getattr(line, name) for name in columns} for line in part]),
            row.id,
        )
        kept += len(made)
    return kept, len(lines) - len(mine)


async def _elsewhere(row: Reconciliation, references: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(references), 500):
        part = references[start : start + 500]
        rows = await fetch(
            "SELECT a.reference FROM payment_attempt a JOIN payment p ON p.id = a.payment_id "
            f"WHERE a.reference IN ({placeholders(part, 3)}) AND NOT (p.platform_id = $1 AND p.environment = $2)",
            row.platform_id,
            row.environment,
            *part,
        )
        found.update(each["reference"] for each in rows)
    return found


async def match_some(row: Reconciliation, most: int) -> int:
    """Look up the next lines of a reconciliation, in the caller's transaction; how many there were."""
    lines = await fetch(
        "SELECT id, kind, reference, provider_id, amount_minor FROM settlement_line "
        f"WHERE reconciliation_id = $1 AND result = '' ORDER BY id LIMIT {int(most)}",
        row.id,
    )
    if not lines:
        return 0
    ours = {
        "charge": await _charges(row, [each["reference"] for each in lines if each["kind"] == "charge"]),
        "refund": await _refunds(row, [each["reference"] for each in lines if each["kind"] == "refund"]),
    }
    judged = []
    for line in lines:
        found = ours[line["kind"]].get(line["reference"])
        result, why = judge(line["amount_minor"], found)
        judged.append(
            {
                "id": line["id"],
                "result": result,
                "why": why,
                "ours_minor": found.minor if found else None,
                "payment_id": found.payment_id if found else None,
            }
        )
    columns = {
        "id": "bigint",
        "result": "text",
        "why": "text",
        "ours_minor": "bigint",
        "payment_id": "bigint",
    }
    await execute(
        "UPDATE settlement_line SET result = given.result, why = given.why, ours_minor = given.ours_minor, "
        f"payment_id = given.payment_id FROM {given('$1', **columns)} WHERE settlement_line.id = given.id",
        as_given(judged),
    )
    return len(lines)


async def _charges(row: Reconciliation, references: Sequence[str]) -> dict[str, Ours]:
    if not references:
        return {}
    rows = await fetch(
        "SELECT a.reference, a.state, a.received_minor, p.id AS payment_id, p.amount_minor, p.state AS payment_state "
        "FROM payment_attempt a JOIN payment p ON p.id = a.payment_id WHERE p.platform_id = $1 "
        f"AND p.environment = $2 AND a.provider = $3 AND a.reference IN ({placeholders(references, 4)})",
        row.platform_id,
        row.environment,
        row.provider,
        *references,
    )
    return {each["reference"]: _charge(each) for each in rows}


def _charge(each: Row) -> Ours:
    # What was taken beyond or short of what was asked is booked, too, as it came.
    if each["received_minor"]:
        return Ours(each["payment_id"], each["received_minor"])
    if each["state"] == "Succeeded":
        return Ours(each["payment_id"], each["amount_minor"])
    return Ours(
        each["payment_id"], None, f"Our payment {each['payment_id']} is {each['payment_state'].lower()}."
    )


async def _refunds(row: Reconciliation, references: Sequence[str]) -> dict[str, Ours]:
    if not references:
        return {}
    uids = [uid for uid in map(_uid, references) if uid] or [UUID(int=0)]
    rows = await fetch(
        "SELECT r.uid, r.provider_id, r.state, r.amount_minor, r.payment_id, r.id FROM refund r "
        "JOIN payment p ON p.id = r.payment_id JOIN payment_method m ON m.id = p.method_id "
        "WHERE p.platform_id = $1 AND p.environment = $2 AND m.provider = $3 "
        f"AND (r.uid IN ({placeholders(uids, 4)}) OR r.provider_id IN ({placeholders(references, 4 + len(uids))}))",
        row.platform_id,
        row.environment,
        row.provider,
        *uids,
        *references,
    )
    found: dict[str, Ours] = {}
    for each in rows:
        done = each["state"] == "Done"
        why = "" if done else f"Our refund {each['id']} is {each['state'].lower()}."
        ours = Ours(each["payment_id"], each["amount_minor"] if done else None, why)
        found |= {str(each["uid"]): ours, each["provider_id"] or str(each["uid"]): ours}
    return found


def _uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def find_missing_there(row: Reconciliation) -> int:
    """Add what we took, between the settlement's first payment and its last, and that no settlement has; how much it is.

    In the caller's transaction. Nothing where the lines say no times.
    """
    (covers,) = await fetch(
        "SELECT MIN(paid_at) AS first, MAX(paid_at) AS last FROM settlement_line "
        "WHERE reconciliation_id = $1 AND kind = 'charge'",
        row.id,
    )
    if covers["first"] is None:
        return 0
    found = await fetch(
        "INSERT INTO settlement_line (reconciliation_id, kind, reference, provider_id, amount_minor, fees_minor, "
        "result, ours_minor, payment_id, why) SELECT $1, 'charge', a.reference, '', 0, 0, 'MissingThere', "
        "p.amount_minor, p.id, 'It is in no settlement so far.' FROM payment_attempt a "
        "JOIN payment p ON p.id = a.payment_id WHERE p.platform_id = $2 AND p.environment = $3 AND a.provider = $4 "
        "AND a.state = 'Succeeded' AND p.settled_at >= $5 AND p.settled_at <= $6 AND NOT EXISTS ("
        "SELECT 1 FROM settlement_line l JOIN reconciliation r ON r.id = l.reconciliation_id "
        "WHERE l.reference = a.reference AND l.kind = 'charge' AND l.result <> 'MissingThere' "
        "AND r.platform_id = $2 AND r.environment = $3 AND r.provider = $4) "
        f"ORDER BY p.settled_at LIMIT {MOST_MISSING} ON CONFLICT DO NOTHING RETURNING id",
        row.id,
        row.platform_id,
        row.environment,
        row.provider,
        covers["first"],
        covers["last"],
    )
    return len(found)


async def count_results(row: Reconciliation) -> dict[str, int]:
    """How many lines came to which result."""
    rows = await fetch(
        "SELECT result, COUNT(*) AS n FROM settlement_line WHERE reconciliation_id = $1 GROUP BY result",
        row.id,
    )
    counted = Counter({each["result"]: each["n"] for each in rows})
    return {
        "matched": counted["Matched"],
        "differing": counted["Differs"],
        "missing_here": counted["MissingHere"],
        "missing_there": counted["MissingThere"],
    }
