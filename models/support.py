"""Talk with a person of staff: what it is about, and who said what, when, on which channel."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from models.base import Public, Row, Scoped


class SupportThread(Public, Scoped):
    """A customer's or a guest's question to the shop. `channel` and `address` are where they last wrote.

    `staff` is who looks after it since `taken_at`, null where nobody does.
    """

    conversation: Any = fields.ForeignKeyField("models.Conversation", on_delete=fields.RESTRICT)
    about = fields.CharField(max_length=12)  # order, payment, delivery, other
    state = fields.CharField(max_length=10)  # Waiting, Answered, Closed
    channel = fields.CharField(max_length=12)
    address = fields.CharField(max_length=64)
    staff: Any = fields.ForeignKeyField("models.StaffUser", null=True, on_delete=fields.RESTRICT)
    taken_at = fields.DatetimeField(null=True)

    conversation_id: int
    staff_id: int | None

    class Meta:
        table = "support_thread"
        indexes = [("conversation_id",), ("platform_id", "environment", "state", "updated_at")]
        constraints = [
            CheckConstraint(check="state IN ('Waiting', 'Answered', 'Closed')", name="support_thread_state")
        ]


class SupportMessage(Row):
    """One thing that was said in a thread, by its customer or by `staff`, with PINs and codes masked."""

    thread: Any = fields.ForeignKeyField("models.SupportThread", on_delete=fields.CASCADE)
    staff: Any = fields.ForeignKeyField("models.StaffUser", null=True, on_delete=fields.RESTRICT)
    channel = fields.CharField(max_length=12)
    text = fields.TextField()
    created_at = fields.DatetimeField()

    thread_id: int
    staff_id: int | None

    class Meta:
        table = "support_message"
        indexes = [("thread_id",)]
