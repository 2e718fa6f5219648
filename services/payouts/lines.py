"""The lines that a seller's money is made of: sales, and what refunds took back of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.clock import now
from core.db import Row, fetch_one
from services.tenants import Scope
from services.values import as_time

# Every line of a scope ($1, $2), whichever payout it is in; what a refund took back counts against it.
LINES = (
    "(SELECT 'Sale' AS kind, x.id, x.seller_id, x.order_id, x.code, x.payout_id, NULL AS sale_payout_id, x.created_at, "
    "x.goods_minor, x.delivery_minor, x.commission_minor, x.payable_minor FROM seller_order x "
    "WHERE x.platform_id = $1 AND x.environment = $2 UNION ALL "
    "SELECT 'Refund', r.id, x.seller_id, r.order_id, x.code, r.payout_id, x.payout_id, r.created_at, "
    "-r.goods_minor, -r.delivery_minor, -r.commission_minor, -r.payable_minor FROM seller_refund r "
    "JOIN seller_order x ON x.id = r.seller_order_id WHERE r.platform_id = $1 AND r.environment = $2)"
)
# Whether the lines of `customer_order o` are due, with the time of `held_until` as $3: its buyer has paid all that they
# will, and since then the days have passed. Of one that was called off nothing is, but what was kept of a deposit.
IS_DUE = (
    "o.state <> 'PaymentAuthorized' AND (o.state <> 'Cancelled' OR o.deferred_minor > 0) AND (SELECT MAX(p.settled_at) FROM payment p WHERE p.order_id = o.id "
    "AND p.state = 'Settled' AND p.purpose IN ('order', 'balance')) <= $3"
)


@dataclass(frozen=True, slots=True)
class PayoutLine:
    """A sale of a seller, or what a refund took back of one (below zero). Amounts in minor units, tax contained."""

    kind: str  # Sale, Refund
    order_code: str  # the seller order's
    at: datetime
    goods_minor: int
    delivery_minor: int
    commission_minor: int
    payable_minor: int


async def held_until(scope: Scope) -> datetime:
    """What was paid in full until then is due by now (UTC)."""
    row = await fetch_one("SELECT payout_hold_days FROM platform WHERE id = $1", scope.platform_id)
    assert row is not None
    return now() - timedelta(days=row["payout_hold_days"])


def line_of(row: Row) -> PayoutLine:
    """A line from a row of `LINES`."""
    return PayoutLine(
        row["kind"],
        row["code"],
        as_time(row["created_at"]),
        row["goods_minor"],
        row["delivery_minor"],
        row["commission_minor"],
        row["payable_minor"],
    )
