"""Tenants, and the keys that name them."""

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from models.base import Public, Row, Scoped


class Platform(Public):
    """A tenant: a business's shop."""

    code = fields.CharField(max_length=40, unique=True)
    name = fields.CharField(max_length=120)
    country = fields.CharField(max_length=2)  # ISO-2; also the region phone numbers are read in
    currency = fields.CharField(max_length=3)
    tax_basis_points = fields.IntField(default=0)  # contained in every price; 1500 is 15 %
    order_prefix = fields.CharField(max_length=4)
    default_gateway = fields.CharField(max_length=40)  # code of a payment method
    # What becomes of money that was taken when an order with a balance is called off: refund, keep, part.
    deposit_policy = fields.CharField(max_length=10, default="refund", db_default="refund")
    deposit_kept_ppm = fields.IntField(default=0, db_default=0)  # of what was taken, for part: millionths
    # Days until an order that was placed on account falls due.
    account_days = fields.IntField(default=14, db_default=14)
    # Whether somebody may buy without an account.
    guest_checkout = fields.BooleanField(default=True, db_default=True)
    dial_code = fields.CharField(max_length=20, null=True, unique=True)  # USSD service code, e.g. *920*44#
    # What the market keeps of goods that its sellers sell: millionths; a seller may have a rate of their own.
    commission_ppm = fields.IntField(default=0, db_default=0)
    # Days from when an order is paid in full until its sellers are paid.
    payout_hold_days = fields.IntField(default=7, db_default=7)
    # Whether everybody of staff needs a second factor to do anything.
    staff_second_factor = fields.BooleanField(default=False, db_default=False)

    class Meta:
        table = "platform"
        constraints = [
            CheckConstraint(
                check="commission_ppm >= 0 AND commission_ppm <= 1000000 AND payout_hold_days >= 0",
                name="platform_sellers_terms",
            ),
            CheckConstraint(check="account_days >= 0", name="platform_account_days"),
            CheckConstraint(
                check="deposit_policy IN ('refund', 'keep', 'part') AND deposit_kept_ppm >= 0 "
                "AND deposit_kept_ppm <= 1000000",
                name="platform_deposit_policy",
            ),
        ]


class ApiKey(Row, Scoped):
    """A key that names platform and environment, for the doors of one audience. Only its hash is kept, and how it ends."""

    key_hash = fields.CharField(max_length=64, unique=True)
    label = fields.CharField(max_length=80)
    audience = fields.CharField(max_length=12, default="shop", db_default="shop")  # shop, downpay, financing
    ends_with = fields.CharField(max_length=4, default="", db_default="")  # to tell it from others
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(null=True)  # one that was followed by another is good until then
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "api_key"
