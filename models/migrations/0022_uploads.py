"""Pictures that are uploaded, avatars, and people who apply for a shop."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops
from core.clock import now
from core.ids import new_uid
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from models.base import PARTIAL_UNIQUE
from models.schema import AddConstraints, Constraint

CONSTRAINTS: dict[str, list[Constraint]] = {
    "Asset": [
        CheckConstraint(
            check="(focal_x IS NULL) = (focal_y IS NULL) AND (focal_x IS NULL OR (focal_x >= 0 AND focal_x <= 1 "
            "AND focal_y >= 0 AND focal_y <= 1))",
            name="asset_focal_point",
        ),
    ],
    "AssetTag": [UniqueConstraint(fields=("asset_id", "tag_id"), name="asset_tag_once")],
    "SellerApplication": [
        CheckConstraint(
            check="state IN ('Pending', 'Approved', 'Rejected') "
            "AND (state = 'Pending') = (decided_at IS NULL) AND (state = 'Approved') = (seller_id IS NOT NULL)",
            name="seller_application_state",
        )
    ],
}
UNIQUE = ("seller_application_phone_once", "seller_application_email_once", "seller_application_name_once")


async def create(apps: Any, schema_editor: Any) -> None:
    for name in UNIQUE:
        table, columns, condition = PARTIAL_UNIQUE[name]
        await schema_editor.client.execute_script(
            f"CREATE UNIQUE INDEX {name} ON {table} ({columns}) WHERE {condition}"
        )


class Migration(migrations.Migration):
    dependencies = [("models", "0021_fulfilments")]

    initial = False

    operations = [
        ops.CreateModel(
            name='AssetTag',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('asset', fields.ForeignKeyField('models.Asset', source_field='asset_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('tag', fields.ForeignKeyField('models.Tag', source_field='tag_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
            ],
            options={'table': 'asset_tag', 'app': 'models', 'indexes': [Index(fields=['tag_id'])], 'pk_attr': 'id', 'table_description': 'A word that a picture is found by.'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='SellerApplication',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('shop_name', fields.CharField(max_length=120)),
                ('full_name', fields.CharField(max_length=200)),
                ('phone', fields.CharField(max_length=20)),
                ('email', fields.CharField(max_length=255)),
                ('tin', fields.CharField(max_length=20)),
                ('address', fields.CharField(default='', max_length=255)),
                ('about', fields.TextField(default='', unique=False)),
                ('registration_path', fields.CharField(default='', max_length=255)),
                ('picture_path', fields.CharField(default='', max_length=255)),
                ('state', fields.CharField(default='Pending', max_length=10)),
                ('reason', fields.CharField(default='', max_length=300)),
                ('seller', fields.ForeignKeyField('models.Seller', source_field='seller_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('decided_by', fields.ForeignKeyField('models.StaffUser', source_field='decided_by_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('decided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'seller_application', 'app': 'models', 'indexes': [Index(fields=['platform_id', 'environment', 'state', 'id'])], 'pk_attr': 'id', 'table_description': 'Somebody who wants a shop in the market, and what became of that. Keys of files are private ones.'},
            bases=['Public', 'Scoped'],
        ),
        ops.AlterModelOptions(
            name='Asset',
            options={'table': 'asset', 'app': 'models', 'constraints': [UniqueConstraint(fields=('platform_id', 'environment', 'path'), name='asset_path_once')], 'indexes': [Index(fields=['platform_id', 'environment', 'digest']), Index(fields=['seller_id'])], 'pk_attr': 'id', 'table_description': 'A picture. `path` is its key in the file store, `preview_path` that of the one to show, where there is another.'},
        ),
        ops.AddField(
            model_name='Asset',
            name='digest',
            field=fields.CharField(default='', db_default='', max_length=64),
        ),
        ops.AddField(
            model_name='Asset',
            name='file_size',
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='Asset',
            name='focal_x',
            field=fields.FloatField(null=True),
        ),
        ops.AddField(
            model_name='Asset',
            name='focal_y',
            field=fields.FloatField(null=True),
        ),
        ops.AddField(
            model_name='Asset',
            name='preview_path',
            field=fields.CharField(default='', db_default='', max_length=255),
        ),
        ops.AddField(
            model_name='Asset',
            name='seller',
            field=fields.ForeignKeyField('models.Seller', source_field='seller_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddIndex(
            model_name='Asset',
            index=Index(fields=['platform_id', 'environment', 'digest']),
        ),
        ops.AddIndex(
            model_name='Asset',
            index=Index(fields=['seller_id']),
        ),
        ops.AddField(
            model_name='Customer',
            name='avatar_path',
            field=fields.CharField(default='', db_default='', max_length=255),
        ),
        AddConstraints(CONSTRAINTS),
        ops.RunPython(create),
    ]
