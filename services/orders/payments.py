"""Reading payments, one or those of orders."""

from core.db import Row, fetch, fetch_one, placeholders
from services.orders.views import OrderView, PaymentView
from services.values import as_time, as_uid

PAYMENT_COLUMNS = (
    "p.id, p.uid, p.purpose, m.code AS method, m.kind, m.provider, p.state, p.amount_minor, a.reference, a.payment_url, "
    "p.reason, p.created_at, p.settled_at"
)
PAYMENT_TABLES = (
    "payment p JOIN payment_method m ON m.id = p.method_id LEFT JOIN payment_attempt a ON a.payment_id = p.id"
)


async def fill_payments(orders: dict[int, OrderView]) -> None:
    """Give orders their payments, the oldest first. One statement."""
    ids = list(orders)
    rows = await fetch(
        f"SELECT p.order_id, {PAYMENT_COLUMNS} FROM {PAYMENT_TABLES} "
        f"WHERE p.order_id IN ({placeholders(ids)}) ORDER BY p.id",
        *ids,
    )
    for row in rows:
        orders[row.pop("order_id")].payments.append(payment_view(row))


async def get_payment(payment_id: int) -> PaymentView:
    """A payment by its id; the caller knows that it is there."""
    row = await fetch_one(f"SELECT {PAYMENT_COLUMNS} FROM {PAYMENT_TABLES} WHERE p.id = $1", payment_id)
    assert row is not None
    return payment_view(row)


def payment_view(row: Row) -> PaymentView:
    """A payment from a row of `PAYMENT_COLUMNS`."""
    settled = row["settled_at"]
    return PaymentView(
        **{
            **row,
            "uid": as_uid(row["uid"]),
            "created_at": as_time(row["created_at"]),
            "settled_at": as_time(settled) if settled else None,
        }
    )
