"""What carts cost now: what the shelf says, less what promotions take off. Their rows are written when payment begins."""

from collections.abc import Iterable

from services.deposits.reading import split_order
from services.orders.views import OrderView
from services.pricing import totals
from services.promotions.operations import Goods
from services.promotions.reading import Usable, usable_for
from services.promotions.reducing import reduce_order
from services.tenants import Scope


async def price_orders(scope: Scope, orders: Iterable[OrderView]) -> None:
    """Write totals into orders with lines and shipping that aren't placed yet, and what of them would fall due when.

    What comes off one that is being paid was agreed already.
    """
    orders = list(orders)
    usable = await usable_for(scope, [order for order in orders if order.state == "AddingItems"])
    for order in orders:
        if order.state == "AddingItems":
            _reduce(order, usable.get(order.id, Usable()))
        now = totals((line.charge for line in order.lines), (line.charge for line in order.shipping))
        order.quantity, order.subtotal_minor, order.shipping_minor = (
            now.quantity,
            now.subtotal_minor,
            now.shipping_minor,
        )
        order.tax_minor, order.shipping_tax_minor = now.tax_minor, now.shipping_tax_minor
        order.discount_minor, order.total_minor = now.discount_minor, now.total_minor
        split_order(order)


def _reduce(order: OrderView, usable: Usable) -> None:
    codes = {each.coupon_code for each in usable.promotions}
    order.unusable_codes = [code for code in order.coupon_codes if code not in codes]
    if not usable.promotions:
        return
    goods = [
        Goods(line.variant_id, line.quantity, line.listed_minor, line.collections) for line in order.lines
    ]
    prices = [line.price_minor for line in order.shipping]
    reduced = reduce_order(usable.promotions, goods, prices, first_order=usable.first_order)
    for line, discounts in zip(order.lines, reduced.goods, strict=True):
        line.discounts = discounts
    for shipping, discounts in zip(order.shipping, reduced.delivery, strict=True):
        shipping.discounts = discounts
