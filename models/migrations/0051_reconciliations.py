"""Settlements of providers that are held against our own payments, line by line."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from core.clock import now
from core.ids import new_uid
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from models.schema import AddConstraints


class Migration(migrations.Migration):
    dependencies = [("models", "0050_orders_found")]

    initial = False

    operations = [
        ops.CreateModel(
            name='Reconciliation',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('attempts', fields.IntField(default=0)),
                ('next_attempt_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('lease', fields.CharField(null=True, max_length=64)),
                ('leased_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('provider', fields.CharField(max_length=20)),
                ('source', fields.CharField(max_length=4)),
                ('name', fields.CharField(max_length=120)),
                ('state', fields.CharField(default='Stored', max_length=10)),
                ('currency', fields.CharField(max_length=3)),
                ('gross_minor', fields.BigIntField(null=True)),
                ('fees_minor', fields.BigIntField(null=True)),
                ('net_minor', fields.BigIntField(null=True)),
                ('settled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('page', fields.IntField(default=0)),
                ('lines', fields.IntField(default=0)),
                ('elsewhere', fields.IntField(default=0)),
                ('matched', fields.IntField(default=0)),
                ('differing', fields.IntField(default=0)),
                ('missing_here', fields.IntField(default=0)),
                ('missing_there', fields.IntField(default=0)),
                ('why', fields.CharField(default='', max_length=255)),
                ('done_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('staff', fields.ForeignKeyField('models.StaffUser', source_field='staff_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
            ],
            options={'table': 'reconciliation', 'app': 'models', 'indexes': [Index(fields=['next_attempt_at']), Index(fields=['platform_id', 'environment', 'id'])], 'pk_attr': 'id', 'table_description': "A settlement of a provider's that is held against our own payments and refunds, line by line."},
            bases=['Public', 'Scoped', 'WorkRow'],
        ),
        ops.CreateModel(
            name='SettlementLine',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('reconciliation', fields.ForeignKeyField('models.Reconciliation', source_field='reconciliation_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('kind', fields.CharField(max_length=6)),
                ('reference', fields.CharField(max_length=100)),
                ('provider_id', fields.CharField(default='', max_length=100)),
                ('amount_minor', fields.BigIntField()),
                ('fees_minor', fields.BigIntField(default=0)),
                ('paid_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('result', fields.CharField(default='', max_length=12)),
                ('ours_minor', fields.BigIntField(null=True)),
                ('payment', fields.ForeignKeyField('models.Payment', source_field='payment_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('why', fields.CharField(default='', max_length=255)),
            ],
            options={'table': 'settlement_line', 'app': 'models', 'indexes': [Index(fields=['reconciliation_id', 'result', 'id']), Index(fields=['reference'])], 'pk_attr': 'id', 'table_description': 'A charge or refund of a settlement, by our reference, and what we have under it (minor units).'},
            bases=['Row'],
        ),
        AddConstraints({
            'Reconciliation': [UniqueConstraint(fields=('platform_id', 'environment', 'provider', 'source', 'name'), name='reconciliation_once')],
            'SettlementLine': [UniqueConstraint(fields=('reconciliation_id', 'kind', 'reference'), name='settlement_line_once'), CheckConstraint(check="result IN ('', 'Matched', 'Differs', 'MissingHere', 'MissingThere')", name='settlement_line_result')],
        }),
    ]
