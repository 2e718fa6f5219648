"""Freezing a cart for payment, and thawing it again."""

from dataclasses import dataclass, field, replace

from core.db import Row, execute, fetch_one, placeholders
from core.errors import IllegalTransition
from services.delivery.offers import why_rate_is_over
from services.deposits.choosing import check_options
from services.orders.parking import put_back
from services.orders.reading import fill_orders
from services.orders.states import ORDER_STATES, move_order
from services.orders.views import OrderView
from services.promotions.reading import look_again
from services.promotions.using import keep_reductions
from services.shipping import methods_of, served, without_way
from services.tenants import Scope


@dataclass(frozen=True, slots=True)
class Frozen:
    """An order whose prices are agreed: its row of `ORDER_COLUMNS`, with totals.

    Of one that was a cart until now it is known without asking that nobody pays for it yet (`fresh`), how many
    `lines` it has, whether a carrier brings it, what it is (`view`), and which of its coupon codes are of no use. `totals`
    are the columns of them.
    """

    row: Row
    fresh: bool = False
    lines: int | None = None
    by_carrier: bool | None = None
    view: OrderView | None = None
    totals: Row = field(default_factory=dict)
    unusable_codes: tuple[str, ...] = ()


async def freeze(scope: Scope, row: Row) -> Frozen:
    """Agree on the prices of a locked cart and move it to `ArrangingPayment`. Raises as `agree`."""
    agreed = await agree(scope, row)
    if not agreed.fresh:
        return agreed
    await move_order(row["id"], row["state"], "ArrangingPayment", **agreed.totals)
    return replace(agreed, row={**agreed.row, "state": "ArrangingPayment"})


async def agree(scope: Scope, row: Row) -> Frozen:
    """The prices of a locked cart as they are taken from now on; its order is not written yet.

    Raises `IllegalTransition` for a cart that is empty or has no delivery method yet, where there are any, and for
    a line that is not for sale any more, or whose purchase option is missing or no longer offered, or where somebody else has just had the last use of
    a promotion.
    """
    if row["state"] == "ArrangingPayment":
        return Frozen(row)
    ORDER_STATES.check(row["state"], "ArrangingPayment")
    await look_again(scope)
    order = await _agreed(scope, row)
    if not order.lines:
        raise IllegalTransition("AddingItems", "ArrangingPayment", (), "The order is empty.")
    if gone := next((line for line in order.lines if not line.sold), None):
        why = f"{gone.name} is not for sale any more. Take it out to go on."
        raise IllegalTransition("AddingItems", "ArrangingPayment", (), why)
    if why := await _why_undelivered(scope, order):
        raise IllegalTransition("AddingItems", "ArrangingPayment", (), why)
    by_carrier = any(line.rate_id is not None for line in order.shipping)
    if by_carrier and (over := await why_rate_is_over(order.id)):
        # Chosen at another door, some time ago or for less.
        raise IllegalTransition("AddingItems", "ArrangingPayment", (), over)
    await check_options(scope, order)
    if order.dropped:
        unfit = placeholders(order.dropped, 2)
        await execute(
            f"DELETE FROM shipping_line WHERE order_id = $1 AND method_id IN ({unfit})",
            order.id,
            *order.dropped,
        )
    await keep_reductions(scope, order)
    totals = {
        "quantity": order.quantity,
        "subtotal_minor": order.subtotal_minor,
        "shipping_minor": order.shipping_minor,
        "tax_minor": order.tax_minor,
        "shipping_tax_minor": order.shipping_tax_minor,
        "discount_minor": order.discount_minor,
        "total_minor": order.total_minor,
        "deferred_minor": order.deferred_minor,
    }
    return Frozen(
        {**row, **totals},
        fresh=True,
        lines=len(order.lines),
        by_carrier=by_carrier,
        view=order,
        totals=totals,
        unusable_codes=tuple(order.unusable_codes),
    )


async def _why_undelivered(scope: Scope, order: OrderView) -> str:
    """Why the cart's ways of delivery don't bring all of it, where there are any to choose; empty where they do."""
    sellers = [line.seller_id for line in order.lines]
    missing = without_way(order.shipping, served(await methods_of(scope), sellers))
    if not missing:
        return ""
    if not order.shipping:
        return "Choose a delivery method first."
    seller = await fetch_one("SELECT name FROM seller WHERE id = $1", missing[0])
    return f"Choose a delivery method for {seller['name'] if seller else 'each seller'}, too."


async def _agreed(scope: Scope, row: Row) -> OrderView:
    """The cart with each line at the price it says, however often the shelf's price changes meanwhile."""
    while True:
        order = (await fill_orders(scope, [row], frozenset({"lines", "shipping", "totals"})))[0]
        if not any(line.price_changed for line in order.lines):
            return order
        await execute(
            "UPDATE order_line SET unit_price_minor = v.price_minor FROM variant v "
            "WHERE order_line.order_id = $1 AND v.id = order_line.variant_id",
            order.id,
        )


async def thaw(order_id: int) -> None:
    """Put an order that isn't being paid any more back to `AddingItems`, with what was parked in its favour."""
    await move_order(order_id, "ArrangingPayment", "AddingItems")
    order = await fetch_one("SELECT parked_id FROM customer_order WHERE id = $1", order_id)
    if order and order["parked_id"] is not None:
        await put_back(order["parked_id"], order_id)
