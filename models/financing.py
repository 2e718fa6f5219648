"""Financing: a customer's session, what was asked of the lender for it, and what the lender offered."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from core.work import WorkRow
from models.base import Public, Row, Scoped


class FinancingApplication(Public, Scoped):
    """One customer session that applies for a loan or a lease, which the contract calls an order.

    Amounts in minor units. `items` and `applicant` are what the merchant or the customer said, checked and bounded;
    `goods_minor` is what the items come to.
    """

    state = fields.CharField(max_length=12, default="Open")
    currency = fields.CharField(max_length=3)
    applicant: Any = fields.JSONField(null=True)  # names, addresses, e-mail, number as it was given
    phone = fields.CharField(
        max_length=20, default=""
    )  # E.164, where what was given can be one; else as given
    tax_id_last4 = fields.CharField(max_length=4, default="")
    items: Any = fields.JSONField(null=True)  # null: not said yet
    goods_minor = fields.BigIntField(default=0)
    shipping_minor = fields.BigIntField(null=True)
    tax_minor = fields.BigIntField(null=True)
    expires_at = fields.DatetimeField()
    order: Any = fields.ForeignKeyField("models.Order", null=True, on_delete=fields.RESTRICT)
    estimated_delivery = fields.DateField(null=True)
    delivered_at = fields.DatetimeField(null=True)

    order_id: int | None

    class Meta:
        table = "financing_application"
        indexes = [("platform_id", "environment", "phone")]  # and models.base.PARTIAL
        constraints = [
            UniqueConstraint(fields=("order_id",), name="financing_application_order_once"),
            CheckConstraint(
                check="goods_minor >= 0 AND COALESCE(shipping_minor, 0) >= 0 AND COALESCE(tax_minor, 0) >= 0",
                name="financing_application_amounts",
            ),
            CheckConstraint(
                check="state NOT IN ('CheckedOut', 'Delivered') OR order_id IS NOT NULL",
                name="financing_application_checked_out",
            ),
        ]


class FinancingRequest(Public, WorkRow, Scoped):
    """What the lender is asked for a session: a loan or a lease of `amount_minor`. Its `uid` is our reference there.

    `reason_code` and `reason` are the lender's, of a decline or of what else it wants to know.
    """

    application: Any = fields.ForeignKeyField("models.FinancingApplication", on_delete=fields.RESTRICT)
    kind = fields.CharField(max_length=5)  # loan, lease
    state = fields.CharField(max_length=15, default="Submitted")
    amount_minor = fields.BigIntField()
    income_minor = fields.BigIntField()  # a month
    consented_at = fields.DatetimeField()
    further: Any = fields.JSONField(null=True)  # what the customer added when more was asked
    lender_reference = fields.CharField(max_length=64, default="")
    display_id = fields.CharField(max_length=24, default="")  # to be read out
    reason_code = fields.CharField(max_length=40, default="")
    reason = fields.CharField(max_length=255, default="")
    approved_minor = fields.BigIntField(null=True)
    decided_at = fields.DatetimeField(null=True)
    approved_until = fields.DatetimeField(null=True)

    application_id: int

    class Meta:
        table = "financing_request"
        indexes = [("application_id",), ("next_attempt_at",)]
        constraints = [
            CheckConstraint(check="kind IN ('loan', 'lease')", name="financing_request_kind"),
            CheckConstraint(
                check="amount_minor > 0 AND income_minor >= 0 AND COALESCE(approved_minor, 1) > 0",
                name="financing_request_amounts",
            ),
        ]


class FinancingOffer(Public):
    """Terms that the lender offers with an approval: up to so much, paid back in equal monthly instalments."""

    application: Any = fields.ForeignKeyField("models.FinancingApplication", on_delete=fields.RESTRICT)
    request: Any = fields.ForeignKeyField("models.FinancingRequest", on_delete=fields.RESTRICT)
    product = fields.IntField()  # the lender's number of it
    approved_minor = fields.BigIntField()
    minimum_minor = fields.BigIntField(default=0)
    months = fields.IntField()
    accepted = fields.BooleanField(default=False)

    application_id: int
    request_id: int

    class Meta:
        table = "financing_offer"
        indexes = [("application_id",)]
        constraints = [
            UniqueConstraint(fields=("request_id", "product"), name="financing_offer_once"),
            CheckConstraint(
                check="approved_minor > 0 AND minimum_minor >= 0 AND months > 0", name="financing_offer_terms"
            ),
        ]


class FinancingEvent(Row):
    """What happened in a session. Rows are only added."""

    application: Any = fields.ForeignKeyField("models.FinancingApplication", on_delete=fields.CASCADE)
    kind = fields.CharField(max_length=30)
    data: Any = fields.JSONField()
    at = fields.DatetimeField()

    application_id: int

    class Meta:
        table = "financing_event"
        indexes = [("application_id",)]
