"""What each object of the schema is of: an order or a part of it, in the culture that it was asked for in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from api.xorder.context import XOrderContext
from api.xorder.money import currency_shape, money_shape, share_shape
from api.xorder.shaping import Fields, Shaped, always, nothing
from services.orders.statuses import status_of
from services.orders.views import LineView, OrderView, ShippingLineView
from services.planned_payments.views import PlannedView
from services.pricing import tax_shares
from services.promotions.views import Discount


@dataclass(frozen=True, slots=True)
class OrderOf:
    """An order, for whoever asks."""

    context: XOrderContext
    view: OrderView
    culture: str

    def money(self, minor: int) -> Shaped:
        """A MoneyType of the order's currency."""
        return money_shape(minor, self.view.currency, self.culture)

    @property
    def currency(self) -> Shaped:
        return currency_shape(self.view.currency, self.culture)

    @property
    def status(self) -> str:
        return status_of(self.view.state, self.view.desk_status)

    @property
    def is_cancelled(self) -> bool:
        return self.view.state == "Cancelled"


@dataclass(frozen=True, slots=True)
class LineOf:
    """Pieces of a variant in an order."""

    order: OrderOf
    line: LineView


@dataclass(frozen=True, slots=True)
class ShipmentOf:
    """A way of delivery of an order, the `number`th."""

    order: OrderOf
    way: ShippingLineView
    number: int


@dataclass(frozen=True, slots=True)
class PaymentOf:
    """A payment of an order."""

    order: OrderOf
    payment: PlannedView


def money_fields(
    amounts: Mapping[str, Callable[[Any], int]],
    order_of: Callable[[Any], OrderOf],
    subject_of: Callable[[Any], Any],
) -> dict[str, Callable[[Any], Any]]:
    """A field for each amount (minor units) of what stands in an order."""

    def field(amount: Callable[[Any], int]) -> Callable[[Any], Any]:
        return lambda of: order_of(of).money(amount(subject_of(of)))

    return {name: field(amount) for name, amount in amounts.items()}


def share(basis_points: int) -> Decimal:
    """A rate of tax as a share of one."""
    return Decimal(basis_points) / 10_000


def tax_details(order: OrderOf, charges: "list[LineView | ShippingLineView]") -> list[Shaped]:
    """What is taxed at which rate."""
    return [Shaped(TAX_DETAIL, (order, each)) for each in tax_shares(line.charge for line in charges)]


def discount_shapes(order: OrderOf, discounts: list[Discount]) -> list[Shaped]:
    """What each promotion takes off."""
    return [Shaped(DISCOUNT, (order, each)) for each in discounts]


TAX_DETAIL: Fields = {
    "amount": lambda x: x[0].money(x[1].tax_minor),
    "name": always("Tax"),
    "rate": lambda x: share_shape(x[1].basis_points, x[0].view.currency, x[0].culture),
}
DISCOUNT: Fields = {
    "amount": lambda x: x[0].money(x[1].amount_minor),
    "coupon": nothing,
    "description": lambda x: x[1].name,
    "promotionDescription": nothing,
    "promotionId": lambda x: str(x[1].promotion_id),
    "promotionName": lambda x: x[1].name,
}
