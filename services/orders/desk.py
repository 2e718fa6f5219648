"""Orders as staff and sellers see them: a seller sees those that hold something of theirs, and of these their part."""

from typing import Any

from services.listing import Column, Columns, Listing, list_rows
from services.orders.reading import LISTED, ORDER_COLUMNS, fill_orders
from services.orders.views import EVERYTHING, OrderPart, OrderView
from services.paging import possible_ids
from services.staff import Desk, check_may

# Also whose part is what.
SEEN: frozenset[OrderPart] = EVERYTHING | {"sellers"}
LISTED_AT_DESK: Columns = {
    **LISTED,
    "customer_name": Column(
        "(SELECT c.full_name FROM customer c WHERE c.id = o.customer_id)", "text", nullable=True
    ),
    "transaction_id": Column(
        "(SELECT MAX(a.reference) FROM payment p JOIN payment_attempt a ON a.payment_id = p.id "
        "WHERE p.order_id = o.id)",
        "text",
        nullable=True,
    ),
}
# What is said of the whole order, and of how it was paid, would tell a seller what is others'.
_HIDDEN = (
    "quantity",
    "subtotal",
    "shipping",
    "total",
    "net_subtotal",
    "net_shipping",
    "net_total",
    "transaction_id",
)
LISTED_TO_SELLERS: Columns = {name: column for name, column in LISTED_AT_DESK.items() if name not in _HIDDEN}


async def list_orders_at_desk(
    desk: Desk,
    listing: Listing,
    *,
    customer_id: int | None = None,
    wants: frozenset[OrderPart] = SEEN,
) -> tuple[list[OrderView], int]:
    """A page of orders, newest first, and how many there are: also carts, but to a seller only what was placed.

    Raises `Forbidden`, and `InvalidInput` as `where_sql` does.
    """
    check_may(desk, "ReadOrder")
    mine, values = _visible(desk)
    if customer_id is not None:
        values.append(customer_id)
        mine += f" AND o.customer_id = ${len(values)}"
    columns = LISTED_AT_DESK if desk.seller_id is None else LISTED_TO_SELLERS
    rows, total = await list_rows(
        ORDER_COLUMNS, "customer_order o", mine, values, listing, columns, usual="o.id DESC"
    )
    return [shown_to(desk, order) for order in await fill_orders(desk.scope, rows, wants)], total


async def show_order(desk: Desk, order_id: int, wants: frozenset[OrderPart] = SEEN) -> OrderView | None:
    """One of these orders; None where it isn't among them. Raises `Forbidden`."""
    check_may(desk, "ReadOrder")
    if not possible_ids([order_id]):
        return None
    mine, values = _visible(desk)
    rows, _ = await list_rows(
        ORDER_COLUMNS,
        "customer_order o",
        f"{mine} AND o.id = ${len(values) + 1}",
        [*values, order_id],
        Listing(take=1),
        LISTED_AT_DESK,
        usual="o.id",
    )
    return shown_to(desk, (await fill_orders(desk.scope, rows, wants))[0]) if rows else None


def _visible(desk: Desk) -> tuple[str, list[Any]]:
    values: list[Any] = [desk.scope.platform_id, desk.scope.environment]
    mine = "o.platform_id = $1 AND o.environment = $2"
    if desk.seller_id is not None:
        values.append(desk.seller_id)
        mine += (
            " AND o.placed_at IS NOT NULL AND EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = o.id "
            "AND l.seller_id = $3)"
        )
    return mine, values


def shown_to(desk: Desk, order: OrderView) -> OrderView:
    """Of what others sell, and of how it was paid, a seller sees nothing."""
    if desk.seller_id is None:
        return order
    order.lines = [line for line in order.lines if line.seller_id == desk.seller_id]
    order.quantity, order.subtotal_minor = order.pieces, order.goods_minor
    order.tax_minor = sum(line.charge.tax_minor for line in order.lines)
    order.discount_minor = sum(line.discount_minor for line in order.lines)
    order.sellers = [part for part in order.sellers if part.seller_id == desk.seller_id]
    order.shipping = [way for way in order.shipping if way.seller_id == desk.seller_id]
    order.shipping_minor = sum(way.charge.charged_minor for way in order.shipping)
    order.shipping_tax_minor = sum(way.charge.tax_minor for way in order.shipping)
    order.tax_minor += order.shipping_tax_minor
    order.discount_minor += sum(way.discount_minor for way in order.shipping)
    order.total_minor = order.goods_minor + order.shipping_minor
    order.payments, order.due, order.deferred_minor = [], [], 0
    order.coupon_codes = []
    return order
