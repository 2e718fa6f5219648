"""The shops in the market: sellers and who wants to be one, their parts of orders, and what they are paid."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from models.base import Public, Scoped


class Seller(Public, Scoped):
    """A shop in the market."""

    name = fields.CharField(max_length=120)
    commission_ppm = fields.IntField(null=True)  # millionths of their goods; null: the platform's rate
    deleted_at = fields.DatetimeField(null=True)  # its name stays taken: orders show it

    class Meta:
        table = "seller"
        constraints = [
            CheckConstraint(
                check="commission_ppm IS NULL OR (commission_ppm >= 0 AND commission_ppm <= 1000000)",
                name="seller_commission",
            ),
            UniqueConstraint(fields=("platform_id", "environment", "name"), name="seller_name_once"),
        ]


class SellerApplication(Public, Scoped):
    """Somebody who wants a shop in the market, and what became of that. Keys of files are private ones."""

    shop_name = fields.CharField(max_length=120)
    full_name = fields.CharField(max_length=200)
    phone = fields.CharField(max_length=20)  # E.164, as given and not proven
    email = fields.CharField(max_length=255)  # lower case, not proven
    tin = fields.CharField(max_length=20)  # tax number
    address = fields.CharField(max_length=255, default="")
    about = fields.TextField(default="")
    registration_path = fields.CharField(max_length=255, default="")
    picture_path = fields.CharField(max_length=255, default="")
    state = fields.CharField(max_length=10, default="Pending")
    reason = fields.CharField(max_length=300, default="")  # why it was rejected
    seller: Any = fields.ForeignKeyField("models.Seller", null=True, on_delete=fields.RESTRICT)
    decided_by: Any = fields.ForeignKeyField("models.StaffUser", null=True, on_delete=fields.RESTRICT)
    decided_at = fields.DatetimeField(null=True)

    seller_id: int | None
    decided_by_id: int | None

    class Meta:
        table = "seller_application"
        indexes = [("platform_id", "environment", "state", "id")]
        constraints = [
            CheckConstraint(
                check="state IN ('Pending', 'Approved', 'Rejected') "
                "AND (state = 'Pending') = (decided_at IS NULL) AND (state = 'Approved') = (seller_id IS NOT NULL)",
                name="seller_application_state",
            )
        ]


class Payout(Public, Scoped):
    """What a seller is paid at one time (minor units): the sum of the seller orders and refunds that name it.

    Payouts that were made together share `batch`.
    """

    batch = fields.UUIDField()
    seller: Any = fields.ForeignKeyField("models.Seller", on_delete=fields.RESTRICT)
    state = fields.CharField(max_length=12, default="Created")  # Created, Paid
    currency = fields.CharField(max_length=3)
    amount_minor = fields.BigIntField()
    reference = fields.CharField(max_length=120, default="")  # the bank's, once it is paid
    paid_at = fields.DatetimeField(null=True)

    seller_id: int

    class Meta:
        table = "payout"
        indexes = [("platform_id", "environment", "seller_id"), ("batch",)]
        constraints = [
            CheckConstraint(check="amount_minor > 0", name="payout_amount"),
            CheckConstraint(
                check="(state = 'Paid') = (paid_at IS NOT NULL) AND (state = 'Paid') = (reference <> '')",
                name="payout_paid",
            ),
        ]


class SellerOrder(Public, Scoped):
    """A seller's part of a placed order, as it was agreed (minor units, tax contained). The order is the customer's.

    `delivery_minor` is that of the seller's own way of delivery. What refunds took back of each amount is counted
    beside it. A row names the one payout that pays it, so that none is paid twice.
    """

    order: Any = fields.ForeignKeyField("models.Order", on_delete=fields.RESTRICT)
    seller: Any = fields.ForeignKeyField("models.Seller", on_delete=fields.RESTRICT)
    code = fields.CharField(max_length=24, unique=True)
    goods_minor = fields.BigIntField()  # after reductions
    discount_minor = fields.BigIntField(default=0)  # what reductions took off
    delivery_minor = fields.BigIntField(default=0)
    tax_minor = fields.BigIntField(default=0)  # contained in goods and delivery
    commission_ppm = fields.IntField()  # of the goods: the rate of the day
    commission_minor = fields.BigIntField()
    payable_minor = fields.BigIntField()
    goods_returned_minor = fields.BigIntField(default=0)
    delivery_returned_minor = fields.BigIntField(default=0)
    commission_returned_minor = fields.BigIntField(default=0)
    payout: Any = fields.ForeignKeyField("models.Payout", null=True, on_delete=fields.RESTRICT)

    order_id: int
    seller_id: int
    payout_id: int | None

    class Meta:
        table = "seller_order"
        indexes = [("platform_id", "environment", "seller_id"), ("payout_id",)]
        constraints = [
            UniqueConstraint(fields=("order_id", "seller_id"), name="seller_order_once"),
            CheckConstraint(
                check="goods_minor >= 0 AND delivery_minor >= 0 AND discount_minor >= 0 AND commission_minor >= 0 "
                "AND commission_minor <= goods_minor",
                name="seller_order_amounts",
            ),
            CheckConstraint(
                check="payable_minor = goods_minor + delivery_minor - commission_minor",
                name="seller_order_payable",
            ),
            CheckConstraint(
                check="goods_returned_minor >= 0 AND goods_returned_minor <= goods_minor "
                "AND delivery_returned_minor >= 0 AND delivery_returned_minor <= delivery_minor "
                "AND commission_returned_minor >= 0 AND commission_returned_minor <= commission_minor",
                name="seller_order_returned",
            ),
        ]


class SellerRefund(Public, Scoped):
    """What one refund of an order took back (minor units): of a seller's part or, without one, of the market's delivery.

    It counts against the payout that it names; `key` is its journal entry's.
    """

    order: Any = fields.ForeignKeyField("models.Order", on_delete=fields.RESTRICT)
    seller_order: Any = fields.ForeignKeyField("models.SellerOrder", null=True, on_delete=fields.RESTRICT)
    key = fields.CharField(max_length=120)
    goods_minor = fields.BigIntField()
    delivery_minor = fields.BigIntField()
    commission_minor = fields.BigIntField()
    payable_minor = fields.BigIntField()
    payout: Any = fields.ForeignKeyField("models.Payout", null=True, on_delete=fields.RESTRICT)

    order_id: int
    seller_order_id: int | None
    payout_id: int | None

    class Meta:
        table = "seller_refund"
        indexes = [("order_id",), ("seller_order_id",), ("payout_id",)]
        constraints = [
            UniqueConstraint(fields=("seller_order_id", "key"), name="seller_refund_once"),
            CheckConstraint(
                check="goods_minor >= 0 AND delivery_minor >= 0 AND commission_minor >= 0 "
                "AND goods_minor + delivery_minor > 0",
                name="seller_refund_amounts",
            ),
            CheckConstraint(
                check="(seller_order_id IS NULL AND goods_minor = 0 AND commission_minor = 0 AND payable_minor = 0 "
                "AND payout_id IS NULL) OR (seller_order_id IS NOT NULL "
                "AND payable_minor = goods_minor + delivery_minor - commission_minor)",
                name="seller_refund_payable",
            ),
        ]
