"""The people who buy: customers, the channels they are on, codes, sessions, addresses."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from models.base import Public, Row, Scoped


class Customer(Public, Scoped):
    """A person who buys. `secret_epoch` rises with every change of password or PIN and ends older tokens."""

    phone = fields.CharField(max_length=20, null=True)  # E.164, proven by a code or by the network
    stated_phone = fields.CharField(max_length=20, null=True)  # E.164, as given and not proven
    email = fields.CharField(max_length=255, null=True)  # lower case
    email_verified_at = fields.DatetimeField(null=True)
    full_name = fields.CharField(max_length=200, default="")
    last_name = fields.CharField(
        max_length=100, default="", db_default=""
    )  # where known, the end of `full_name`
    title = fields.CharField(max_length=40, default="")
    city = fields.CharField(max_length=120, null=True)
    street = fields.CharField(max_length=255, null=True)
    gps = fields.CharField(max_length=120, null=True)
    language = fields.CharField(max_length=5, default="en")
    avatar_path = fields.CharField(max_length=255, default="", db_default="")  # key in the file store
    password_hash = fields.CharField(max_length=255, null=True)
    pin_hash = fields.CharField(max_length=255, null=True)
    pin_tries = fields.IntField(default=0)  # wrong ones since the last right one, on all channels together
    secret_epoch = fields.IntField(default=0)
    last_login_at = fields.DatetimeField(null=True)
    locked_at = fields.DatetimeField(null=True)  # since when they can neither sign in nor move money
    lock_reason = fields.CharField(max_length=255, default="", db_default="")  # for staff
    closed_at = fields.DatetimeField(null=True)  # locked for good; who they were is erased

    class Meta:
        table = "customer"
        constraints = [
            UniqueConstraint(fields=("platform_id", "environment", "phone"), name="customer_phone_once"),
            UniqueConstraint(fields=("platform_id", "environment", "email"), name="customer_email_once"),
            CheckConstraint(check="pin_tries >= 0", name="customer_pin_tries"),
        ]


class ChannelIdentity(Row, Scoped):
    """Somebody on a channel (`ussd`, `sms`, `telegram`, `web`), perhaps already known as a customer.

    Who `signed_out` is recognised again only by a proof. `doubt` is why the person behind it may be another one by now:
    silent, network, flagged; empty where there is none.
    """

    channel = fields.CharField(max_length=12)
    external_id = fields.CharField(max_length=64)
    customer: Any = fields.ForeignKeyField("models.Customer", null=True, on_delete=fields.RESTRICT)
    conversation: Any = fields.ForeignKeyField("models.Conversation", null=True, on_delete=fields.RESTRICT)
    name = fields.CharField(
        max_length=64, default="", db_default=""
    )  # on Telegram the user name, without its @
    created_at = fields.DatetimeField()
    signed_out_at = fields.DatetimeField(null=True)
    last_seen_at = fields.DatetimeField(null=True)  # to the day
    network_code = fields.CharField(
        max_length=10, default="", db_default=""
    )  # the last one that a gateway named
    doubt = fields.CharField(max_length=10, default="", db_default="")
    doubted_at = fields.DatetimeField(null=True)
    blocked_at = fields.DatetimeField(
        null=True
    )  # since when they want nothing here; null again once they write

    customer_id: int | None
    conversation_id: int | None

    class Meta:
        table = "channel_identity"
        indexes = [("customer_id",)]
        constraints = [
            UniqueConstraint(
                fields=("platform_id", "environment", "channel", "external_id"), name="channel_identity_once"
            )
        ]


class OtpChallenge(Public, Scoped):
    """A one-time code that was sent. The code itself is kept nowhere: it is a keyed hash of `uid`."""

    purpose = fields.CharField(
        max_length=12
    )  # signup, reset, link, email, pin, contact; by a token: verify, password, email
    contact = fields.CharField(max_length=255)  # E.164 or e-mail
    customer: Any = fields.ForeignKeyField("models.Customer", null=True, on_delete=fields.CASCADE)
    payload: Any = fields.JSONField(default=dict)  # what the purpose needs afterwards, e.g. a password's hash
    expires_at = fields.DatetimeField()
    tries = fields.IntField(default=0)
    used_at = fields.DatetimeField(null=True)

    customer_id: int | None

    class Meta:
        table = "otp_challenge"
        indexes = [("platform_id", "environment", "contact", "created_at")]
        constraints = [CheckConstraint(check="tries >= 0 AND tries <= 5", name="otp_tries")]


class SocialIdentity(Row, Scoped):
    """Somebody at a provider of identities (`google`, `apple`), by the subject that never changes there."""

    provider = fields.CharField(max_length=12)
    subject = fields.CharField(max_length=255)
    customer: Any = fields.ForeignKeyField("models.Customer", on_delete=fields.CASCADE)
    created_at = fields.DatetimeField()

    customer_id: int

    class Meta:
        table = "social_identity"
        indexes = [("customer_id",)]
        constraints = [
            UniqueConstraint(
                fields=("platform_id", "environment", "provider", "subject"), name="social_identity_once"
            )
        ]


class ShopSession(Row, Scoped):
    """A visitor of the shop API, guest or signed in, named by an opaque token of which the hash is kept."""

    token_hash = fields.CharField(max_length=64, unique=True)
    customer: Any = fields.ForeignKeyField("models.Customer", null=True, on_delete=fields.CASCADE)
    order: Any = fields.ForeignKeyField("models.Order", null=True, on_delete=fields.SET_NULL)
    challenge: Any = fields.ForeignKeyField("models.OtpChallenge", null=True, on_delete=fields.SET_NULL)
    secret_epoch = fields.IntField(default=0)  # the customer's when they signed in
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()

    customer_id: int | None
    order_id: int | None
    challenge_id: int | None

    class Meta:
        table = "shop_session"


class Address(Public, Scoped):
    """A customer's saved address."""

    # Named to the world by `carrier_address_id`, the delivery service's id for it or, where that was out of reach, ours.
    customer: Any = fields.ForeignKeyField("models.Customer", on_delete=fields.CASCADE)
    title = fields.CharField(max_length=80, default="")
    full_name = fields.CharField(max_length=200, default="")
    phone = fields.CharField(max_length=20, default="")
    street = fields.CharField(max_length=255)
    street2 = fields.CharField(max_length=255, default="", db_default="")
    city = fields.CharField(max_length=120, default="")
    region = fields.CharField(max_length=120, default="")
    postal_code = fields.CharField(max_length=20, default="", db_default="")
    country = fields.CharField(max_length=2)
    gps = fields.CharField(max_length=120, default="")
    last_name = fields.CharField(
        max_length=100, default="", db_default=""
    )  # where known, the end of `full_name`
    email = fields.CharField(max_length=255, default="", db_default="")
    is_residential = fields.BooleanField(default=True, db_default=True)
    carrier_address_id = fields.CharField(max_length=80, null=True)
    company = fields.CharField(max_length=200, default="", db_default="")
    custom: Any = fields.JSONField(null=True)  # what else an app keeps with it, small
    default_shipping = fields.BooleanField(default=False, db_default=False)
    default_billing = fields.BooleanField(default=False, db_default=False)
    deleted_at = fields.DatetimeField(null=True)

    customer_id: int

    class Meta:
        table = "address"
        indexes = [("customer_id",), ("carrier_address_id",)]
