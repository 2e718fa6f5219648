"""What was written to a database between two looks, without what differs each time."""

from collections import Counter
from typing import Any

import asyncpg
import orjson

Rows = dict[str, dict[int, dict[str, Any]]]
# Of a row that is new only whether these are there is compared: chance, times, and what follows from other new rows.
VARYING = {
    "id",
    "at",
    "uid",
    "code",
    "reference",
    "key",
    "narrative",
    "dedupe_key",
    "params",
    "provider_id",
    "lease",
    "leased_until",
    "balance_after_minor",
    "order_id",
    "payment_id",
    "entry_id",
    "last_purchase_id",
}
# What is older was there before anybody came: see bench.orders.
NEWEST = 50_000
_TABLES = """
SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'id'
AND data_type = 'bigint'
"""


# By table, from which id on rows are looked at: set at the first look.
_looked_from: dict[str, int] = {}


async def _first(db: asyncpg.Connection, name: str) -> int:
    if name not in _looked_from:
        _looked_from[name] = (await db.fetchval(f'SELECT max(id) FROM "{name}"') or 0) - NEWEST
    return _looked_from[name]


async def look_at(url: str) -> Rows:
    """The newest rows of every table that has an `id`."""
    db = await asyncpg.connect(url)
    try:
        names = [row["table_name"] for row in await db.fetch(_TABLES)]
        return {
            name: {
                row["id"]: orjson.loads(row["row"])
                for row in await db.fetch(
                    f'SELECT id, to_jsonb(t)::text AS row FROM "{name}" t WHERE id > $1',
                    await _first(db, name),
                )
            }
            for name in names
        }
    finally:
        await db.close()


def changes(before: Rows, after: Rows) -> Counter[tuple[str, str]]:
    """How often each new row and each change of an old one was made, by table."""
    made: Counter[tuple[str, str]] = Counter()
    for table, rows in after.items():
        for id_, row in rows.items():
            old = before[table].get(id_)
            if old is None:
                made[table, f"new {_steady(row)}"] += 1
            elif old != row:
                made[table, f"changed {_difference(old, row)}"] += 1
        for id_ in before[table].keys() - rows.keys():
            made[table, f"gone {id_}"] += 1
    return made


def _steady(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value is not None if name in VARYING or name.endswith("_at") else value
        for name, value in sorted(row.items())
    }


def _difference(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """By column: by how much a number changed, and of anything else that it did."""
    return {
        name: new[name] - old[name] if isinstance(new[name], int) and name not in VARYING else "changed"
        for name in sorted(new)
        if new[name] != old[name]
    }
