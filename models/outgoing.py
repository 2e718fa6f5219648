"""Webhooks that go out: who is told of what, what happened, and how the telling went."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from core.work import WorkRow
from models.base import Public, Row, Scoped

# Of an endpoint's deliveries that are due at most so many are claimed at a time: a slow one holds up only itself.
AT_ONCE = 5


class WebhookEndpoint(Public, Scoped):
    """An address of a merchant's that is told of what happens. Its secrets are kept sealed with the server's key."""

    url = fields.CharField(max_length=500)
    description = fields.CharField(max_length=120, default="")
    topics: Any = fields.JSONField()  # a topic, all of a noun (order.*), or all there are (*)
    enabled = fields.BooleanField(default=True)
    # The newest, and the one before it; where nothing is sealed they are derived from their number.
    secrets_sealed = fields.CharField(max_length=400, default="", db_default="")
    secret_number = fields.IntField(default=1)
    # Until then the secret before the newest signs as well.
    overlaps_until = fields.DatetimeField(null=True)
    # Since when nothing was delivered there that was tried.
    failing_since = fields.DatetimeField(null=True)
    # When the market itself turned it off, and why; null where nobody or staff did.
    turned_off_at = fields.DatetimeField(null=True)
    turned_off_because = fields.CharField(max_length=255, default="")
    deleted_at = fields.DatetimeField(null=True)

    class Meta:
        table = "webhook_endpoint"
        indexes = [("platform_id", "environment")]
        constraints = [CheckConstraint(check="secret_number >= 1", name="webhook_endpoint_secret")]


class WebhookEvent(Public, Scoped):
    """Something that happened, as those who want to know are told of it. Rows are only added."""

    topic = fields.CharField(max_length=60)
    key = fields.CharField(max_length=120)  # the same for the same fact, which is told once
    data: Any = fields.JSONField()

    class Meta:
        table = "webhook_event"
        indexes = [("created_at",)]
        constraints = [
            UniqueConstraint(fields=("platform_id", "environment", "key"), name="webhook_event_once")
        ]


class WebhookDelivery(Public, WorkRow):
    """One event on its way to one endpoint. How long it is tried counts from `begun_at`."""

    endpoint: Any = fields.ForeignKeyField("models.WebhookEndpoint", on_delete=fields.RESTRICT)
    event: Any = fields.ForeignKeyField("models.WebhookEvent", on_delete=fields.CASCADE)
    state = fields.CharField(max_length=10, default="Waiting")
    begun_at = fields.DatetimeField()
    status = fields.IntField(null=True)  # of the last answer (HTTP); null where there was none
    reason = fields.CharField(max_length=255, default="")

    endpoint_id: int
    event_id: int
    read_along = ("endpoint", "event")
    # All that is due is numbered once; asked for each row, twenty thousand of them took seconds.
    claimable = (
        "due.id IN (SELECT first.id FROM (SELECT ahead.id, ROW_NUMBER() OVER (PARTITION BY ahead.endpoint_id "
        "ORDER BY ahead.next_attempt_at, ahead.id) AS place FROM webhook_delivery ahead WHERE ahead.next_attempt_at <= $1) first "
        f"WHERE first.place <= {AT_ONCE})"
    )

    class Meta:
        table = "webhook_delivery"
        indexes = [("next_attempt_at",), ("endpoint_id", "next_attempt_at"), ("endpoint_id", "state")]
        constraints = [
            UniqueConstraint(fields=("event_id", "endpoint_id"), name="webhook_delivery_once"),
            CheckConstraint(
                check="state IN ('Waiting', 'Delivered', 'Dead') AND (state = 'Waiting') = (next_attempt_at IS NOT NULL)",
                name="webhook_delivery_state",
            ),
        ]


class WebhookTry(Row):
    """One try of a delivery: what was answered, the beginning of it, and how long that took. Rows are only added."""

    delivery: Any = fields.ForeignKeyField("models.WebhookDelivery", on_delete=fields.CASCADE)
    at = fields.DatetimeField()
    status = fields.IntField(null=True)
    took_ms = fields.IntField()
    said = fields.CharField(max_length=500, default="")  # the beginning of the answer, or why there was none

    delivery_id: int

    class Meta:
        table = "webhook_try"
        indexes = [("delivery_id",)]
