"""Orders and takings by day, as the shop's clock counts days."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from core.clock import now
from core.db import dialect, fetch
from services.countries import zone_of
from services.staff import Desk, check_may
from services.tenants import Scope

DAYS = 14


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Of one day: orders placed and what they come to, and what was paid (minor units). To a seller, of their part alone."""

    day: date
    orders: int
    ordered_minor: int
    taken_minor: int


async def trading(desk: Desk) -> list[DayFigures]:
    """The last `DAYS` days, today last. To a seller what was taken is what they earned of it. Two statements. Raises `Forbidden`."""
    check_may(desk, "ReadOrder")
    zone = zone_of(desk.scope)
    today = now().astimezone(zone).date()
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    since = now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(
        days=DAYS - 1
    )
    values: list[Any] = [desk.scope.platform_id, desk.scope.environment, since.astimezone(now().tzinfo)]
    ordered, taken = await (
        _of_shop(desk.scope, values) if desk.seller_id is None else _of_seller(desk, values)
    )
    return [
        DayFigures(day, *ordered.get(day.isoformat(), (0, 0)), taken.get(day.isoformat(), (0, 0))[1])
        for day in days
    ]


Sums = dict[str, tuple[int, int]]


async def _of_shop(scope: Scope, values: list[Any]) -> tuple[Sums, Sums]:
    ordered = await _sums(
        scope,
        "placed_at",
        "total_minor",
        "customer_order WHERE platform_id = $1 AND environment = $2 AND placed_at >= $3 AND state <> 'Cancelled'",
        values,
    )
    taken = await _sums(
        scope,
        "settled_at",
        "amount_minor",
        "payment WHERE platform_id = $1 AND environment = $2 AND settled_at >= $3 AND state = 'Settled' "
        "AND purpose <> 'card'",
        values,
    )
    return ordered, taken


async def _of_seller(desk: Desk, values: list[Any]) -> tuple[Sums, Sums]:
    mine = "seller_order WHERE platform_id = $1 AND environment = $2 AND seller_id = $4 AND created_at >= $3"
    values = [*values, desk.seller_id]
    ordered = await _sums(desk.scope, "created_at", "goods_minor + delivery_minor", mine, values)
    earned = "payable_minor - goods_returned_minor - delivery_returned_minor + commission_returned_minor"
    return ordered, await _sums(desk.scope, "created_at", earned, mine, values)


async def _sums(scope: Scope, at: str, amount: str, of: str, values: list[Any]) -> Sums:
    day = _day_sql(scope, at)
    rows = await fetch(
        f"SELECT {day} AS day, COUNT(*) AS n, SUM({amount}) AS total FROM {of} GROUP BY 1", *values
    )
    return {str(row["day"]): (row["n"], int(row["total"])) for row in rows}


def _day_sql(scope: Scope, column: str) -> str:
    """The day that the shop's clock shows at a time."""
    seconds = int(zone_of(scope).utcoffset(None).total_seconds())
    if dialect() == "postgres":
        return f"(({column} AT TIME ZONE 'UTC') + interval '{seconds} seconds')::date::text"
    return f"date({column}, '{seconds:+d} seconds')"
