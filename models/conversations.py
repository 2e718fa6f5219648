"""Talk: conversations, what came in, what goes out."""

from typing import Any, ClassVar

from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint

from core.work import WorkRow
from models.base import Public, Row, Scoped


class Conversation(Row, Scoped):
    """Where somebody stands, on whatever channel: a plain JSON session. One per customer."""

    customer: Any = fields.OneToOneField("models.Customer", null=True, on_delete=fields.RESTRICT)
    session: Any = fields.JSONField(default=dict)
    updated_at = fields.DatetimeField()

    customer_id: int | None

    class Meta:
        table = "conversation"


class InboundMessage(Row, WorkRow, Scoped):
    """A message as it came, once per the channel's own id. `text` is wiped where it held a secret.

    `reply` is what was answered, so that the same message delivered again gets the same answer. Of one person's messages
    that wait, only the first can be claimed.
    """

    claimable: ClassVar[str] = (
        "NOT EXISTS (SELECT 1 FROM inbound_message earlier WHERE earlier.next_attempt_at IS NOT NULL "
        "AND earlier.id < due.id AND earlier.platform_id = due.platform_id AND earlier.environment = due.environment "
        "AND earlier.channel = due.channel AND earlier.gateway = due.gateway AND earlier.sender = due.sender)"
    )

    channel = fields.CharField(max_length=12)
    gateway = fields.CharField(max_length=20)
    external_id = fields.CharField(max_length=191)
    sender = fields.CharField(max_length=64)
    body: Any = fields.JSONField()
    reply: Any = fields.JSONField(null=True)
    received_at = fields.DatetimeField()

    class Meta:
        table = "inbound_message"
        indexes = [("next_attempt_at",)]
        constraints = [
            UniqueConstraint(
                fields=("platform_id", "environment", "channel", "gateway", "external_id"),
                name="inbound_once",
            )
        ]


class OutboundMessage(Public, WorkRow, Scoped):
    """A message to be sent. What may not be stored in words (a code) is named in `params` and put in when sent."""

    channel = fields.CharField(max_length=12)  # sms, telegram, email
    to = fields.CharField(max_length=255)
    template = fields.CharField(max_length=40)
    params: Any = fields.JSONField(default=dict)
    state = fields.CharField(max_length=12, default="Queued")
    dedupe_key = fields.CharField(max_length=120, null=True, unique=True)
    provider_id = fields.CharField(max_length=120, null=True)
    reason = fields.CharField(max_length=255, default="")
    sent_at = fields.DatetimeField(null=True)

    class Meta:
        table = "outbound_message"
        indexes = [("to", "created_at"), ("next_attempt_at",), ("provider_id",)]
