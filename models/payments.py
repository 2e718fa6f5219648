"""Money on its way in or back: methods, payments, the attempts made for them, refunds."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from core.work import WorkRow
from models.base import Public, Row, Scoped


class PaymentMethod(Public, Scoped):
    """A way to pay that a platform offers."""

    code = fields.CharField(max_length=40)
    name = fields.CharField(max_length=120)
    description = fields.CharField(max_length=255, default="")
    kind = fields.CharField(max_length=20)  # card, gateway, mobile_money, immediate
    provider = fields.CharField(max_length=20, default="")
    position = fields.IntField(default=0)

    class Meta:
        table = "payment_method"
        constraints = [
            UniqueConstraint(fields=("platform_id", "environment", "code"), name="payment_method_once")
        ]


class Payment(Public, Scoped):
    """An amount (minor units) that pays for an order or its balance, or fills a card."""

    purpose = fields.CharField(max_length=10)  # order, balance, card
    order: Any = fields.ForeignKeyField("models.Order", null=True, on_delete=fields.RESTRICT)
    customer: Any = fields.ForeignKeyField("models.Customer", null=True, on_delete=fields.RESTRICT)
    method: Any = fields.ForeignKeyField("models.PaymentMethod", on_delete=fields.RESTRICT)
    state = fields.CharField(max_length=12, default="Created")
    amount_minor = fields.BigIntField()
    currency = fields.CharField(max_length=3)
    reason = fields.CharField(max_length=255, default="")  # why it was declined, for the customer
    settled_at = fields.DatetimeField(null=True)
    # Who began it: the customer, the merchant, the schedule.
    begun_by = fields.CharField(max_length=10, default="customer", db_default="customer")
    # What it is a capture of, where something was set aside for it.
    authorization: Any = fields.ForeignKeyField("models.Authorization", null=True, on_delete=fields.RESTRICT)
    # What it is a try to pay, where it was planned.
    plan: Any = fields.ForeignKeyField("models.PlannedPayment", null=True, on_delete=fields.RESTRICT)

    order_id: int | None
    customer_id: int | None
    method_id: int
    authorization_id: int | None
    plan_id: int | None

    class Meta:
        table = "payment"
        indexes = [
            ("customer_id",),
            ("order_id",),
            ("plan_id",),
            ("platform_id", "environment", "settled_at"),
        ]
        constraints = [
            CheckConstraint(check="amount_minor > 0", name="payment_amount"),
        ]


class PaymentAttempt(Public, WorkRow):
    """One conversation with a provider about one reference, which is stored before the call.

    While it is open the worker asks after it, and `state` says what is known.
    """

    payment: Any = fields.ForeignKeyField("models.Payment", on_delete=fields.RESTRICT)
    provider = fields.CharField(max_length=20)
    kind = fields.CharField(max_length=20)  # redirect, mobile_money, stored
    reference = fields.CharField(max_length=64, unique=True)
    state = fields.CharField(max_length=12, default="Stored")
    request: Any = fields.JSONField(default=dict)  # what the call needs: e-mail, phone, network, callback
    payment_url = fields.CharField(max_length=500, null=True)
    # What the provider has taken so far (minor units), where that is known to be more or less than was asked.
    received_minor = fields.BigIntField(default=0, db_default=0)
    reason = fields.CharField(max_length=255, default="")
    expires_at = fields.DatetimeField()

    payment_id: int
    read_along = ("payment",)

    class Meta:
        table = "payment_attempt"
        indexes = [("next_attempt_at",), ("payment_id",)]


class Refund(Public, WorkRow):
    """Money that goes back by the way it came (minor units)."""

    payment: Any = fields.ForeignKeyField("models.Payment", on_delete=fields.RESTRICT)
    amount_minor = fields.BigIntField()
    reason = fields.CharField(max_length=255)
    state = fields.CharField(max_length=12, default="Stored")
    provider_id = fields.CharField(max_length=64, null=True)

    payment_id: int

    class Meta:
        table = "refund"
        indexes = [("payment_id",), ("next_attempt_at",)]
        constraints = [
            CheckConstraint(check="amount_minor > 0", name="refund_amount"),
            UniqueConstraint(fields=("payment_id", "reason"), name="refund_reason_once"),
        ]


class ExternalEvent(Row, WorkRow):
    """A webhook, stored under the sender's own id before it is answered, worked on after."""

    provider = fields.CharField(max_length=20)
    event_id = fields.CharField(max_length=191)
    kind = fields.CharField(max_length=60)
    reference = fields.CharField(max_length=191, default="")
    body: Any = fields.JSONField()
    received_at = fields.DatetimeField()
    done_at = fields.DatetimeField(null=True)

    class Meta:
        table = "external_event"
        indexes = [("next_attempt_at",)]
        constraints = [UniqueConstraint(fields=("provider", "event_id"), name="external_event_once")]
