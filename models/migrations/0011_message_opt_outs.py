"""Who wants no messages."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint

from models.schema import AddConstraints

class Migration(migrations.Migration):
    dependencies = [("models", "0010_deposit_constraints")]

    initial = False

    operations = [
        ops.CreateModel(
            name='MessageOptOut',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('channel', fields.CharField(max_length=12)),
                ('address', fields.CharField(max_length=255)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'message_opt_out', 'app': 'models', 'pk_attr': 'id', 'table_description': 'An address (a number in E.164) that wrote STOP. The row is gone once it writes START.'},
            bases=['Row', 'Scoped'],
        ),
        AddConstraints({
            'MessageOptOut': [UniqueConstraint(fields=('platform_id', 'environment', 'channel', 'address'), name='message_opt_out_once')],
        }),
    ]
