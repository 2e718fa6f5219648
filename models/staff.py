"""People of staff, their sessions, and what they did."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint

from models.base import Public, Row, Scoped


class StaffUser(Public, Scoped):
    """Somebody who works in the market, or sells in it: then they see only what is their `seller`'s."""

    email = fields.CharField(max_length=255)
    first_name = fields.CharField(max_length=100, default="", db_default="")
    last_name = fields.CharField(max_length=100, default="", db_default="")
    password_hash = fields.CharField(max_length=255)
    # Somebody else chose the password.
    must_change_password = fields.BooleanField(default=False, db_default=False)
    role = fields.CharField(max_length=20)
    seller: Any = fields.ForeignKeyField("models.Seller", null=True, on_delete=fields.RESTRICT)
    secret_epoch = fields.IntField(default=0)
    left_at = fields.DatetimeField(null=True)  # since when they work here no more
    # The second factor's secret, sealed with the server's key, so that the database alone tells no code.
    totp_sealed = fields.CharField(max_length=255, default="", db_default="")
    # It was made of this and the server's key where nothing is sealed.
    totp_nonce = fields.CharField(max_length=64, default="", db_default="")
    totp_since = fields.DatetimeField(null=True)  # since when a code is asked for
    totp_step = fields.BigIntField(
        default=0, db_default=0
    )  # of the last code that was taken: none serves twice

    seller_id: int | None

    class Meta:
        table = "staff_user"
        constraints = [
            UniqueConstraint(fields=("platform_id", "environment", "email"), name="staff_email_once")
        ]


class StaffSession(Row, Scoped):
    """A person of staff who signed in, named by an opaque token of which the hash is kept."""

    token_hash = fields.CharField(max_length=64, unique=True)
    staff: Any = fields.ForeignKeyField("models.StaffUser", on_delete=fields.CASCADE)
    secret_epoch = fields.IntField(default=0)  # the person's when they signed in
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    seen_at = fields.DatetimeField(null=True)  # to some minutes
    address = fields.CharField(max_length=64, default="", db_default="")  # the client's, at signing in
    browser = fields.CharField(max_length=200, default="", db_default="")  # as it names itself

    staff_id: int

    class Meta:
        table = "staff_session"
        indexes = [("staff_id",)]


class StaffRecoveryCode(Row):
    """A code for whoever has lost their second factor. It serves once, and only its hash is kept."""

    staff: Any = fields.ForeignKeyField("models.StaffUser", on_delete=fields.CASCADE)
    code_hash = fields.CharField(max_length=64)

    staff_id: int

    class Meta:
        table = "staff_recovery_code"
        constraints = [UniqueConstraint(fields=("staff_id", "code_hash"), name="staff_recovery_code_once")]


class AuditEntry(Row, Scoped):
    """What somebody of staff did, to which noun. Rows are only added."""

    staff: Any = fields.ForeignKeyField("models.StaffUser", on_delete=fields.RESTRICT)
    act = fields.CharField(max_length=20)  # created, updated, deleted, approved …
    noun = fields.CharField(max_length=30)
    noun_id = fields.BigIntField(null=True)
    data: Any = fields.JSONField(default=dict)
    address = fields.CharField(max_length=64, default="")  # the client's
    at = fields.DatetimeField()

    staff_id: int

    class Meta:
        table = "audit_entry"
        indexes = [("platform_id", "environment", "at"), ("noun", "noun_id")]
