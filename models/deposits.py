"""Selling now and collecting later: the terms, what falls due, and how it is collected."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from core.work import WorkRow
from models.base import Public, Row, Scoped


class PurchaseOptionGroup(Public, Scoped):
    """Terms of sale for some products, variants, or everything with a tag. A deleted one stays for its orders."""

    merchant_code = fields.CharField(max_length=120)  # the merchant's name for it
    line_item_descriptor = fields.CharField(max_length=120)  # what a buyer reads in cart and checkout
    requires_option = fields.BooleanField(default=False)  # its products can't be bought without an option
    assignment = fields.CharField(max_length=10)  # PRODUCTS, VARIANTS, TAGS
    deleted_at = fields.DatetimeField(null=True)

    class Meta:
        table = "purchase_option_group"
        indexes = [("platform_id", "environment", "deleted_at")]


class PurchaseOption(Public):
    """One way to buy: a share (millionths) or a fixed amount (minor units a piece) now, the rest later.

    `due_after` is an ISO 8601 duration from checkout on. Changing terms retires the row and adds another, since
    orders keep what was agreed.
    """

    group: Any = fields.ForeignKeyField("models.PurchaseOptionGroup", on_delete=fields.CASCADE)
    description = fields.CharField(max_length=160)
    position = fields.IntField(default=0)
    charge_ppm = fields.IntField(null=True)
    charge_minor = fields.BigIntField(null=True)
    trigger = fields.CharField(max_length=20)  # ExactTime, TimeAfterCheckout, NoRemainingBalance
    due_at = fields.DatetimeField(null=True)
    due_after = fields.CharField(max_length=40, default="")
    retired_at = fields.DatetimeField(null=True)

    group_id: int

    class Meta:
        table = "purchase_option"
        indexes = [("group_id",)]
        constraints = [
            CheckConstraint(
                check="(charge_ppm IS NULL) <> (charge_minor IS NULL)", name="purchase_option_one_charge"
            ),
            CheckConstraint(
                check="charge_ppm IS NULL OR (charge_ppm >= 0 AND charge_ppm <= 1000000)",
                name="purchase_option_share",
            ),
            CheckConstraint(check="charge_minor IS NULL OR charge_minor >= 0", name="purchase_option_price"),
            CheckConstraint(
                check="(trigger = 'ExactTime') = (due_at IS NOT NULL)", name="purchase_option_exact_time"
            ),
            CheckConstraint(
                check="(trigger = 'TimeAfterCheckout') = (due_after <> '')", name="purchase_option_time_after"
            ),
        ]


class PurchaseOptionMember(Row):
    """What a group's terms hold for: a product, a variant, or whatever has a tag, now or later."""

    group: Any = fields.ForeignKeyField("models.PurchaseOptionGroup", on_delete=fields.CASCADE)
    product: Any = fields.ForeignKeyField("models.Product", null=True, on_delete=fields.CASCADE)
    variant: Any = fields.ForeignKeyField("models.Variant", null=True, on_delete=fields.CASCADE)
    tag: Any = fields.ForeignKeyField("models.Tag", null=True, on_delete=fields.CASCADE)

    group_id: int
    product_id: int | None
    variant_id: int | None
    tag_id: int | None

    class Meta:
        table = "purchase_option_member"
        indexes = [("product_id",), ("variant_id",), ("tag_id",)]
        constraints = [
            UniqueConstraint(fields=("group_id", "product_id"), name="purchase_option_product_once"),
            UniqueConstraint(fields=("group_id", "variant_id"), name="purchase_option_variant_once"),
            UniqueConstraint(fields=("group_id", "tag_id"), name="purchase_option_tag_once"),
            CheckConstraint(
                check="(CASE WHEN product_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN variant_id IS NULL "
                "THEN 0 ELSE 1 END) + (CASE WHEN tag_id IS NULL THEN 0 ELSE 1 END) = 1",
                name="purchase_option_member_is_one",
            ),
        ]


class StoredMethod(Public, WorkRow, Scoped):
    """A way in which a customer has let us collect again: a card at a gateway, a wallet, their shopping card.

    `code` and `email` are what the provider wants with a charge. `fingerprint` tells whether two are the same. Of a
    removed one the provider is still to be told.
    """

    customer: Any = fields.ForeignKeyField("models.Customer", on_delete=fields.RESTRICT)
    method: Any = fields.ForeignKeyField("models.PaymentMethod", on_delete=fields.RESTRICT)
    kind = fields.CharField(max_length=20)  # card (the shopping card), stored (a gateway's), mobile_money
    provider = fields.CharField(max_length=20, default="")
    fingerprint = fields.CharField(max_length=191)
    label = fields.CharField(max_length=80)  # what a person reads: Visa 4081
    code = fields.CharField(max_length=191, default="")
    email = fields.CharField(max_length=255, default="")
    phone = fields.CharField(max_length=20, default="")
    network = fields.CharField(max_length=12, default="")
    removed_at = fields.DatetimeField(null=True)

    customer_id: int
    method_id: int

    class Meta:
        table = "stored_method"
        indexes = [("next_attempt_at",)]
        constraints = [
            UniqueConstraint(
                fields=("customer_id", "provider", "kind", "fingerprint"), name="stored_method_once"
            )
        ]


class ScheduledCharge(Public, Scoped):
    """A part of an order's price that falls due at `due_at` (UTC). Amounts in minor units, tax contained.

    `step` counts what the plan has done for it so far (notices, tries), `next_step_at` says when it is looked at
    next; null once nothing is to be done.
    """

    order: Any = fields.ForeignKeyField("models.Order", on_delete=fields.RESTRICT)
    customer: Any = fields.ForeignKeyField("models.Customer", on_delete=fields.RESTRICT)
    state = fields.CharField(max_length=12, default="Waiting")
    currency = fields.CharField(max_length=3)
    amount_minor = fields.BigIntField()
    tax_minor = fields.BigIntField(default=0)
    collected_minor = fields.BigIntField(default=0)
    due_at = fields.DatetimeField()
    step = fields.IntField(default=0)
    next_step_at = fields.DatetimeField(null=True)
    reason = fields.CharField(max_length=255, default="")  # why the last try failed, for the customer

    order_id: int
    customer_id: int

    class Meta:
        table = "scheduled_charge"
        indexes = [("order_id",), ("customer_id",)]  # and models.base.PARTIAL
        constraints = [
            CheckConstraint(
                check="amount_minor > 0 AND collected_minor >= 0 AND collected_minor <= amount_minor",
                name="scheduled_charge_amounts",
            ),
            CheckConstraint(
                check="(state = 'Paid') = (collected_minor = amount_minor)", name="scheduled_charge_paid"
            ),
        ]


class Authorization(Public, Scoped):
    """Money set aside for an order (minor units): held on the shopping card, or our own record over a stored card."""

    order: Any = fields.ForeignKeyField("models.Order", on_delete=fields.RESTRICT)
    stored_method: Any = fields.ForeignKeyField("models.StoredMethod", on_delete=fields.RESTRICT)
    state = fields.CharField(max_length=12, default="Active")
    currency = fields.CharField(max_length=3)
    amount_minor = fields.BigIntField()
    collected_minor = fields.BigIntField(default=0)
    expires_at = fields.DatetimeField()

    order_id: int
    stored_method_id: int

    class Meta:
        table = "payment_authorization"
        indexes = [("order_id",), ("state", "expires_at")]
        constraints = [
            CheckConstraint(
                check="amount_minor > 0 AND collected_minor >= 0 AND collected_minor <= amount_minor",
                name="payment_authorization_amounts",
            )
        ]
