"""Parked carts: what was left out of an order that was checked out in part comes back."""

from core.clock import now
from core.db import execute, fetch


async def bring_back(parked_id: int) -> None:
    """Make what was parked the customer's cart, once the order in whose favour it was parked is placed or given up.

    Where another cart was begun meanwhile it joins that one.
    """
    mine = await fetch(
        "SELECT o.id FROM customer_order o JOIN customer_order p ON p.customer_id = o.customer_id "
        "WHERE p.id = $1 AND o.active AND o.id <> p.id",
        parked_id,
    )
    if mine:
        await put_back(parked_id, mine[0]["id"])
        return
    await execute(
        "UPDATE customer_order SET active = $2, updated_at = $3 WHERE id = $1 AND state = 'AddingItems'",
        parked_id,
        True,
        now(),
    )


async def put_back(parked_id: int, order_id: int) -> None:
    """Put what was parked back into the order it was taken out of: that one is a cart again."""
    await fetch(
        "INSERT INTO order_line (order_id, variant_id, seller_id, quantity, unit_price_minor, added_at, option_id) "
        "SELECT $2, l.variant_id, l.seller_id, l.quantity, l.unit_price_minor, l.added_at, l.option_id FROM order_line l "
        "WHERE l.order_id = $1 ON CONFLICT (order_id, variant_id) "
        "DO UPDATE SET quantity = order_line.quantity + excluded.quantity RETURNING id",
        parked_id,
        order_id,
    )
    await execute("UPDATE customer_order SET parked_id = NULL WHERE parked_id = $1", parked_id)
    await execute("DELETE FROM customer_order WHERE id = $1 AND state = 'AddingItems'", parked_id)
