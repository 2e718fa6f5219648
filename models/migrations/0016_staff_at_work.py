"""Sellers as staff, and the audit log."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

class Migration(migrations.Migration):
    dependencies = [("models", "0015_blocked_identities")]

    initial = False

    operations = [
        ops.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('staff', fields.ForeignKeyField('models.StaffUser', source_field='staff_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('act', fields.CharField(max_length=20)),
                ('noun', fields.CharField(max_length=30)),
                ('noun_id', fields.BigIntField(null=True)),
                ('data', fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads)),
                ('address', fields.CharField(default='', max_length=64)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'audit_entry', 'app': 'models', 'indexes': [Index(fields=['platform_id', 'environment', 'at']), Index(fields=['noun', 'noun_id'])], 'pk_attr': 'id', 'table_description': 'What somebody of staff did, to which noun. Rows are only added.'},
            bases=['Row', 'Scoped'],
        ),
        ops.AlterModelOptions(
            name='StaffUser',
            options={'table': 'staff_user', 'app': 'models', 'constraints': [UniqueConstraint(fields=('platform_id', 'environment', 'email'), name='staff_email_once')], 'pk_attr': 'id', 'table_description': "Somebody who works in the market, or sells in it: then they see only what is their `seller`'s."},
        ),
        ops.AddField(
            model_name='StaffUser',
            name='first_name',
            field=fields.CharField(default='', db_default='', max_length=100),
        ),
        ops.AddField(
            model_name='StaffUser',
            name='last_name',
            field=fields.CharField(default='', db_default='', max_length=100),
        ),
        ops.AddField(
            model_name='StaffUser',
            name='left_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='StaffUser',
            name='must_change_password',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name='StaffUser',
            name='seller',
            field=fields.ForeignKeyField('models.Seller', source_field='seller_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT),
        ),
    ]
