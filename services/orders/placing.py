"""Placing an order: it is paid, counted as sold, and its receipt is on the way."""

from core.clock import now
from core.db import execute, fetch_one
from core.errors import InvalidInput
from core.money import format_money
from core.phones import parse_phone
from services.notifications import queue_message
from services.orders.events import record
from services.orders.reading import ORDER_COLUMNS, order_of
from services.orders.views import OrderView
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
    await _count_sold(order_id)
    await record(order_id, "state", of="ArrangingPayment", to="PaymentSettled", payment=payment_id)
    await _send_receipt(scope, order_id)


async def _count_sold(order_id: int) -> None:
    await execute(
        "UPDATE product SET sold = sold + l.quantity FROM (SELECT v.product_id, SUM(l.quantity) AS quantity "
        "FROM order_line l JOIN variant v ON v.id = l.variant_id WHERE l.order_id = $1 GROUP BY v.product_id) l "
        "WHERE product.id = l.product_id",
        order_id,
    )


async def _send_receipt(scope: Scope, order_id: int) -> None:
    row = await fetch_one(
        f"SELECT {ORDER_COLUMNS}, c.phone FROM customer_order o "
        "LEFT JOIN customer c ON c.id = o.customer_id WHERE o.id = $1",
        order_id,
    )
    assert row is not None
    phone = row.pop("phone")
    order = order_of(row)
    phone = phone or _guest_phone(scope, order)
    if phone is None:
        return
    await queue_message(
        scope,
        channel="sms",
        to=phone,
        template="receipt",
        params={
            "order": order.code,
            "amount": format_money(order.total_minor, order.currency),
            "items": f"{order.quantity} item{'s' if order.quantity != 1 else ''}.",
        },
        dedupe_key=f"receipt:{order_id}",
    )


def _guest_phone(scope: Scope, order: OrderView) -> str | None:
    """The number a guest left, with their name or with an address, where it is one."""
    for place in (order.guest, order.shipping_address, order.billing_address):
        if place and place.get("phone"):
            try:
                return parse_phone(str(place["phone"]), scope.country)
            except InvalidInput:
                continue
    return None
