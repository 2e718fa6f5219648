"""Second factors of staff, and what is known of their sessions."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

from models.schema import AddConstraints, Constraint

CONSTRAINTS: dict[str, list[Constraint]] = {
    'StaffRecoveryCode': [UniqueConstraint(fields=('staff_id', 'code_hash'), name='staff_recovery_code_once')],
}


class Migration(migrations.Migration):
    dependencies = [("models", "0027_on_account")]

    initial = False

    operations = [
        ops.CreateModel(
            name='StaffRecoveryCode',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('staff', fields.ForeignKeyField('models.StaffUser', source_field='staff_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('code_hash', fields.CharField(max_length=64)),
            ],
            options={'table': 'staff_recovery_code', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A code for whoever has lost their second factor. It serves once, and only its hash is kept.'},
            bases=['Row'],
        ),
        ops.AddField(
            model_name='Platform',
            name='staff_second_factor',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name='StaffSession',
            name='address',
            field=fields.CharField(default='', db_default='', max_length=64),
        ),
        ops.AddField(
            model_name='StaffSession',
            name='browser',
            field=fields.CharField(default='', db_default='', max_length=200),
        ),
        ops.AddField(
            model_name='StaffSession',
            name='seen_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddIndex(
            model_name='StaffSession',
            index=Index(fields=['staff_id']),
        ),
        ops.AddField(
            model_name='StaffUser',
            name='totp_nonce',
            field=fields.CharField(default='', db_default='', max_length=64),
        ),
        ops.AddField(
            model_name='StaffUser',
            name='totp_since',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='StaffUser',
            name='totp_step',
            field=fields.BigIntField(default=0, db_default=0),
        ),
        AddConstraints(CONSTRAINTS),
    ]
