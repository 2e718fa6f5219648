"""Placing an order: it is paid, counted as sold, and its receipt is on the way."""

from core.clock import now
from core.db import execute, fetch_one
from core.money import format_money
from services.notifications import queue_message
from services.orders.events import record
from services.tenants import Scope


async def place_order(scope: Scope, order_id: int, payment_id: int) -> None:
    """Move a paid order on, in the caller's transaction. Its pieces must have left the shelf already."""
    await execute(
        "UPDATE customer_order SET state = 'PaymentSettled', active = $2, placed_at = $3, updated_at = $3 "
        "WHERE id = $1",
        order_id,
        False,
        now(),
    )
    await execute(
        "UPDATE product SET sold = sold + l.quantity FROM (SELECT v.product_id, SUM(l.quantity) AS quantity "
        "FROM order_line l JOIN variant v ON v.id = l.variant_id WHERE l.order_id = $1 GROUP BY v.product_id) l "
        "WHERE product.id = l.product_id",
        order_id,
    )
    await record(order_id, "state", of="ArrangingPayment", to="PaymentSettled", payment=payment_id)
    await _send_receipt(scope, order_id)


async def _send_receipt(scope: Scope, order_id: int) -> None:
    order = await fetch_one(
        "SELECT o.code, o.total_minor, o.currency, o.quantity, o.guest, c.phone FROM customer_order o "
        "LEFT JOIN customer c ON c.id = o.customer_id WHERE o.id = $1",
        order_id,
    )
    if order is None or not order["phone"]:
        return
    await queue_message(
        scope,
        channel="sms",
        to=order["phone"],
        template="receipt",
        params={
            "order": order["code"],
            "amount": format_money(order["total_minor"], order["currency"]),
            "items": f"{order['quantity']} item{'s' if order['quantity'] != 1 else ''}.",
        },
        dedupe_key=f"receipt:{order_id}",
    )
