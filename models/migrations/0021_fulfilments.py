"""Pieces of an order that leave together."""

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
    dependencies = [("models", "0020_accounts")]

    initial = False

    operations = [
        ops.CreateModel(
            name='Fulfillment',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('order', fields.ForeignKeyField('models.Order', source_field='order_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('seller', fields.ForeignKeyField('models.Seller', source_field='seller_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('shipment', fields.OneToOneField('models.Shipment', source_field='shipment_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('state', fields.CharField(default='Pending', max_length=12)),
                ('method', fields.CharField(max_length=120)),
                ('tracking_code', fields.CharField(default='', max_length=120)),
            ],
            options={'table': 'fulfillment', 'app': 'models', 'indexes': [Index(fields=['order_id'])], 'pk_attr': 'id', 'table_description': 'Pieces of an order that leave together: sent by staff, by a `seller`, or by the carrier of a `shipment`.'},
            bases=['Public', 'Scoped'],
        ),
        ops.CreateModel(
            name='FulfillmentLine',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('fulfillment', fields.ForeignKeyField('models.Fulfillment', source_field='fulfillment_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('line', fields.ForeignKeyField('models.OrderLine', source_field='line_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('quantity', fields.IntField()),
            ],
            options={'table': 'fulfillment_line', 'app': 'models', 'indexes': [Index(fields=['line_id'])], 'pk_attr': 'id', 'table_description': 'Pieces of one line in a fulfilment.'},
            bases=['Row'],
        ),
        AddConstraints({
            'Fulfillment': [
                CheckConstraint(check="state IN ('Pending', 'Shipped', 'Delivered', 'Cancelled')", name='fulfillment_state'),
            ],
            'FulfillmentLine': [
                UniqueConstraint(fields=('fulfillment_id', 'line_id'), name='fulfillment_line_once'),
                CheckConstraint(check='quantity > 0', name='fulfillment_line_pieces'),
            ],
        }),
    ]
