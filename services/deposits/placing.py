"""What is owed of an order once it is placed: its charges, and the method that they are collected with."""

from collections.abc import Sequence

from core.db import Row, execute
from services.deposits.charges import add_charges
from services.deposits.reading import split_of
from services.deposits.splitting import Due
from services.orders.reading import fill_orders
from services.tenants import Scope


async def defer_rest(scope: Scope, row: Row) -> None:
    """Store what falls due later of an order that is just being placed (a row of `ORDER_COLUMNS` with its totals), in
    the caller's transaction.
    """
    # At the prices that were agreed, whatever the shelf says by now.
    agreed = {**row, "state": "ArrangingPayment"}
    order = (await fill_orders(scope, [agreed], frozenset({"lines"})))[0]
    shares = split_of(order)
    # Agreed before, from the same lines, options and prices.
    assert shares.later_minor == row["deferred_minor"]
    charge_of = await add_charges(scope, row, shares.later)
    for line_id, charge_id in charge_of.items():
        await execute(
            "UPDATE order_line SET charge_id = $2, deferred_minor = $3 WHERE id = $1",
            line_id,
            charge_id,
            shares.deferred[line_id],
        )


async def defer_all(scope: Scope, row: Row, dues: Sequence[Due]) -> None:
    """Store what falls due of an order that is being placed on account, in the caller's transaction. Of its lines none is
    bought with an option of its own then: what was agreed for the whole holds.
    """
    await add_charges(scope, row, dues)
    await execute(
        "UPDATE order_line SET option_id = NULL WHERE order_id = $1 AND option_id IS NOT NULL", row["id"]
    )
