"""Accounts on their way out: what is left to do of each, and where the export of it lies meanwhile."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from core.work import WorkRow
from models.base import Public, Scoped


class AccountClosing(Public, WorkRow, Scoped):
    """A customer's account that staff closed: exported into a private file, then erased, and in the end the file goes, too.

    `file_key` is chosen before the file is written, so that a worker who is killed leaves none that nobody names.
    """

    customer: Any = fields.OneToOneField("models.Customer", on_delete=fields.RESTRICT)
    staff: Any = fields.ForeignKeyField("models.StaffUser", on_delete=fields.RESTRICT)
    state = fields.CharField(max_length=10, default="Requested")
    reason = fields.CharField(max_length=255)
    file_key = fields.CharField(max_length=120)
    file_bytes = fields.IntField(null=True)
    exported_at = fields.DatetimeField(null=True)
    erased_at = fields.DatetimeField(null=True)
    kept_until = fields.DatetimeField(null=True)  # the file

    customer_id: int
    staff_id: int

    class Meta:
        table = "account_closing"
        indexes = [("next_attempt_at",)]
        constraints = [
            CheckConstraint(
                check="state IN ('Requested', 'Exported', 'Erased', 'Done')", name="account_closing_state"
            )
        ]
