"""Talk with staff, and their sessions."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from core.clock import now
from core.ids import new_uid
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from models.schema import AddConstraints

class Migration(migrations.Migration):
    dependencies = [("models", "0013_who_is_behind_a_number")]

    initial = False

    operations = [
        ops.CreateModel(
            name='StaffSession',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('token_hash', fields.CharField(unique=True, max_length=64)),
                ('staff', fields.ForeignKeyField('models.StaffUser', source_field='staff_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('secret_epoch', fields.IntField(default=0)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'staff_session', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A person of staff who signed in, named by an opaque token of which the hash is kept.'},
            bases=['Row', 'Scoped'],
        ),
        ops.CreateModel(
            name='SupportThread',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('conversation', fields.ForeignKeyField('models.Conversation', source_field='conversation_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('about', fields.CharField(max_length=12)),
                ('state', fields.CharField(max_length=10)),
                ('channel', fields.CharField(max_length=12)),
                ('address', fields.CharField(max_length=64)),
            ],
            options={'table': 'support_thread', 'app': 'models', 'indexes': [Index(fields=['conversation_id']), Index(fields=['platform_id', 'environment', 'state', 'updated_at'])], 'pk_attr': 'id', 'table_description': "A customer's or a guest's question to the shop. `channel` and `address` are where they last wrote."},
            bases=['Public', 'Scoped'],
        ),
        ops.CreateModel(
            name='SupportMessage',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('thread', fields.ForeignKeyField('models.SupportThread', source_field='thread_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('staff', fields.ForeignKeyField('models.StaffUser', source_field='staff_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('channel', fields.CharField(max_length=12)),
                ('text', fields.TextField(unique=False)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'support_message', 'app': 'models', 'indexes': [Index(fields=['thread_id'])], 'pk_attr': 'id', 'table_description': 'One thing that was said in a thread, by its customer or by `staff`, with PINs and codes masked.'},
            bases=['Row'],
        ),
        AddConstraints({
            'SupportThread': [CheckConstraint(check="state IN ('Waiting', 'Answered', 'Closed')", name='support_thread_state')],
        }),
    ]
