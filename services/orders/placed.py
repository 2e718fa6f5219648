"""Lists of placed orders by offset, in which a page far down costs what the first one does.

Counting to a row is what an offset costs. But a placed order stays where it is among those that were placed before it, so
that every so many of them one is marked with its number from the oldest, when the list is read; from the nearest
mark the rest is a few steps of the index. A list that is filtered, or sorted by anything else, is counted through as it is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.cache import new_cache
from core.clock import now
from core.db import Row, execute, fetch, fetch_one
from services.listing import Column, Columns, Condition, Listing, fetch_listed, order_sql, where_sql
from services.orders.reading import ORDER_COLUMNS
from services.orders.statuses import status_sql
from services.paging import page
from services.tenants import Scope
from services.values import as_time

EVERY = 500  # orders from one mark to the next
# Until then an order may still come in before another: its transaction began earlier and ends later.
SETTLES = timedelta(minutes=1)

PLACED: Columns = {
    "number": Column("o.code", "text"),
    "created_at": Column("o.placed_at", "time"),
    "updated_at": Column("o.updated_at", "time"),
    "status": Column(status_sql(), "text"),
    "state": Column("o.state", "text"),
    "currency": Column("o.currency", "text"),
    "channel": Column("o.channel", "text"),
    "total": Column("o.total_minor", "number"),
    "subtotal": Column("o.subtotal_minor", "number"),
    "shipping": Column("o.shipping_minor", "number"),
    "tax": Column("o.tax_minor", "number"),
    "discount": Column("o.discount_minor", "number"),
    "quantity": Column("o.quantity", "number"),
    "customer_name": Column(
        "(SELECT c.full_name FROM customer c WHERE c.id = o.customer_id)", "text", nullable=True
    ),
    "customer_uid": Column(
        "(SELECT CAST(c.uid AS TEXT) FROM customer c WHERE c.id = o.customer_id)", "text", nullable=True
    ),
}
# Of the whole order, of which a seller sees their part: to ask for orders by these would tell what is others'.
OF_THE_WHOLE = frozenset({"total", "subtotal", "shipping", "tax", "discount", "quantity"})
SELLERS: Columns = {name: column for name, column in PLACED.items() if name not in OF_THE_WHOLE}
NEWEST, OLDEST = (("created_at", "DESC"),), (("created_at", "ASC"),)


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose placed orders: all of a shop, or those of one customer, or bought for an organization; to a seller those that
    hold something of theirs.
    """

    scope: Scope
    customer_id: int | None = None
    seller_id: int | None = None
    organization_id: int | None = None

    @property
    def columns(self) -> Columns:
        """What these orders may be asked for by."""
        return PLACED if self.seller_id is None else SELLERS

    @property
    def name(self) -> str | None:
        """What the list's marks are kept under; None where it has none: there are few, or they come and go."""
        if self.seller_id is not None or (self.customer_id and self.organization_id):
            return None
        if self.organization_id is not None:
            return f"organization:{self.organization_id}"
        if self.customer_id is not None:
            return f"customer:{self.customer_id}"
        return f"platform:{self.scope.platform_id}:{self.scope.environment}"

    def condition(self) -> tuple[str, list[Any]]:
        """The condition on `customer_order o`, and what it compares with."""
        values: list[Any] = [self.scope.platform_id, self.scope.environment]
        sql = "o.platform_id = $1 AND o.environment = $2 AND o.placed_at IS NOT NULL"
        if self.customer_id is not None:
            values.append(self.customer_id)
            sql += f" AND o.customer_id = ${len(values)}"
        if self.organization_id is not None:
            values.append(self.organization_id)
            sql += f" AND o.organization_id = ${len(values)}"
        if self.seller_id is not None:
            values.append(self.seller_id)
            sql += f" AND EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = o.id AND l.seller_id = ${len(values)})"
        return sql, values


@dataclass(frozen=True, slots=True)
class _Mark:
    """So many (`position`) of a list are older than this order."""

    position: int
    placed_at: datetime
    order_id: int


async def list_placed(whose: Whose, listing: Listing) -> tuple[list[Row], int]:
    """A page of placed orders (rows of `ORDER_COLUMNS`), the newest first, and how many there are in all.

    `listing` names columns of `whose`. Raises `InvalidInput` as `where_sql` and `order_sql` do.
    """
    if listing.where is None and listing.sort in ((), NEWEST, OLDEST) and whose.name is not None:
        return await _by_marks(whose, whose.name, listing)
    mine, values = whose.condition()
    mine += where_sql(listing.where, whose.columns, values)
    limit, offset = page(listing.skip, listing.take)
    order = order_sql(listing.sort or NEWEST, whose.columns, "o.id DESC")
    rows = await fetch_listed(
        f"SELECT {ORDER_COLUMNS} FROM customer_order o WHERE o.id IN (SELECT o.id FROM customer_order o "
        f"WHERE {mine} ORDER BY {order} LIMIT {limit} OFFSET {offset}) ORDER BY {order}",
        *values,
    )
    count = await fetch_listed(f"SELECT COUNT(*) AS n FROM customer_order o WHERE {mine}", *values)
    return rows, int(count[0]["n"])


# What was read of marks once is true for good: each by list and position, and of each list the last that is known.
_known: dict[tuple[str, int], _Mark] = new_cache()
_last: dict[str, _Mark] = new_cache()


async def _by_marks(whose: Whose, name: str, listing: Listing) -> tuple[list[Row], int]:
    last = _last.get(name)
    total, behind = await _count(whose, last)
    if behind >= 2 * EVERY:
        # Others may have set marks meanwhile, and there may be enough orders for more.
        last = await _last_mark(name)
        total, behind = await _count(whose, last)
        if behind >= 2 * EVERY:
            await _set_marks(whose, name, last)
    limit, offset = page(listing.skip, listing.take)
    most = max(0, min(limit, total - offset))
    if listing.sort == OLDEST:
        return await _from_oldest(whose, name, offset, most), total
    if offset <= EVERY:
        return await _read(whose, None, "DESC", limit, offset), total
    rows = await _from_oldest(whose, name, total - offset - most, most)
    return rows[::-1], total


async def _from_oldest(whose: Whose, name: str, first: int, most: int) -> list[Row]:
    """So many orders, of which the first has so many older ones."""
    if not most:
        return []
    mark = await _mark_before(name, first)
    return await _read(whose, mark, "ASC", most, first - (mark.position if mark else 0))


async def _read(whose: Whose, mark: _Mark | None, direction: str, limit: int, offset: int) -> list[Row]:
    mine, values = _from_mark(whose, mark)
    order = f"o.placed_at {direction}, o.id {direction}"
    # The index alone is walked to where the page begins, and only its rows are read.
    return await fetch(
        f"SELECT {ORDER_COLUMNS} FROM customer_order o WHERE o.id IN (SELECT o.id FROM customer_order o "
        f"WHERE {mine} ORDER BY {order} LIMIT {limit} OFFSET {offset}) ORDER BY {order}",
        *values,
    )


async def _count(whose: Whose, mark: _Mark | None) -> tuple[int, int]:
    """How many orders there are, and how many of them from the mark on."""
    mine, values = _from_mark(whose, mark)
    row = await fetch_one(f"SELECT COUNT(*) AS n FROM customer_order o WHERE {mine}", *values)
    behind = int(row["n"]) if row else 0
    return (mark.position if mark else 0) + behind, behind


def _from_mark(whose: Whose, mark: _Mark | None) -> tuple[str, list[Any]]:
    mine, values = whose.condition()
    if mark is not None:
        mine += f" AND (o.placed_at, o.id) >= (${len(values) + 1}, ${len(values) + 2})"
        values += [mark.placed_at, mark.order_id]
    return mine, values


async def _mark_before(name: str, position: int) -> _Mark | None:
    """The last mark of a list that is no further than that."""
    wanted = (name, position - position % EVERY)
    if wanted[1] and wanted not in _known:
        mark = await _read_mark(name, "AND position <= $2", position)
        if mark is None or mark.position != wanted[1]:
            return mark
        _known[wanted] = mark
    return _known.get(wanted)


async def _last_mark(name: str) -> _Mark | None:
    mark = await _read_mark(name, "")
    if mark is not None:
        _last[name] = mark
    return mark


async def _read_mark(name: str, which: str, *values: int) -> _Mark | None:
    row = await fetch_one(
        f"SELECT position, placed_at, order_id FROM order_milestone WHERE list = $1 {which} ORDER BY position DESC LIMIT 1",
        name,
        *values,
    )
    return _Mark(row["position"], as_time(row["placed_at"]), row["order_id"]) if row else None


async def _set_marks(whose: Whose, name: str, last: _Mark | None) -> None:
    """Mark every so many orders after the last mark. Who does it at the same time sets the same ones."""
    mine, values = _from_mark(whose, last)
    values += [name, last.position if last else 0, now() - SETTLES]
    list_, base, until = (f"${n}" for n in range(len(values) - 2, len(values) + 1))
    await execute(
        "INSERT INTO order_milestone (list, position, placed_at, order_id) "
        f"SELECT CAST({list_} AS VARCHAR(40)), CAST({base} AS BIGINT) + x.older, x.placed_at, x.id FROM (SELECT o.placed_at, o.id, "
        f"ROW_NUMBER() OVER (ORDER BY o.placed_at, o.id) - 1 AS older FROM customer_order o WHERE {mine} "
        f"AND o.placed_at < {until}) x WHERE x.older > 0 AND x.older % {EVERY} = 0 ON CONFLICT DO NOTHING",
        *values,
    )


async def count_by(whose: Whose, where: Condition | None, column: str) -> dict[str, int]:
    """How many of these orders have which value of a column of `PLACED`, the most frequent first."""
    mine, values = whose.condition()
    mine += where_sql(where, whose.columns, values)
    rows = await fetch_listed(
        f"SELECT {PLACED[column].sql} AS value, COUNT(*) AS n FROM customer_order o WHERE {mine} GROUP BY 1 ORDER BY 2 DESC, 1",
        *values,
    )
    return {row["value"]: row["n"] for row in rows}


@dataclass(frozen=True, slots=True)
class Counted:
    """How many orders a condition leaves, and the least and the most of a column among them."""

    count: int
    least: int
    most: int


async def count_each(
    whose: Whose, where: Condition | None, column: str | None, conditions: Sequence[Condition]
) -> list[Counted]:
    """For each condition how many of these orders it leaves, and what a column has among them, where one is named. One statement.

    Raises `InvalidInput` as `where_sql` does.
    """
    mine, values = whose.condition()
    mine += where_sql(where, whose.columns, values)
    measured = "0" if column is None else PLACED[column].sql
    counted = ", ".join(
        f"COUNT(*) FILTER (WHERE TRUE{holds}) AS n{i}, MIN({measured}) FILTER (WHERE TRUE{holds}) AS least{i}, "
        f"MAX({measured}) FILTER (WHERE TRUE{holds}) AS most{i}"
        for i, condition in enumerate(conditions)
        for holds in (where_sql(condition, whose.columns, values),)
    )
    row = (await fetch_listed(f"SELECT {counted} FROM customer_order o WHERE {mine}", *values))[0]
    return [
        Counted(row[f"n{i}"], row[f"least{i}"] or 0, row[f"most{i}"] or 0) for i in range(len(conditions))
    ]
