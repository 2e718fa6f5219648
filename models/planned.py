"""Payments as they are planned before any money is asked for, and marks in long lists of orders."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from models.base import Public, Row, Scoped


class PlannedPayment(Public, Scoped):
    """A part of what is owed of an order (minor units) and how it shall be paid. Each try to pay it is a `Payment` of its
    own, whose outcome is its outcome; so it says nothing of that itself.
    """

    order: Any = fields.ForeignKeyField("models.Order", on_delete=fields.RESTRICT)
    method: Any = fields.ForeignKeyField("models.PaymentMethod", on_delete=fields.RESTRICT)
    number = fields.CharField(max_length=20)
    amount_minor = fields.BigIntField()
    currency = fields.CharField(max_length=3)
    seller: Any = fields.ForeignKeyField("models.Seller", null=True, on_delete=fields.RESTRICT)
    billing_address: Any = fields.JSONField(null=True)
    comment = fields.CharField(max_length=1000, default="")
    outer_id = fields.CharField(max_length=128, default="")  # its name in another system
    cancelled_at = fields.DatetimeField(null=True)
    cancel_reason = fields.CharField(max_length=255, default="")

    order_id: int
    method_id: int
    seller_id: int | None

    class Meta:
        table = "planned_payment"
        indexes = [("order_id",)]
        constraints = [
            UniqueConstraint(fields=("platform_id", "environment", "number"), name="planned_payment_number"),
            CheckConstraint(check="amount_minor > 0", name="planned_payment_amount"),
        ]


class OrderMilestone(Row):
    """So many placed orders of a list (`position`) are older than this one, for ever: none is taken away, and none comes
    in before them. Pages far down a list are found from here. Rows are only added, and may all be deleted.
    """

    # platform:3:test, customer:17 or organization:4
    list = fields.CharField(max_length=40)
    position = fields.BigIntField()
    placed_at = fields.DatetimeField()
    order: Any = fields.ForeignKeyField("models.Order", on_delete=fields.CASCADE)

    order_id: int

    class Meta:
        table = "order_milestone"
        constraints = [UniqueConstraint(fields=("list", "position"), name="order_milestone_once")]
