"""Orders: one aggregate. A cart is an order in state `AddingItems`."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from models.base import Public, Row, Scoped


class ShippingMethod(Public, Scoped):
    """A way of delivery at a flat price (minor units, tax contained): of a seller, or the market's own, for all sellers."""

    # flat: anybody may choose it. pickup, carrier: a line of it names the location or the carrier's rate.
    kind = fields.CharField(max_length=10, default="flat", db_default="flat")
    code = fields.CharField(max_length=40)
    name = fields.CharField(max_length=120)
    description = fields.CharField(max_length=255, default="")
    price_minor = fields.BigIntField()
    position = fields.IntField(default=0)
    deleted_at = fields.DatetimeField(null=True)  # orders that chose it still show it
    seller: Any = fields.ForeignKeyField("models.Seller", null=True, on_delete=fields.RESTRICT)

    seller_id: int | None

    class Meta:
        table = "shipping_method"
        constraints = [
            UniqueConstraint(fields=("platform_id", "environment", "code"), name="shipping_method_once")
        ]


class Order(Public, Scoped):
    """A cart, and what becomes of it. Totals are written when payment begins. Until then a cart shows live prices.

    `active` is true until the order is placed or cancelled; a customer has one active order at most, which
    every channel shows.
    """

    code = fields.CharField(max_length=20, unique=True)
    state = fields.CharField(max_length=30, default="AddingItems")
    active = fields.BooleanField(default=True)
    customer: Any = fields.ForeignKeyField("models.Customer", null=True, on_delete=fields.RESTRICT)
    # Whom the customer buys it for; null where for themselves.
    organization: Any = fields.ForeignKeyField("models.Organization", null=True, on_delete=fields.RESTRICT)
    currency = fields.CharField(max_length=3)
    channel = fields.CharField(max_length=12)  # where it was begun
    guest: Any = fields.JSONField(null=True)  # {full_name, email, phone} of a buyer without an account
    billing_address: Any = fields.JSONField(null=True)
    shipping_address: Any = fields.JSONField(null=True)
    quantity = fields.IntField(default=0)  # pieces
    subtotal_minor = fields.BigIntField(default=0)  # reductions taken off, as everywhere below
    shipping_minor = fields.BigIntField(default=0)
    tax_minor = fields.BigIntField(default=0)  # contained in the total
    shipping_tax_minor = fields.BigIntField(default=0, db_default=0)  # of that, what delivery contains
    discount_minor = fields.BigIntField(default=0, db_default=0)  # taken off goods and delivery together
    coupon_codes: Any = fields.JSONField(null=True)  # in the order in which they were given
    custom: Any = fields.JSONField(null=True)  # what an app keeps with it: small JSON
    total_minor = fields.BigIntField(default=0)
    # The part of the total that falls due after checkout, as it was agreed; see ScheduledCharge.
    deferred_minor = fields.BigIntField(default=0, db_default=0)
    # What balances are collected with, once there are any.
    stored_method: Any = fields.ForeignKeyField("models.StoredMethod", null=True, on_delete=fields.RESTRICT)
    placed_at = fields.DatetimeField(null=True)
    # False from when it is placed until its pieces are counted as sold.
    counted = fields.BooleanField(default=True, db_default=True)
    # What the desk has said of it beyond its state; see services.orders.statuses.
    desk_status = fields.CharField(max_length=20, default="New", db_default="New")
    # What was left out of this order when only a part of the cart was checked out: it waits, inactive.
    parked: Any = fields.ForeignKeyField("models.Order", null=True, on_delete=fields.RESTRICT)

    customer_id: int | None
    organization_id: int | None
    stored_method_id: int | None
    parked_id: int | None

    class Meta:
        table = "customer_order"
        indexes = [
            ("platform_id", "environment", "customer_id", "created_at"),
            ("platform_id", "environment", "state", "placed_at"),
            ("organization_id", "id"),
        ]
        constraints = [
            CheckConstraint(
                check="subtotal_minor >= 0 AND shipping_minor >= 0 AND total_minor >= 0", name="order_totals"
            ),
            CheckConstraint(
                check="deferred_minor >= 0 AND deferred_minor <= total_minor", name="order_deferred"
            ),
            CheckConstraint(check="discount_minor >= 0 AND shipping_tax_minor >= 0", name="order_discount"),
        ]


class OrderLine(Row):
    """Pieces of one variant in an order, at the price they were last quoted for (minor units)."""

    order: Any = fields.ForeignKeyField("models.Order", on_delete=fields.CASCADE)
    variant: Any = fields.ForeignKeyField("models.Variant", on_delete=fields.RESTRICT)
    seller: Any = fields.ForeignKeyField("models.Seller", on_delete=fields.RESTRICT)
    quantity = fields.IntField()
    unit_price_minor = fields.BigIntField()
    added_at = fields.DatetimeField(null=True)
    # Bought with this option: so much of the line, delivery share contained, falls due with that charge.
    option: Any = fields.ForeignKeyField("models.PurchaseOption", null=True, on_delete=fields.RESTRICT)
    deferred_minor = fields.BigIntField(default=0, db_default=0)
    charge: Any = fields.ForeignKeyField("models.ScheduledCharge", null=True, on_delete=fields.RESTRICT)
    # As agreed when payment began: what comes off the line, by which promotions, and the tax that is left in it.
    discount_minor = fields.BigIntField(default=0, db_default=0)
    discounts: Any = fields.JSONField(null=True)  # [{promotion_id, name, amount_minor, spread}]
    tax_basis_points = fields.IntField(default=0, db_default=0)

    order_id: int
    variant_id: int
    seller_id: int
    option_id: int | None
    charge_id: int | None

    class Meta:
        table = "order_line"
        indexes = [("option_id",), ("variant_id", "order_id")]
        constraints = [
            UniqueConstraint(fields=("order_id", "variant_id"), name="order_line_once"),
            CheckConstraint(check="quantity > 0 AND unit_price_minor >= 0", name="order_line_amounts"),
            CheckConstraint(
                check="discount_minor >= 0 AND discount_minor <= quantity * unit_price_minor",
                name="order_line_discount",
            ),
        ]


class ShippingLine(Row):
    """A chosen delivery method with its price at the time (minor units)."""

    order: Any = fields.ForeignKeyField("models.Order", on_delete=fields.CASCADE)
    method: Any = fields.ForeignKeyField("models.ShippingMethod", on_delete=fields.RESTRICT)
    price_minor = fields.BigIntField()
    label = fields.CharField(max_length=160, default="", db_default="")  # which location, which carrier
    pickup_location: Any = fields.ForeignKeyField(
        "models.PickupLocation", null=True, on_delete=fields.RESTRICT
    )
    rate: Any = fields.ForeignKeyField("models.DeliveryRate", null=True, on_delete=fields.RESTRICT)
    # As agreed when payment began, as of a line of goods.
    discount_minor = fields.BigIntField(default=0, db_default=0)
    discounts: Any = fields.JSONField(null=True)
    tax_basis_points = fields.IntField(default=0, db_default=0)

    order_id: int
    method_id: int
    pickup_location_id: int | None
    rate_id: int | None

    class Meta:
        table = "shipping_line"
        constraints = [
            UniqueConstraint(fields=("order_id", "method_id"), name="shipping_line_once"),
            CheckConstraint(check="price_minor >= 0", name="shipping_line_price"),
            CheckConstraint(
                check="discount_minor >= 0 AND discount_minor <= price_minor", name="shipping_line_discount"
            ),
        ]


class OrderEvent(Row):
    """What happened to an order, in order. Rows are only added."""

    order: Any = fields.ForeignKeyField("models.Order", on_delete=fields.CASCADE)
    kind = fields.CharField(max_length=40)
    data: Any = fields.JSONField(default=dict)
    at = fields.DatetimeField()

    order_id: int

    class Meta:
        table = "order_event"
        indexes = [("order_id",)]


class Fulfillment(Public, Scoped):
    """Pieces of an order that leave together: sent by staff, by a `seller`, or by the carrier of a `shipment`."""

    order: Any = fields.ForeignKeyField("models.Order", on_delete=fields.RESTRICT)
    seller: Any = fields.ForeignKeyField("models.Seller", null=True, on_delete=fields.RESTRICT)
    shipment: Any = fields.OneToOneField("models.Shipment", null=True, on_delete=fields.RESTRICT)
    state = fields.CharField(max_length=12, default="Pending")
    method = fields.CharField(max_length=120)
    tracking_code = fields.CharField(max_length=120, default="")

    order_id: int
    seller_id: int | None
    shipment_id: int | None

    class Meta:
        table = "fulfillment"
        indexes = [("order_id",)]
        constraints = [
            CheckConstraint(
                check="state IN ('Pending', 'Shipped', 'Delivered', 'Cancelled')", name="fulfillment_state"
            )
        ]


class FulfillmentLine(Row):
    """Pieces of one line in a fulfilment."""

    fulfillment: Any = fields.ForeignKeyField("models.Fulfillment", on_delete=fields.CASCADE)
    line: Any = fields.ForeignKeyField("models.OrderLine", on_delete=fields.RESTRICT)
    quantity = fields.IntField()

    fulfillment_id: int
    line_id: int

    class Meta:
        table = "fulfillment_line"
        indexes = [("line_id",)]
        constraints = [
            UniqueConstraint(fields=("fulfillment_id", "line_id"), name="fulfillment_line_once"),
            CheckConstraint(check="quantity > 0", name="fulfillment_line_pieces"),
        ]
