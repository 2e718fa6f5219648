"""What orders, lines and shipments come to, without and with the tax that prices contain, before and after reductions."""

from collections.abc import Callable

from services.orders.views import LineView, OrderView, ShippingLineView
from services.pricing import net

Charged = LineView | ShippingLineView


def listed(line: Charged, *, taxed: bool) -> int:
    """Before reductions."""
    amount = line.charge.listed_minor
    return amount if taxed else net(amount, line.tax_basis_points)


def charged(line: Charged, *, taxed: bool) -> int:
    """After reductions."""
    amount = line.charge.charged_minor
    return amount if taxed else amount - line.charge.tax_minor


def off(line: Charged, *, taxed: bool) -> int:
    """What is taken off: before it and after it differ by that, with tax and without."""
    return listed(line, taxed=taxed) - charged(line, taxed=taxed)


def each(amount_minor: int, quantity: int) -> int:
    """The share of a piece, to the nearest minor unit."""
    return (2 * amount_minor + quantity) // (2 * quantity)


def _goods(of: Callable[..., int], *, taxed: bool) -> Callable[[OrderView], int]:
    return lambda order: sum(of(line, taxed=taxed) for line in order.lines)


def _delivery(of: Callable[..., int], *, taxed: bool) -> Callable[[OrderView], int]:
    return lambda order: sum(of(way, taxed=taxed) for way in order.shipping)


def _both(of: Callable[..., int], *, taxed: bool) -> Callable[[OrderView], int]:
    return lambda order: sum(of(line, taxed=taxed) for line in order.charged_lines)


# Known of an order by itself.
OF_ORDER: dict[str, Callable[[OrderView], int]] = {
    "total": lambda o: o.total_minor,
    "taxTotal": lambda o: o.tax_minor,
    "subTotalTaxTotal": lambda o: o.tax_minor - o.shipping_tax_minor,
    "shippingTotal": lambda o: o.shipping_minor - o.shipping_tax_minor,
    "shippingTotalWithTax": lambda o: o.shipping_minor,
    "shippingTaxTotal": lambda o: o.shipping_tax_minor,
    "discountTotalWithTax": lambda o: o.discount_minor,
    # Nothing is charged for anything but goods and delivery.
    **dict.fromkeys(
        (
            "fee",
            "feeWithTax",
            "feeTotal",
            "feeTotalWithTax",
            "paymentTotal",
            "paymentTotalWithTax",
            "paymentSubTotal",
            "paymentSubTotalWithTax",
            "paymentDiscountTotal",
            "paymentDiscountTotalWithTax",
            "paymentTaxTotal",
        ),
        lambda _: 0,
    ),
}
# Known once its lines are.
OF_LINES: dict[str, Callable[[OrderView], int]] = {
    "subTotal": _goods(listed, taxed=False),
    "subTotalWithTax": _goods(listed, taxed=True),
    "subTotalDiscount": _goods(off, taxed=False),
    "subTotalDiscountWithTax": _goods(off, taxed=True),
    "shippingSubTotal": _delivery(listed, taxed=False),
    "shippingSubTotalWithTax": _delivery(listed, taxed=True),
    "shippingDiscountTotal": _delivery(off, taxed=False),
    "shippingDiscountTotalWithTax": _delivery(off, taxed=True),
    "discountTotal": _both(off, taxed=False),
    # What comes off the order as a whole is shared out to its lines, and told of them.
    "discountAmount": lambda _: 0,
}
# Of a line of goods.
OF_LINE: dict[str, Callable[[LineView], int]] = {
    "price": lambda x: net(x.unit_price_minor, x.tax_basis_points),
    "priceWithTax": lambda x: x.unit_price_minor,
    "placedPrice": lambda x: each(charged(x, taxed=False), x.quantity),
    "placedPriceWithTax": lambda x: each(charged(x, taxed=True), x.quantity),
    "extendedPrice": lambda x: charged(x, taxed=False),
    "extendedPriceWithTax": lambda x: charged(x, taxed=True),
    "listTotal": lambda x: listed(x, taxed=False),
    "listTotalWithTax": lambda x: listed(x, taxed=True),
    "discountTotal": lambda x: off(x, taxed=False),
    "discountTotalWithTax": lambda x: off(x, taxed=True),
    "discountAmount": lambda x: each(off(x, taxed=False), x.quantity),
    "discountAmountWithTax": lambda x: each(off(x, taxed=True), x.quantity),
    "taxTotal": lambda x: x.charge.tax_minor,
}
# Of a way of delivery.
OF_SHIPMENT: dict[str, Callable[[ShippingLineView], int]] = {
    "price": lambda w: listed(w, taxed=False),
    "priceWithTax": lambda w: listed(w, taxed=True),
    "total": lambda w: charged(w, taxed=False),
    "totalWithTax": lambda w: charged(w, taxed=True),
    "discountAmount": lambda w: off(w, taxed=False),
    "discountAmountWithTax": lambda w: off(w, taxed=True),
    "taxTotal": lambda w: w.charge.tax_minor,
    "fee": lambda _: 0,
    "feeWithTax": lambda _: 0,
}
