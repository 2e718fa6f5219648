"""Orders that are placed on account fall due after some days, which each platform says."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

from models.schema import AddConstraints, Constraint

CONSTRAINTS: dict[str, list[Constraint]] = {
    "Platform": [CheckConstraint(check="account_days >= 0", name="platform_account_days")],
}


class Migration(migrations.Migration):
    dependencies = [("models", "0026_search_by_index_alone")]

    initial = False

    operations = [
        ops.AddField(
            model_name='Platform',
            name='account_days',
            field=fields.IntField(default=14, db_default=14),
        ),
        AddConstraints(CONSTRAINTS),
    ]
