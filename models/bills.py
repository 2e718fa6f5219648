"""Bills: who sells airtime, data, power and TV, their bundles, what was bought, and for whom."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from core.work import WorkRow
from models.base import Public, Row, Scoped


class Biller(Public, Scoped):
    """A network, disco or TV company that a platform sells for. Limits in minor units.

    `number` names it beside `uid`; `service` is what the provider calls it.
    """

    kind = fields.CharField(max_length=12)  # airtime, data, cable, electricity
    number = fields.IntField()
    name = fields.CharField(max_length=50)
    slug = fields.CharField(max_length=100)
    provider = fields.CharField(max_length=20)
    service = fields.CharField(max_length=60)
    least_minor = fields.BigIntField()
    most_minor = fields.BigIntField()
    active = fields.BooleanField(default=True)
    plans_read_at = fields.DatetimeField(null=True)

    class Meta:
        table = "biller"
        constraints = [
            UniqueConstraint(fields=("platform_id", "environment", "number"), name="biller_number_once"),
            UniqueConstraint(fields=("platform_id", "environment", "kind", "slug"), name="biller_slug_once"),
            CheckConstraint(check="least_minor > 0 AND least_minor <= most_minor", name="biller_limits"),
        ]


class BillPlan(Row):
    """A bundle, package or meter type. `amount_minor` is null where the customer chooses the amount."""

    biller: Any = fields.ForeignKeyField("models.Biller", on_delete=fields.CASCADE)
    code = fields.CharField(max_length=120)  # the provider's
    slug = fields.CharField(max_length=100)
    name = fields.CharField(max_length=200)
    amount_minor = fields.BigIntField(null=True)
    period = fields.CharField(max_length=10, default="")  # Daily, Weekly, Monthly, for data
    active = fields.BooleanField(default=True)
    position = fields.IntField(default=0)

    biller_id: int

    class Meta:
        table = "bill_plan"
        constraints = [
            UniqueConstraint(fields=("biller_id", "code"), name="bill_plan_code_once"),
            UniqueConstraint(fields=("biller_id", "slug"), name="bill_plan_slug_once"),
        ]


class BillPurchase(Public, Scoped, WorkRow):
    """Something bought at a biller with money from a card, which waits in suspense until the outcome is known.

    `reference` is stored before the call. While the row is open the worker asks after it, until `expires_at`.
    """

    customer: Any = fields.ForeignKeyField("models.Customer", on_delete=fields.RESTRICT)
    biller: Any = fields.ForeignKeyField("models.Biller", on_delete=fields.RESTRICT)
    plan: Any = fields.ForeignKeyField("models.BillPlan", null=True, on_delete=fields.RESTRICT)
    reference = fields.CharField(max_length=64, unique=True)
    state = fields.CharField(max_length=12, default="Stored")
    amount_minor = fields.BigIntField()
    currency = fields.CharField(max_length=3)
    phone = fields.CharField(max_length=20)  # E.164
    account = fields.CharField(max_length=50, default="")  # meter or smart card
    provider_id = fields.CharField(max_length=80, default="")
    token = fields.CharField(max_length=120, default="")
    units = fields.CharField(max_length=40, default="")
    reason = fields.CharField(max_length=255, default="")
    expires_at = fields.DatetimeField()
    done_at = fields.DatetimeField(null=True)

    customer_id: int
    biller_id: int
    plan_id: int | None

    class Meta:
        table = "bill_purchase"
        indexes = [("customer_id", "id"), ("next_attempt_at",), ("provider_id",)]
        constraints = [CheckConstraint(check="amount_minor > 0", name="bill_purchase_amount")]


class Beneficiary(Public, Scoped):
    """A line, meter or smart card that a customer paid for before."""

    customer: Any = fields.ForeignKeyField("models.Customer", on_delete=fields.CASCADE)
    biller: Any = fields.ForeignKeyField("models.Biller", on_delete=fields.CASCADE)
    number = fields.CharField(max_length=50)  # E.164 for airtime and data
    name = fields.CharField(max_length=120, default="")  # the biller's for it
    nickname = fields.CharField(max_length=40, default="", db_default="")  # the customer's own
    last_purchase: Any = fields.ForeignKeyField("models.BillPurchase", null=True, on_delete=fields.SET_NULL)

    customer_id: int
    biller_id: int
    last_purchase_id: int | None

    class Meta:
        table = "beneficiary"
        constraints = [
            UniqueConstraint(fields=("customer_id", "biller_id", "number"), name="beneficiary_once")
        ]


class BillInquiry(Row, Scoped, WorkRow):
    """A customer's question to a biller that a worker asks: whose `number` is, or what there is to buy where empty.

    The answer is believed until `expires_at`; until then, too, a worker asks.
    """

    customer: Any = fields.ForeignKeyField("models.Customer", on_delete=fields.CASCADE)
    biller: Any = fields.ForeignKeyField("models.Biller", on_delete=fields.CASCADE)
    number = fields.CharField(max_length=50, default="")
    state = fields.CharField(max_length=12, default="Stored")  # see services/bills/states.py
    name = fields.CharField(max_length=120, default="")
    least_minor = fields.BigIntField(null=True)
    expires_at = fields.DatetimeField()

    customer_id: int
    biller_id: int

    class Meta:
        table = "bill_inquiry"
        indexes = [("customer_id", "biller_id"), ("biller_id", "number"), ("next_attempt_at",)]
