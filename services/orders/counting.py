"""Counting what was sold: many placed orders at a time, since everybody sorts by it and nobody waits for it."""

from core.db import execute, fetch, for_update, placeholders, transaction

MOST = 500
# What is counted of a sale: with the product, and with what search sorts by.
COUNTED = (("product", "id", ("sold",)), ("search_entry", "product_id", ("sold", "recommended")))


async def count_sales() -> int:
    """Add the pieces of orders placed since the last time to what their products sold; how many orders there were.

    An order is counted once, however many count at the same time.
    """
    async with transaction():
        skip = for_update() and " FOR UPDATE SKIP LOCKED"
        rows = await fetch(
            f"UPDATE customer_order SET counted = $1 WHERE id IN (SELECT id FROM customer_order WHERE NOT counted "
            f"ORDER BY id LIMIT {MOST}{skip}) RETURNING id",
            True,
        )
        if rows:
            await _add([row["id"] for row in rows])
    return len(rows)


async def _add(order_ids: list[int]) -> None:
    sold = (
        "SELECT v.product_id, CAST(SUM(l.quantity) AS BIGINT) AS quantity FROM order_line l "
        f"JOIN variant v ON v.id = l.variant_id WHERE l.order_id IN ({placeholders(order_ids)}) GROUP BY v.product_id"
    )
    for table, product, columns in COUNTED:
        changes = ", ".join(f"{column} = {column} + s.quantity" for column in columns)
        await execute(
            f"UPDATE {table} SET {changes} FROM ({sold}) s WHERE {table}.{product} = s.product_id", *order_ids
        )
