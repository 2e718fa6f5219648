"""Whose is what of an order, to the last minor unit. Pure functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.errors import InvalidInput
from services.orders.views import OrderView
from services.pricing import share_out

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """What of an order is a seller's, in minor units, tax contained and reductions taken off.

    `delivery_minor` is of their own way of delivery.
    """

    seller_id: int
    goods_minor: int
    discount_minor: int
    delivery_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class Division:
    """An order's parts by seller, in the order in which the cart was filled, and the market's own delivery."""

    parts: tuple[Part, ...]
    delivery_minor: int

    @property
    def total_minor(self) -> int:
        return self.delivery_minor + sum(part.goods_minor + part.delivery_minor for part in self.parts)


def divide(order: OrderView) -> Division:
    """The parts of an order whose lines and ways of delivery are known; together they are its total."""
    lines = {
        line.seller_id: [each for each in order.lines if each.seller_id == line.seller_id]
        for line in order.lines
    }
    ways = {seller: [way.charge for way in order.shipping if way.seller_id == seller] for seller in lines}
    parts = tuple(
        Part(
            seller,
            sum(line.total_minor for line in lines[seller]),
            sum(line.discount_minor for line in lines[seller])
            + sum(way.discount_minor for way in ways[seller]),
            sum(way.charged_minor for way in ways[seller]),
            sum(line.charge.tax_minor for line in lines[seller]) + sum(way.tax_minor for way in ways[seller]),
        )
        for seller in lines
    )
    markets = sum(way.charge.charged_minor for way in order.shipping if way.seller_id not in lines)
    return Division(parts, markets)


def commission_of(goods_minor: int, ppm: int) -> int:
    """What the market keeps of goods at a rate in millionths, half up."""
    return (goods_minor * ppm + MILLION // 2) // MILLION


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a part after refunds, in minor units. Without a seller order it is the market's own delivery."""

    seller_order_id: int | None
    seller_id: int | None
    goods_minor: int
    delivery_minor: int
    commission_ppm: int = 0


@dataclass(frozen=True, slots=True)
class Back:
    """What a refund takes back of one part, in minor units."""

    of: Left
    goods_minor: int
    delivery_minor: int

    @property
    def commission_minor(self) -> int:
        """So much less is kept: what is left is charged as if nothing else had been sold, and of nothing nothing is."""
        left, ppm = self.of.goods_minor, self.of.commission_ppm
        return commission_of(left, ppm) - commission_of(left - self.goods_minor, ppm)

    @property
    def payable_minor(self) -> int:
        if self.of.seller_order_id is None:
            return 0
        return self.goods_minor + self.delivery_minor - self.commission_minor


@dataclass(frozen=True, slots=True)
class Refunded:
    """What is given back of an order, in minor units: of goods by seller, of delivery, and of all of it alike.

    `alike_minor` is shared in proportion to what is left once the others are taken.
    """

    goods: Mapping[int, int]
    delivery_minor: int = 0
    alike_minor: int = 0

    @property
    def total_minor(self) -> int:
        return sum(self.goods.values()) + self.delivery_minor + self.alike_minor


def spread(refunded: Refunded, left: Sequence[Left]) -> list[Back]:
    """Which part gives back what; parts that give nothing are left out.

    Raises `InvalidInput` where more is given back than is left of it.
    """
    goods = {part.seller_id: part.goods_minor for part in left}
    whole = sum(part.delivery_minor for part in left)
    if (
        any(amount < 0 or amount > goods.get(seller, 0) for seller, amount in refunded.goods.items())
        or not 0 <= refunded.delivery_minor <= whole
        or not 0
        <= refunded.alike_minor
        <= sum(goods.values()) + whole - refunded.total_minor + refunded.alike_minor
    ):
        raise InvalidInput("More than was paid for it can't be given back.", field="amount")
    of_goods = [refunded.goods.get(part.seller_id, 0) if part.seller_id else 0 for part in left]
    of_delivery = share_out(refunded.delivery_minor, [part.delivery_minor for part in left])
    weights = [part.goods_minor - back for part, back in zip(left, of_goods, strict=True)]
    weights += [part.delivery_minor - back for part, back in zip(left, of_delivery, strict=True)]
    alike = share_out(refunded.alike_minor, weights)
    backs = [
        Back(part, of_goods[n] + alike[n], of_delivery[n] + alike[n + len(left)])
        for n, part in enumerate(left)
    ]
    return [back for back in backs if back.goods_minor or back.delivery_minor]
