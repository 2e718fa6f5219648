"""Keys that are followed by others, and what shops say in their own words."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from core.clock import now
from core.ids import new_uid
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint

from models.schema import AddConstraints, Constraint

CONSTRAINTS: dict[str, list[Constraint]] = {
    "Wording": [
        UniqueConstraint(fields=("platform_id", "environment", "key", "language"), name="wording_once")
    ],
}


class Migration(migrations.Migration):
    dependencies = [("models", "0048_orders_of_organizations")]

    initial = False

    operations = [
        ops.CreateModel(
            name='Wording',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('key', fields.CharField(max_length=60)),
                ('language', fields.CharField(max_length=5)),
                ('text', fields.TextField(unique=False)),
            ],
            options={'table': 'wording', 'app': 'models', 'pk_attr': 'id', 'table_description': "A shop's own words for a message in a language, in place of the market's. Its `key` is that of the catalogues."},
            bases=['Public', 'Scoped'],
        ),
        ops.AlterModelOptions(
            name='ApiKey',
            options={'table': 'api_key', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A key that names platform and environment, for the doors of one audience. Only its hash is kept, and how it ends.'},
        ),
        ops.AddField(
            model_name='ApiKey',
            name='ends_with',
            field=fields.CharField(default='', db_default='', max_length=4),
        ),
        ops.AddField(
            model_name='ApiKey',
            name='expires_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        AddConstraints(CONSTRAINTS),
    ]
