"""Closing days: what every account moved by is added up once a shop's day is over, so that a balance reads few rows."""

from datetime import UTC, datetime, timedelta

from core.clock import now
from core.db import fetch, transaction
from services.countries import zone_of
from services.tenants import Environment, Scope, scope_by_id
from services.values import as_time

# Longer than any transaction that books something may take: after it nothing of that day can turn up any more.
SETTLING = timedelta(minutes=10)
MOST_AT_ONCE = 31
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
# Postings of a time, by account; the cards together.
MOVEMENTS = (
    "SELECT CASE WHEN a.kind = 'card' THEN 'card' ELSE a.code END AS code, a.kind, p.currency, "
    "CAST(SUM(CASE WHEN p.amount_minor > 0 THEN p.amount_minor ELSE 0 END) AS BIGINT) AS in_minor, "
    "CAST(SUM(CASE WHEN p.amount_minor < 0 THEN -p.amount_minor ELSE 0 END) AS BIGINT) AS out_minor, "
    "COUNT(*) AS postings FROM journal_entry e JOIN posting p ON p.entry_id = e.id "
    "JOIN ledger_account a ON a.id = p.account_id WHERE e.platform_id = $1 AND e.environment = $2 "
    "AND e.created_at >= $3 AND e.created_at < $4 GROUP BY 1, 2, 3"
)


async def close_days() -> int:
    """Close the days that are over, of every shop, the oldest first; how many. A day without entries needs none."""
    closed = 0
    while closed < MOST_AT_ONCE:
        over = [each for each in await _open_days() if now() >= each[2] + SETTLING]
        if not over:
            break
        for scope, since, until in over:
            closed += await _close(scope, since, until)
    return closed


async def closed_until(scope: Scope, until: datetime) -> datetime:
    """When the last day ended that is closed and was over at `until` (UTC)."""
    rows = await fetch(
        "SELECT MAX(until) AS until FROM closed_day WHERE platform_id = $1 AND environment = $2 AND until <= $3",
        scope.platform_id,
        scope.environment,
        until,
    )
    return as_time(rows[0]["until"]) if rows[0]["until"] else _BEGINNING


async def _open_days() -> list[tuple[Scope, datetime, datetime]]:
    """Of each shop the first day with entries that isn't closed: since when nothing is, and when that day ends."""
    last = "SELECT MAX(d.until) FROM closed_day d WHERE d.platform_id = s.platform_id AND d.environment = s.environment"
    rows = await fetch(
        f"SELECT s.platform_id, s.environment, ({last}) AS last, (SELECT MIN(e.created_at) FROM journal_entry e "
        "WHERE e.platform_id = s.platform_id AND e.environment = s.environment "
        f"AND e.created_at >= COALESCE(({last}), $1)) AS first "
        "FROM (SELECT p.id AS platform_id, x.environment FROM platform p "
        "CROSS JOIN (SELECT 'test' AS environment UNION ALL SELECT 'live') x) s",
        _BEGINNING,
    )
    found = []
    for row in rows:
        if row["first"] is None:
            continue
        environment: Environment = row["environment"]
        scope = await scope_by_id(row["platform_id"], environment)
        since = as_time(row["last"]) if row["last"] else _BEGINNING
        found.append((scope, since, end_of_day(scope, as_time(row["first"]))))
    return found


def end_of_day(scope: Scope, at: datetime) -> datetime:
    """When the shop's day ends (UTC) that a time is in."""
    local = at.astimezone(zone_of(scope))
    return (local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)).astimezone(UTC)


async def _close(scope: Scope, since: datetime, until: datetime) -> int:
    """One of several workers that come at once closes it: 1, or 0 for the others."""
    async with transaction():
        mine = await fetch(
            "INSERT INTO closed_day (platform_id, environment, until) VALUES ($1, $2, $3) "
            "ON CONFLICT DO NOTHING RETURNING id",
            scope.platform_id,
            scope.environment,
            until,
        )
        if not mine:
            return 0
        await fetch(
            "INSERT INTO ledger_movement (platform_id, environment, until, code, kind, currency, in_minor, out_minor, "
            f"postings) SELECT $1, $2, $4, m.code, m.kind, m.currency, m.in_minor, m.out_minor, m.postings "
            f"FROM ({MOVEMENTS}) m RETURNING id",
            scope.platform_id,
            scope.environment,
            since,
            until,
        )
    return 1
