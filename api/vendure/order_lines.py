"""What the lines of an order come to, in the dialect's names: without and with tax, before and after reductions."""

from api.vendure.mapping import Shape
from services.orders.views import LineView, OrderView, ShippingLineView
from services.pricing import net, share_out, tax_shares

SOURCE = "PROMOTION:{id}"


def line_amounts(line: LineView) -> Shape:
    """The prices of a line of goods. `discounted…` leaves its shares of the order's reductions out, `prorated…` doesn't."""
    rate, own = line.tax_basis_points, sum(d.amount_minor for d in line.discounts if not d.spread)
    discounted = line.listed_minor - own
    gross = {
        "unitPrice": line.unit_price_minor,
        "discountedUnitPrice": _each(discounted, line.quantity),
        "proratedUnitPrice": _each(line.total_minor, line.quantity),
        "linePrice": line.listed_minor,
        "discountedLinePrice": discounted,
        "proratedLinePrice": line.total_minor,
    }
    return {
        **{name: net(amount, rate) for name, amount in gross.items()},
        **{f"{name}WithTax": amount for name, amount in gross.items()},
        "taxRate": rate / 100,
        "lineTax": line.charge.tax_minor,
        "taxLines": [{"description": "Tax", "taxRate": rate / 100}] if rate else [],
        "discounts": line_discounts(line),
    }


def shipping_amounts(line: ShippingLineView) -> Shape:
    """The prices of a chosen delivery."""
    rate, charged = line.tax_basis_points, line.charge.charged_minor
    return {
        "price": net(line.price_minor, rate),
        "priceWithTax": line.price_minor,
        "discountedPrice": net(charged, rate),
        "discountedPriceWithTax": charged,
        "discounts": line_discounts(line),
    }


def line_discounts(line: LineView | ShippingLineView) -> list[Shape]:
    """What comes off a line, below zero: with it the prices before make the prices after, with tax and without."""
    charge, rate = line.charge, line.tax_basis_points
    off = net(charge.listed_minor, rate) - net(charge.charged_minor, rate)
    shares = share_out(off, [each.amount_minor for each in line.discounts])
    return [
        {
            "adjustmentSource": SOURCE.format(id=each.promotion_id),
            "type": "DISTRIBUTED_ORDER_PROMOTION" if each.spread else "PROMOTION",
            "description": each.name,
            "amount": -without_tax,
            "amountWithTax": -each.amount_minor,
        }
        for each, without_tax in zip(line.discounts, shares, strict=True)
    ]


def order_discounts(order: OrderView) -> list[Shape]:
    """What each promotion takes off the order, whatever lines it comes off."""
    found: dict[str, Shape] = {}
    for each in (d for line in order.charged_lines for d in line_discounts(line)):
        before = found.get(each["adjustmentSource"])
        found[each["adjustmentSource"]] = each | (
            {name: before[name] + each[name] for name in ("amount", "amountWithTax")} if before else {}
        )
    return list(found.values())


def order_taxes(order: OrderView) -> list[Shape]:
    """What is taxed at which rate."""
    return [
        {
            "description": "Tax",
            "taxRate": share.basis_points / 100,
            "taxBase": share.base_minor,
            "taxTotal": share.tax_minor,
        }
        for share in tax_shares(line.charge for line in order.charged_lines)
    ]


def _each(amount_minor: int, quantity: int) -> int:
    """The price of a piece, to the nearest minor unit."""
    return (2 * amount_minor + quantity) // (2 * quantity)
