"""Financing: sessions, what the lender is asked for them, its offers, and what happened."""

from typing import Any

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

from models.base import PARTIAL, PARTIAL_UNIQUE
from models.schema import AddConstraints, Constraint

CONSTRAINTS: dict[str, list[Constraint]] = {
    'FinancingApplication': [UniqueConstraint(fields=('order_id',), name='financing_application_order_once'), CheckConstraint(check='goods_minor >= 0 AND COALESCE(shipping_minor, 0) >= 0 AND COALESCE(tax_minor, 0) >= 0', name='financing_application_amounts'), CheckConstraint(check="state NOT IN ('CheckedOut', 'Delivered') OR order_id IS NOT NULL", name='financing_application_checked_out')],
    'FinancingRequest': [CheckConstraint(check="kind IN ('loan', 'lease')", name='financing_request_kind'), CheckConstraint(check='amount_minor > 0 AND income_minor >= 0 AND COALESCE(approved_minor, 1) > 0', name='financing_request_amounts')],
    'FinancingOffer': [UniqueConstraint(fields=('request_id', 'product'), name='financing_offer_once'), CheckConstraint(check='approved_minor > 0 AND minimum_minor >= 0 AND months > 0', name='financing_offer_terms')],
}
UNIQUE = ("financing_request_once", "financing_offer_accepted_once")


async def complete(apps: Any, schema_editor: Any) -> None:
    for name in UNIQUE:
        table, columns, condition = PARTIAL_UNIQUE[name]
        await schema_editor.client.execute_script(f"CREATE UNIQUE INDEX {name} ON {table} ({columns}) WHERE {condition}")
    table, columns, condition = PARTIAL["financing_application_expiring"]
    await schema_editor.client.execute_script(
        f"CREATE INDEX financing_application_expiring ON {table} ({columns}) WHERE {condition}"
    )


class Migration(migrations.Migration):
    dependencies = [("models", "0028_second_factors")]

    initial = False

    operations = [
        ops.CreateModel(
            name='FinancingApplication',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('state', fields.CharField(default='Open', max_length=12)),
                ('currency', fields.CharField(max_length=3)),
                ('applicant', fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ('phone', fields.CharField(default='', max_length=20)),
                ('tax_id_last4', fields.CharField(default='', max_length=4)),
                ('items', fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ('goods_minor', fields.BigIntField(default=0)),
                ('shipping_minor', fields.BigIntField(null=True)),
                ('tax_minor', fields.BigIntField(null=True)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('order', fields.ForeignKeyField('models.Order', source_field='order_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('estimated_delivery', fields.DateField(null=True)),
                ('delivered_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'financing_application', 'app': 'models', 'indexes': [Index(fields=['platform_id', 'environment', 'phone'])], 'pk_attr': 'id', 'table_description': 'One customer session that applies for a loan or a lease, which the contract calls an order.'},
            bases=['Public', 'Scoped'],
        ),
        ops.CreateModel(
            name='FinancingEvent',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('application', fields.ForeignKeyField('models.FinancingApplication', source_field='application_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('kind', fields.CharField(max_length=30)),
                ('data', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'financing_event', 'app': 'models', 'indexes': [Index(fields=['application_id'])], 'pk_attr': 'id', 'table_description': 'What happened in a session. Rows are only added.'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='FinancingRequest',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('attempts', fields.IntField(default=0)),
                ('next_attempt_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('lease', fields.CharField(null=True, max_length=64)),
                ('leased_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('application', fields.ForeignKeyField('models.FinancingApplication', source_field='application_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('kind', fields.CharField(max_length=5)),
                ('state', fields.CharField(default='Submitted', max_length=15)),
                ('amount_minor', fields.BigIntField()),
                ('income_minor', fields.BigIntField()),
                ('consented_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('further', fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ('lender_reference', fields.CharField(default='', max_length=64)),
                ('display_id', fields.CharField(default='', max_length=24)),
                ('reason_code', fields.CharField(default='', max_length=40)),
                ('reason', fields.CharField(default='', max_length=255)),
                ('approved_minor', fields.BigIntField(null=True)),
                ('decided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('approved_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'financing_request', 'app': 'models', 'indexes': [Index(fields=['application_id']), Index(fields=['next_attempt_at'])], 'pk_attr': 'id', 'table_description': 'What the lender is asked for a session: a loan or a lease of `amount_minor`. Its `uid` is our reference there.'},
            bases=['Public', 'WorkRow', 'Scoped'],
        ),
        ops.CreateModel(
            name='FinancingOffer',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('application', fields.ForeignKeyField('models.FinancingApplication', source_field='application_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('request', fields.ForeignKeyField('models.FinancingRequest', source_field='request_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('product', fields.IntField()),
                ('approved_minor', fields.BigIntField()),
                ('minimum_minor', fields.BigIntField(default=0)),
                ('months', fields.IntField()),
                ('accepted', fields.BooleanField(default=False)),
            ],
            options={'table': 'financing_offer', 'app': 'models', 'indexes': [Index(fields=['application_id'])], 'pk_attr': 'id', 'table_description': 'Terms that the lender offers with an approval: up to so much, paid back in equal monthly instalments.'},
            bases=['Public'],
        ),
        AddConstraints(CONSTRAINTS),
        ops.RunPython(complete),
    ]
