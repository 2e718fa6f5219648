"""Days of the book that were added up, and the index that finds what was booked since."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

from models.schema import AddConstraints


class Migration(migrations.Migration):
    dependencies = [("models", "0044_customers_locked_and_closed")]

    initial = False

    operations = [
        ops.CreateModel(
            name='ClosedDay',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('until', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'closed_day', 'app': 'models', 'pk_attr': 'id', 'table_description': "A day of a shop's whose movements were added up: nothing is booked before `until` (UTC) any more."},
            bases=['Row', 'Scoped'],
        ),
        ops.CreateModel(
            name='LedgerMovement',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('until', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('code', fields.CharField(max_length=80)),
                ('kind', fields.CharField(max_length=12)),
                ('currency', fields.CharField(max_length=3)),
                ('in_minor', fields.BigIntField()),
                ('out_minor', fields.BigIntField()),
                ('postings', fields.IntField()),
            ],
            options={'table': 'ledger_movement', 'app': 'models', 'pk_attr': 'id', 'table_description': 'What an account moved by (minor units) on the day that ended at `until`, in so many postings.'},
            bases=['Row', 'Scoped'],
        ),
        ops.AddIndex(
            model_name='JournalEntry',
            index=Index(fields=['platform_id', 'environment', 'created_at']),
        ),
        AddConstraints({
            'ClosedDay': [UniqueConstraint(fields=('platform_id', 'environment', 'until'), name='closed_day_once')],
            'LedgerMovement': [UniqueConstraint(fields=('platform_id', 'environment', 'until', 'code', 'currency'), name='ledger_movement_once')],
        }),
    ]
