"""What an order shows, to every door: plain values; money in minor units of `currency`, tax contained, reductions taken off."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid5

from services.catalogue.views import AssetView
from services.pricing import Charge, share_out
from services.promotions.views import Discount
from services.purchase_options.views import OptionView

# What hangs on an order and is read only where somebody wants it; a cart's totals are made from its lines.
OrderPart = Literal["lines", "shipping", "payments", "totals", "sellers"]
# Of an order as its buyer looks at it; whose part is what, is asked for by those who want it.
EVERYTHING: frozenset[OrderPart] = frozenset({"lines", "shipping", "payments", "totals"})


@dataclass(slots=True)
class LineView:
    """Pieces of one variant. `uid` is made of the order's and the variant: both name the line."""

    id: int
    order_uid: UUID
    variant_id: int
    variant_uid: UUID
    product_id: int
    product_uid: UUID
    seller_id: int
    name: str  # of the variant, with its option
    product_name: str
    product_slug: str
    sku: str
    quantity: int
    unit_price_minor: int
    available: int  # pieces that could still be had
    price_changed: bool  # since it was put in or agreed on
    added_at: datetime
    asset: AssetView | None
    option_id: int | None = None
    option: OptionView | None = None
    deferred_minor: int = 0  # falls due at `due_at`, with the line's share of delivery
    due_at: datetime | None = None
    collections: frozenset[int] = frozenset()  # its shelf, and the one above
    tax_basis_points: int = 0
    agreed_tax_basis_points: int = 0  # as it was last written
    discounts: list[Discount] = field(default_factory=list)
    sold: bool = True  # still; what was taken off the market may lie in carts

    @property
    def uid(self) -> UUID:
        return uuid5(self.order_uid, str(self.variant_id))

    @property
    def listed_minor(self) -> int:
        """What the pieces cost together before anything is taken off."""
        return self.quantity * self.unit_price_minor

    @property
    def discount_minor(self) -> int:
        return sum(each.amount_minor for each in self.discounts)

    @property
    def total_minor(self) -> int:
        """What is charged for the pieces together, whatever comes off the order shared in."""
        return self.listed_minor - self.discount_minor

    @property
    def charge(self) -> Charge:
        return Charge(self.listed_minor, self.discount_minor, self.tax_basis_points, self.quantity)


@dataclass(slots=True)
class DueView:
    """What of an order falls due at one time. `outstanding_minor` is what is still owed of it.

    A cart's have neither `uid` nor state: they are what would be agreed now.
    """

    at: datetime
    amount_minor: int
    tax_minor: int
    collected_minor: int = 0
    state: str = ""  # Waiting, Paid, Overdue, Cancelled
    reason: str = ""  # why the last try failed
    uid: UUID | None = None

    @property
    def outstanding_minor(self) -> int:
        return 0 if self.state == "Cancelled" else self.amount_minor - self.collected_minor


@dataclass(slots=True)
class ShippingLineView:
    """A chosen way of delivery; `label` says which location, or which carrier. `price_minor` is before reductions.

    Without a seller it is the market's own.
    """

    id: int
    method_id: int
    kind: str  # flat, pickup, carrier
    code: str
    name: str
    description: str
    price_minor: int
    label: str
    pickup_location_id: int | None
    rate_id: int | None
    seller_id: int | None = None
    seller: str | None = None
    tax_basis_points: int = 0
    agreed_tax_basis_points: int = 0  # as it was last written
    discounts: list[Discount] = field(default_factory=list)

    @property
    def discount_minor(self) -> int:
        return sum(each.amount_minor for each in self.discounts)

    @property
    def charge(self) -> Charge:
        return Charge(self.price_minor, self.discount_minor, self.tax_basis_points)


def shipment_uid(order_uid: UUID, method_id: int) -> UUID:
    """What names a way of delivery of an order: it is made of both, as a line's uid is of its variant."""
    return uuid5(order_uid, f"shipping:{method_id}")


@dataclass(frozen=True, slots=True)
class SellerOrderView:
    """A seller's part of a placed order, as it was agreed (minor units, tax contained), and what refunds took back."""

    id: int
    uid: UUID
    code: str
    seller_id: int
    seller: str
    created_at: datetime
    updated_at: datetime
    goods_minor: int  # after reductions
    discount_minor: int
    delivery_minor: int  # of the seller's own way of delivery
    tax_minor: int
    commission_ppm: int
    commission_minor: int
    payable_minor: int
    goods_returned_minor: int
    delivery_returned_minor: int
    commission_returned_minor: int
    payout_id: int | None

    @property
    def total_minor(self) -> int:
        return self.goods_minor + self.delivery_minor

    @property
    def payable_left_minor(self) -> int:
        """What the seller has of it once refunds are taken off."""
        returned = self.goods_returned_minor + self.delivery_returned_minor - self.commission_returned_minor
        return self.payable_minor - returned


@dataclass(slots=True)
class PaymentView:
    """`payment_url` is where the customer must go, while the payment waits for that."""

    id: int
    uid: UUID
    purpose: str  # order, balance, card
    method: str
    kind: str  # card, gateway, mobile_money, immediate
    provider: str
    state: str  # Created, Pending, Settled, Declined, Cancelled
    amount_minor: int
    reference: str | None
    payment_url: str | None
    reason: str
    created_at: datetime
    settled_at: datetime | None


@dataclass(slots=True)
class OrderView:
    """An order. Parts that the caller didn't want are empty, and a cart's totals zero."""

    id: int
    uid: UUID
    code: str
    state: str
    active: bool
    currency: str
    customer_id: int | None
    guest: dict[str, Any] | None
    billing_address: dict[str, Any] | None
    shipping_address: dict[str, Any] | None
    quantity: int
    subtotal_minor: int
    shipping_minor: int
    tax_minor: int
    total_minor: int
    created_at: datetime
    updated_at: datetime
    placed_at: datetime | None
    parked_id: int | None
    deferred_minor: int
    stored_method_id: int | None
    channel: str  # where it was begun
    shipping_tax_minor: int
    discount_minor: int
    coupon_codes: list[str]
    custom: dict[str, Any] | None
    organization_id: int | None  # whom it is bought for, where not for oneself
    desk_status: str = "New"  # what the desk has said of it: see services.orders.statuses
    lines: list[LineView] = field(default_factory=list)
    shipping: list[ShippingLineView] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)  # methods chosen for a cart that they fit no more
    payments: list[PaymentView] = field(default_factory=list)
    due: list[DueView] = field(default_factory=list)  # earliest first
    sellers: list[SellerOrderView] = field(default_factory=list)
    unusable_codes: list[str] = field(
        default_factory=list
    )  # a cart's, of which nothing can come any more, or not yet

    def due_now_by_line(self) -> dict[int, int]:
        """What is paid at checkout of each line (by its id), with its share of delivery: together `due_now_minor`."""
        shares = share_out(self.shipping_minor, [line.total_minor for line in self.lines])
        return {
            line.id: line.total_minor + share - line.deferred_minor
            for line, share in zip(self.lines, shares, strict=True)
        }

    @property
    def due_now_minor(self) -> int:
        """What is paid at checkout."""
        return self.total_minor - self.deferred_minor

    @property
    def outstanding_minor(self) -> int:
        """What is still owed of what fell or falls due later."""
        return sum(due.outstanding_minor for due in self.due)

    @property
    def checkout_payment(self) -> PaymentView | None:
        """The newest payment of what is due at checkout: the whole price, or the deposit."""
        return next((each for each in reversed(self.payments) if each.purpose == "order"), None)

    @property
    def pieces(self) -> int:
        """How many pieces the lines have together."""
        return sum(line.quantity for line in self.lines)

    @property
    def goods_minor(self) -> int:
        """What is charged for the lines together, without delivery."""
        return sum(line.total_minor for line in self.lines)

    @property
    def charged_lines(self) -> "tuple[LineView | ShippingLineView, ...]":
        """Lines of goods, and of delivery."""
        return (*self.lines, *self.shipping)

    @property
    def discounts(self) -> list[Discount]:
        """What each promotion takes off goods and delivery together, in the order in which they are reckoned."""
        found: dict[int, Discount] = {}
        for each in (d for line in self.charged_lines for d in line.discounts):
            before = found.get(each.promotion_id)
            found[each.promotion_id] = (
                replace(before, amount_minor=before.amount_minor + each.amount_minor) if before else each
            )
        return list(found.values())
