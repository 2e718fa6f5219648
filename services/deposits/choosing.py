"""Choosing how a line of a cart is bought, and whether that still holds when it is paid."""

from core.db import execute, fetch
from core.errors import IllegalTransition
from services.orders.views import LineView, OrderView
from services.purchase_options.offers import has_required, option_for, options_by_variant
from services.tenants import Scope

# An argument that was left out, where None says that no option is wanted any more.
KEEP = -1


async def choose_option(scope: Scope, line_id: int, option_id: int | None) -> None:
    """Buy the line of a cart with that option, or with none, in the caller's transaction. The caller has locked the cart.

    Raises `NotFound` where the option isn't offered for the line's variant.
    """
    if option_id == KEEP:
        return
    if option_id is not None:
        rows = await fetch("SELECT variant_id FROM order_line WHERE id = $1", line_id)
        await option_for(scope, option_id, rows[0]["variant_id"])
    await execute("UPDATE order_line SET option_id = $2 WHERE id = $1", line_id, option_id)


async def check_options(scope: Scope, order: OrderView) -> None:
    """Raises `IllegalTransition` for a line whose option is no longer offered, or that needs one and has none."""
    chosen = [line for line in order.lines if line.option_id is not None]
    if not chosen and not await has_required(scope):
        return
    offered = await options_by_variant(scope, [line.variant_id for line in order.lines])
    for line in order.lines:
        options = offered.get(line.variant_id, [])
        if line.option_id is None and any(option.required for option in options):
            raise _refused(line, "Choose first how to pay for")
        if line.option_id is not None and line.option_id not in [option.id for option in options]:
            raise _refused(line, "Choose again how to pay for")


def _refused(line: LineView, why: str) -> IllegalTransition:
    return IllegalTransition("AddingItems", "ArrangingPayment", (), f"{why} {line.product_name}.")
