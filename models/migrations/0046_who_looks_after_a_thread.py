"""Who of staff looks after a conversation."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0045_closed_days")]

    initial = False

    operations = [
        ops.AddField(
            model_name="SupportThread",
            name="staff",
            field=fields.ForeignKeyField(
                "models.StaffUser",
                source_field="staff_id",
                null=True,
                db_constraint=True,
                to_field="id",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AddField(
            model_name="SupportThread",
            name="taken_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
