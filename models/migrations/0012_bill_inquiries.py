"""What billers are asked on behalf of a chat, names of one's own for whom one pays for, and whom carriers' prices are told."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [("models", "0011_message_opt_outs")]

    initial = False

    operations = [
        ops.CreateModel(
            name='BillInquiry',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('attempts', fields.IntField(default=0)),
                ('next_attempt_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('lease', fields.CharField(null=True, max_length=64)),
                ('leased_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('customer', fields.ForeignKeyField('models.Customer', source_field='customer_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('biller', fields.ForeignKeyField('models.Biller', source_field='biller_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('number', fields.CharField(default='', max_length=50)),
                ('state', fields.CharField(default='Stored', max_length=12)),
                ('name', fields.CharField(default='', max_length=120)),
                ('least_minor', fields.BigIntField(null=True)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'bill_inquiry', 'app': 'models', 'indexes': [Index(fields=['customer_id', 'biller_id']), Index(fields=['biller_id', 'number']), Index(fields=['next_attempt_at'])], 'pk_attr': 'id', 'table_description': "A customer's question to a biller that a worker asks: whose `number` is, or what there is to buy where empty."},
            bases=['Row', 'Scoped', 'WorkRow'],
        ),
        ops.AddField(
            model_name='Beneficiary',
            name='nickname',
            field=fields.CharField(default='', db_default='', max_length=40),
        ),
        ops.AddField(
            model_name='DeliveryQuote',
            name='tell_on',
            field=fields.CharField(default='', db_default='', max_length=12),
        ),
    ]
