"""Freezing a cart for payment, and thawing it again."""

from core.clock import now
from core.db import Row, execute
from core.errors import IllegalTransition
from services.orders.events import record
from services.orders.reading import fill_orders
from services.orders.states import ORDER_STATES
from services.tenants import Scope


async def freeze(scope: Scope, row: Row) -> Row:
    """Agree on the prices of a locked cart and move it to `ArrangingPayment`; its row, with totals.

    Raises `IllegalTransition` for an empty cart.
    """
    if row["state"] == "ArrangingPayment":
        return row
    ORDER_STATES.check(row["state"], "ArrangingPayment")
    order = (await fill_orders(scope, [row]))[0]
    if not order.lines:
        raise IllegalTransition("AddingItems", "ArrangingPayment", (), "The order is empty.")
    await execute(
        "UPDATE order_line SET unit_price_minor = v.price_minor FROM variant v "
        "WHERE order_line.order_id = $1 AND v.id = order_line.variant_id "
        "AND order_line.unit_price_minor <> v.price_minor",
        order.id,
    )
    frozen = {
        "quantity": order.quantity,
        "subtotal_minor": order.subtotal_minor,
        "shipping_minor": order.shipping_minor,
        "tax_minor": order.tax_minor,
        "total_minor": order.total_minor,
    }
    await execute(
        "UPDATE customer_order SET state = 'ArrangingPayment', quantity = $2, subtotal_minor = $3, "
        "shipping_minor = $4, tax_minor = $5, total_minor = $6, updated_at = $7 WHERE id = $1",
        order.id,
        *frozen.values(),
        now(),
    )
    await record(order.id, "state", of="AddingItems", to="ArrangingPayment")
    return {**row, **frozen, "state": "ArrangingPayment"}


async def thaw(order_id: int) -> None:
    """Put an order that isn't being paid any more back to `AddingItems`."""
    thawed = await execute(
        "UPDATE customer_order SET state = 'AddingItems', updated_at = $2 "
        "WHERE id = $1 AND state = 'ArrangingPayment'",
        order_id,
        now(),
    )
    if thawed:
        await record(order_id, "state", of="ArrangingPayment", to="AddingItems")
