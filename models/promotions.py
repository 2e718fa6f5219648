"""Promotions: what makes an order cheaper, and which orders made use of it."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from models.base import Public, Row, Scoped


class Promotion(Public, Scoped):
    """A reduction. With a coupon code it holds for carts that the code was given to, without one for every cart.

    `conditions` and `actions` are lists of {code, args}; services/promotions/operations.py says which there are.
    """

    name = fields.CharField(max_length=120)  # what the customer reads
    description = fields.CharField(max_length=255, default="")
    enabled = fields.BooleanField(default=True)
    coupon_code = fields.CharField(max_length=20, null=True)  # upper case
    starts_at = fields.DatetimeField(null=True)
    ends_at = fields.DatetimeField(null=True)
    usage_limit = fields.IntField(null=True)
    per_customer_usage_limit = fields.IntField(null=True)
    used = fields.IntField(default=0)  # orders that count now
    priority = fields.IntField(default=0)  # the smallest is applied first
    conditions: Any = fields.JSONField(default=list)
    actions: Any = fields.JSONField(default=list)
    deleted_at = fields.DatetimeField(null=True)  # its code is free again then

    class Meta:
        table = "promotion"
        constraints = [
            UniqueConstraint(
                fields=("platform_id", "environment", "coupon_code"), name="promotion_coupon_once"
            ),
            CheckConstraint(
                check="used >= 0 AND (usage_limit IS NULL OR usage_limit > 0) "
                "AND (per_customer_usage_limit IS NULL OR per_customer_usage_limit > 0)",
                name="promotion_limits",
            ),
        ]


class PromotionUse(Row):
    """An order whose agreed prices a promotion made smaller. It goes when the order is a cart again or cancelled.

    A customer is known by their account, a guest by what they left: either of the two is enough to be recognised.
    """

    promotion: Any = fields.ForeignKeyField("models.Promotion", on_delete=fields.RESTRICT)
    order: Any = fields.ForeignKeyField("models.Order", on_delete=fields.CASCADE)
    customer: Any = fields.ForeignKeyField("models.Customer", null=True, on_delete=fields.RESTRICT)
    email = fields.CharField(max_length=255, null=True)  # lower case
    phone = fields.CharField(max_length=20, null=True)  # E.164
    amount_minor = fields.BigIntField()
    at = fields.DatetimeField()

    promotion_id: int
    order_id: int
    customer_id: int | None

    class Meta:
        table = "promotion_use"
        indexes = [
            ("order_id",),
            ("promotion_id", "customer_id"),
            ("promotion_id", "email"),
            ("promotion_id", "phone"),
        ]
        constraints = [
            UniqueConstraint(fields=("promotion_id", "order_id"), name="promotion_use_once"),
            CheckConstraint(check="amount_minor > 0", name="promotion_use_amount"),
        ]
