"""Lists of payments, planned and made, across the orders that somebody sees."""

from typing import Any

from services.listing import Column, Columns, Listing, list_rows
from services.orders.placed import Whose

# A plan, or a payment that was made without one.
_ALL = (
    "(SELECT p.id AS plan_id, NULL AS payment_id, p.number, p.order_id, p.method_id, p.amount_minor, p.created_at, p.updated_at "
    "FROM planned_payment p UNION ALL SELECT NULL, m.id, 'PA-' || m.id, m.order_id, m.method_id, m.amount_minor, m.created_at, "
    "m.updated_at FROM payment m WHERE m.plan_id IS NULL AND m.order_id IS NOT NULL) x "
    "JOIN customer_order o ON o.id = x.order_id JOIN payment_method w ON w.id = x.method_id"
)
LISTED: Columns = {
    "number": Column("x.number", "text"),
    "order_number": Column("o.code", "text"),
    "gateway": Column("w.code", "text"),
    "amount": Column("x.amount_minor", "number"),
    "created_at": Column("x.created_at", "time"),
    "updated_at": Column("x.updated_at", "time"),
}


async def list_payments(whose: Whose, listing: Listing) -> tuple[list[tuple[int, str]], int]:
    """A page of payments as (order's id, payment's number), the newest first, and how many there are.

    Raises `InvalidInput` as `where_sql` and `order_sql` do.
    """
    mine, values = whose.condition()
    rows, total = await list_rows(
        "x.order_id, x.number", _ALL, mine, values, listing, LISTED, usual="x.created_at DESC, x.number DESC"
    )
    found: list[tuple[Any, Any]] = [(row["order_id"], row["number"]) for row in rows]
    return found, total
