"""Organizations, whom an order is bought for, and dynamic properties of orders and their parts."""

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

from models.base import PARTIAL_UNIQUE
from models.schema import AddConstraints


async def complete(apps: Any, schema_editor: Any) -> None:
    table, columns, condition = PARTIAL_UNIQUE["organization_name_once"]
    await schema_editor.client.execute_script(
        f"CREATE UNIQUE INDEX organization_name_once ON {table} ({columns}) WHERE {condition}"
    )


class Migration(migrations.Migration):
    dependencies = [("models", "0033_financing")]

    initial = False

    operations = [
        ops.CreateModel(
            name='DynamicProperty',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('object_type', fields.CharField(max_length=20)),
                ('name', fields.CharField(max_length=120)),
                ('value_type', fields.CharField(max_length=10)),
                ('is_array', fields.BooleanField(default=False)),
                ('is_multilingual', fields.BooleanField(default=False)),
                ('is_dictionary', fields.BooleanField(default=False)),
                ('is_required', fields.BooleanField(default=False)),
                ('display_order', fields.IntField(default=0)),
                ('labels', fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={'table': 'dynamic_property', 'app': 'models', 'pk_attr': 'id', 'table_description': 'Something that can be written to things of one type, as the shop has defined it.'},
            bases=['Public', 'Scoped'],
        ),
        ops.CreateModel(
            name='DictionaryItem',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('property', fields.ForeignKeyField('models.DynamicProperty', source_field='property_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('uid', fields.UUIDField(default=new_uid)),
                ('name', fields.CharField(max_length=120)),
                ('labels', fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={'table': 'dictionary_item', 'app': 'models', 'pk_attr': 'id', 'table_description': 'One of the values that a dictionary property can have, named by `uid` within its property.'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='Organization',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('name', fields.CharField(max_length=200)),
                ('deleted_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'organization', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A business that customers buy for. One that was taken away is still named by its orders.'},
            bases=['Public', 'Scoped'],
        ),
        ops.CreateModel(
            name='OrganizationMember',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('organization', fields.ForeignKeyField('models.Organization', source_field='organization_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('customer', fields.ForeignKeyField('models.Customer', source_field='customer_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('role', fields.CharField(max_length=10)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'organization_member', 'app': 'models', 'indexes': [Index(fields=['customer_id', 'role'])], 'pk_attr': 'id', 'table_description': "A customer who buys for an organization: a `member` sees their own orders, a `manager` all of the organization's."},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='PropertyValue',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('property', fields.ForeignKeyField('models.DynamicProperty', source_field='property_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('owner_id', fields.BigIntField()),
                ('locale', fields.CharField(default='', max_length=12)),
                ('position', fields.IntField(default=0)),
                ('value', fields.TextField(default='', unique=False)),
                ('item', fields.ForeignKeyField('models.DictionaryItem', source_field='item_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
            ],
            options={'table': 'property_value', 'app': 'models', 'indexes': [Index(fields=['item_id'])], 'pk_attr': 'id', 'table_description': "A value of a property. Its owner is the row `owner_id` of what the property's object type names."},
            bases=['Row'],
        ),
        ops.AddField(
            model_name='Order',
            name='organization',
            field=fields.ForeignKeyField('models.Organization', source_field='organization_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddIndex(
            model_name='Order',
            index=Index(fields=['organization_id', 'id']),
        ),
        AddConstraints({
            'DynamicProperty': [UniqueConstraint(fields=('platform_id', 'environment', 'object_type', 'name'), name='dynamic_property_once'), CheckConstraint(check="object_type IN ('CustomerOrder', 'LineItem', 'Shipment', 'PaymentIn')", name='dynamic_property_object'), CheckConstraint(check="value_type IN ('ShortText', 'LongText', 'Integer', 'Decimal', 'DateTime', 'Boolean', 'Html', 'Image')", name='dynamic_property_type')],
            'DictionaryItem': [UniqueConstraint(fields=('property_id', 'uid'), name='dictionary_item_uid_once'), UniqueConstraint(fields=('property_id', 'name'), name='dictionary_item_name_once')],
            'OrganizationMember': [UniqueConstraint(fields=('organization_id', 'customer_id'), name='organization_member_once'), CheckConstraint(check="role IN ('member', 'manager')", name='organization_member_role')],
            'PropertyValue': [UniqueConstraint(fields=('owner_id', 'property_id', 'locale', 'position'), name='property_value_once')],
        }),
        ops.RunPython(complete),
    ]
