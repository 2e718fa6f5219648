"""Who wants no messages: an address that said so, and nobody asks why."""

from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint

from models.base import Row, Scoped


class MessageOptOut(Row, Scoped):
    """An address (a number in E.164) that wrote STOP. The row is gone once it writes START."""

    channel = fields.CharField(max_length=12)
    address = fields.CharField(max_length=255)
    created_at = fields.DatetimeField()

    class Meta:
        table = "message_opt_out"
        constraints = [
            UniqueConstraint(
                fields=("platform_id", "environment", "channel", "address"), name="message_opt_out_once"
            )
        ]
