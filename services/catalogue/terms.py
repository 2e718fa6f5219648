"""The terms on which a platform's products are had: brought or fetched, and within how many days."""

from dataclasses import dataclass

from core.cache import Remembered
from core.db import fetch_one
from services.tenants import Scope

# What a market promises of its delivery: express on the next day, standard within five.
SOONEST_DAYS = 1
LATEST_DAYS = 5


@dataclass(frozen=True, slots=True)
class Terms:
    """Whether there is a way of delivery and a place to fetch from, and the days that delivery takes."""

    delivered: bool
    fetched: bool
    soonest_days: int
    latest_days: int


_known: Remembered[Terms] = Remembered(seconds=10)


async def terms_of(scope: Scope) -> Terms:
    """The platform's terms."""

    async def load() -> Terms:
        row = await fetch_one(
            "SELECT EXISTS (SELECT 1 FROM shipping_method m WHERE m.platform_id = $1 AND m.environment = $2 "
            "AND m.kind <> 'pickup' AND m.deleted_at IS NULL) AS delivered, EXISTS (SELECT 1 FROM pickup_location l "
            "WHERE l.platform_id = $1 AND l.environment = $2 AND l.active) AS fetched",
            scope.platform_id,
            scope.environment,
        )
        assert row is not None
        return Terms(bool(row["delivered"]), bool(row["fetched"]), SOONEST_DAYS, LATEST_DAYS)

    return await _known.get((scope.platform_id, scope.environment), load)
