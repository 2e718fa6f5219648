"""Stock: pieces are promised while a payment is under way, and taken once it is made.

For any variant, `allocated` is the sum of the lines of the orders that are being paid for.
"""

from core.db import Row, execute, fetch, for_update
from core.errors import InsufficientStock


async def promise(order_id: int, *, lines: int | None = None) -> None:
    """Set the order's pieces aside. Raises `InsufficientStock`; call it in the transaction that needs them.

    `lines` says how many the order has, where that is known: one alone can't wait for another in a circle.
    """
    await _change(order_id, "allocated = allocated + l.quantity", "on_hand - allocated >= l.quantity", lines)


async def release(order_id: int) -> None:
    """Put promised pieces back on the shelf."""
    await _change(order_id, "allocated = allocated - l.quantity", "allocated >= l.quantity")


async def take_promised(order_id: int) -> None:
    """Promised pieces leave the shelf."""
    await _change(
        order_id,
        "allocated = allocated - l.quantity, on_hand = on_hand - l.quantity",
        "allocated >= l.quantity",
    )


async def take(order_id: int, *, lines: int | None = None) -> None:
    """Pieces leave the shelf that were not promised before. Raises `InsufficientStock`; `lines` as in `promise`."""
    await _change(order_id, "on_hand = on_hand - l.quantity", "on_hand - allocated >= l.quantity", lines)


async def put_back(order_id: int) -> None:
    """Pieces that were taken come back to the shelf: their order was called off."""
    await _change(order_id, "on_hand = on_hand + l.quantity", "1 = 1")


async def _change(order_id: int, change: str, condition: str, lines: int | None = None) -> None:
    locked = None if lines == 1 else await _lock(order_id)
    touched = await execute(
        f"UPDATE stock_level SET {change} FROM order_line l "
        f"WHERE l.order_id = $1 AND l.variant_id = stock_level.variant_id AND {condition}",
        order_id,
    )
    if touched == (1 if locked is None else len(locked)):
        return
    shelf = locked or await _lock(order_id)
    short = next((line for line in shelf if line["quantity"] > line["available"]), None)
    raise InsufficientStock(short["available"] if short else 0, short["name"] if short else "")


async def _lock(order_id: int) -> list[Row]:
    """The order's pieces on the shelf, locked in the order of their ids: two orders with the same parts never wait
    for each other.
    """
    return await fetch(
        "SELECT l.variant_id, l.quantity, v.name, s.on_hand - s.allocated AS available FROM order_line l "
        "JOIN stock_level s ON s.variant_id = l.variant_id JOIN variant v ON v.id = l.variant_id "
        f"WHERE l.order_id = $1 ORDER BY l.variant_id{for_update() and ' FOR UPDATE OF s'}",
        order_id,
    )
