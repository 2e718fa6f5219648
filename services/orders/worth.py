"""What pieces of an order came to, to the last minor unit, reductions taken off."""

from collections.abc import Mapping

from core.db import fetch_one
from core.errors import NotFound, OrderRefusal
from services.orders.desk import show_order
from services.orders.views import LineView, OrderView
from services.seller_orders.dividing import Refunded
from services.staff import Desk


def pieces_worth(line: LineView, pieces: int) -> int:
    """What so many pieces of a line came to (minor units): all of them come to what the line does."""
    return line.total_minor * pieces // line.quantity


async def worth(
    desk: Desk, payment_id: int, pieces: Mapping[int, int], *, delivery_minor: int, beside_minor: int
) -> Refunded:
    """What goes back of the order that a payment paid for: pieces (by line id), of the delivery, and `beside_minor` of all
    alike; where that is below zero all of it is shared so.

    Raises `NotFound`, `OrderRefusal`: QuantityTooGreat, MultipleOrders, PaymentOrderMismatch for lines of another order.
    """
    row = await fetch_one(
        "SELECT order_id FROM payment WHERE id = $1 AND platform_id = $2 AND environment = $3",
        payment_id,
        desk.scope.platform_id,
        desk.scope.environment,
    )
    order = await show_order(desk, row["order_id"]) if row and row["order_id"] is not None else None
    if order is None:
        raise NotFound("There is no such payment.", field="paymentId")
    lines = {line.id: line for line in order.lines}
    if not set(pieces) <= set(lines):
        if set(pieces) & set(lines):
            raise OrderRefusal("MultipleOrders", "Some of these lines are another order's.")
        raise OrderRefusal("PaymentOrderMismatch", "The payment is another order's than these lines.")
    _check_quantities(order, pieces)
    goods: dict[int, int] = {}
    for line_id, quantity in pieces.items():
        line = lines[line_id]
        goods[line.seller_id] = goods.get(line.seller_id, 0) + pieces_worth(line, quantity)
    if beside_minor < 0:
        return Refunded({}, alike_minor=sum(goods.values()) + delivery_minor + beside_minor)
    return Refunded(goods, delivery_minor, beside_minor)


async def check_whole(desk: Desk, order_id: int, pieces: Mapping[int, int]) -> None:
    """That these pieces are all of an order.

    Raises `NotFound`, `OrderRefusal`: EmptySelection (also for a part: that is refunded and not cancelled),
    MultipleOrders, QuantityTooGreat.
    """
    order = await show_order(desk, order_id)
    if order is None:
        raise NotFound("There is no such order.", field="orderId")
    if set(pieces) - {line.id for line in order.lines}:
        raise OrderRefusal("MultipleOrders", "Some of these lines are another order's.")
    _check_quantities(order, pieces)
    if any(pieces.get(line.id) != line.quantity for line in order.lines):
        raise OrderRefusal(
            "EmptySelection", "An order is called off whole; for a part of it, refund what the part came to."
        )


def _check_quantities(order: OrderView, pieces: Mapping[int, int]) -> None:
    lines = {line.id: line for line in order.lines}
    if any(not 0 <= quantity <= lines[line_id].quantity for line_id, quantity in pieces.items()):
        raise OrderRefusal("QuantityTooGreat", "A line has fewer pieces than that.")
