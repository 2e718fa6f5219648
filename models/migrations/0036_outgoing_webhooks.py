"""Webhooks that go out: endpoints, events, deliveries and their tries."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from core.clock import now
from core.ids import new_uid
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from models.schema import AddConstraints, Constraint

CONSTRAINTS: dict[str, list[Constraint]] = {
    "WebhookEndpoint": [CheckConstraint(check="secret_number >= 1", name="webhook_endpoint_secret")],
    "WebhookEvent": [UniqueConstraint(fields=("platform_id", "environment", "key"), name="webhook_event_once")],
    "WebhookDelivery": [
        UniqueConstraint(fields=("event_id", "endpoint_id"), name="webhook_delivery_once"),
        CheckConstraint(
            check="state IN ('Waiting', 'Delivered', 'Dead') AND (state = 'Waiting') = (next_attempt_at IS NOT NULL)",
            name="webhook_delivery_state",
        ),
    ],
}


class Migration(migrations.Migration):
    dependencies = [("models", "0034_organizations_properties")]

    initial = False

    operations = [
        ops.CreateModel(
            name='WebhookEndpoint',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('url', fields.CharField(max_length=500)),
                ('description', fields.CharField(default='', max_length=120)),
                ('topics', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('enabled', fields.BooleanField(default=True)),
                ('secret_number', fields.IntField(default=1)),
                ('overlaps_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('failing_since', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('turned_off_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('turned_off_because', fields.CharField(default='', max_length=255)),
                ('deleted_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'webhook_endpoint', 'app': 'models', 'indexes': [Index(fields=['platform_id', 'environment'])], 'pk_attr': 'id', 'table_description': "An address of a merchant's that is told of what happens. Its secrets are derived from `secret_number`, and stored nowhere."},
            bases=['Public', 'Scoped'],
        ),
        ops.CreateModel(
            name='WebhookEvent',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('topic', fields.CharField(max_length=60)),
                ('key', fields.CharField(max_length=120)),
                ('data', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={'table': 'webhook_event', 'app': 'models', 'indexes': [Index(fields=['created_at'])], 'pk_attr': 'id', 'table_description': 'Something that happened, as those who want to know are told of it. Rows are only added.'},
            bases=['Public', 'Scoped'],
        ),
        ops.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('attempts', fields.IntField(default=0)),
                ('next_attempt_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('lease', fields.CharField(null=True, max_length=64)),
                ('leased_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('endpoint', fields.ForeignKeyField('models.WebhookEndpoint', source_field='endpoint_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('event', fields.ForeignKeyField('models.WebhookEvent', source_field='event_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('state', fields.CharField(default='Waiting', max_length=10)),
                ('begun_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('status', fields.IntField(null=True)),
                ('reason', fields.CharField(default='', max_length=255)),
            ],
            options={'table': 'webhook_delivery', 'app': 'models', 'indexes': [Index(fields=['next_attempt_at']), Index(fields=['endpoint_id', 'next_attempt_at']), Index(fields=['endpoint_id', 'state'])], 'pk_attr': 'id', 'table_description': 'One event on its way to one endpoint. How long it is tried counts from `begun_at`.'},
            bases=['Public', 'WorkRow'],
        ),
        ops.CreateModel(
            name='WebhookTry',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('delivery', fields.ForeignKeyField('models.WebhookDelivery', source_field='delivery_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('status', fields.IntField(null=True)),
                ('took_ms', fields.IntField()),
                ('said', fields.CharField(default='', max_length=500)),
            ],
            options={'table': 'webhook_try', 'app': 'models', 'indexes': [Index(fields=['delivery_id'])], 'pk_attr': 'id', 'table_description': 'One try of a delivery: what was answered, the beginning of it, and how long that took. Rows are only added.'},
            bases=['Row'],
        ),
        AddConstraints(CONSTRAINTS),
    ]
