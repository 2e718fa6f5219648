"""Let payments be planned, the desk say how an order stands, and pages far down the list of orders be found."""

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

from models.base import PARTIAL
from models.schema import AddConstraints, Constraint

CONSTRAINTS: dict[str, list[Constraint]] = {
    "OrderMilestone": [UniqueConstraint(fields=("list", "position"), name="order_milestone_once")],
    "PlannedPayment": [
        UniqueConstraint(fields=("platform_id", "environment", "number"), name="planned_payment_number"),
        CheckConstraint(check="amount_minor > 0", name="planned_payment_amount"),
    ],
}


async def index(apps: Any, schema_editor: Any) -> None:
    for name in ("order_placed", "order_placed_by"):
        table, columns, condition = PARTIAL[name]
        await schema_editor.client.execute_script(f"CREATE INDEX {name} ON {table} ({columns}) WHERE {condition}")


class Migration(migrations.Migration):
    dependencies = [("models", "0042_desk_indexes")]

    initial = False

    operations = [
        ops.CreateModel(
            name='OrderMilestone',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('list', fields.CharField(max_length=40)),
                ('position', fields.BigIntField()),
                ('placed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('order', fields.ForeignKeyField('models.Order', source_field='order_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
            ],
            options={'table': 'order_milestone', 'app': 'models', 'pk_attr': 'id', 'table_description': 'So many placed orders of a list (`position`) are older than this one, for ever: none is taken away, and none comes'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='PlannedPayment',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('order', fields.ForeignKeyField('models.Order', source_field='order_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('method', fields.ForeignKeyField('models.PaymentMethod', source_field='method_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('number', fields.CharField(max_length=20)),
                ('amount_minor', fields.BigIntField()),
                ('currency', fields.CharField(max_length=3)),
                ('seller', fields.ForeignKeyField('models.Seller', source_field='seller_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('billing_address', fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ('comment', fields.CharField(default='', max_length=1000)),
                ('outer_id', fields.CharField(default='', max_length=128)),
                ('cancelled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('cancel_reason', fields.CharField(default='', max_length=255)),
            ],
            options={'table': 'planned_payment', 'app': 'models', 'indexes': [Index(fields=['order_id'])], 'pk_attr': 'id', 'table_description': 'A part of what is owed of an order (minor units) and how it shall be paid. Each try to pay it is a `Payment` of its'},
            bases=['Public', 'Scoped'],
        ),
        ops.AddField(
            model_name='Order',
            name='desk_status',
            field=fields.CharField(default='New', db_default='New', max_length=20),
        ),
        ops.AddField(
            model_name='Payment',
            name='plan',
            field=fields.ForeignKeyField('models.PlannedPayment', source_field='plan_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddIndex(
            model_name='Payment',
            index=Index(fields=['plan_id']),
        ),
        AddConstraints(CONSTRAINTS),
        ops.RunPython(index),
    ]
