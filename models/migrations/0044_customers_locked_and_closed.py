"""Locked customers, and accounts on their way out; names are found by any part of them."""

from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

from core.clock import now
from core.ids import new_uid
from models.schema import AddConstraints


async def find_names(apps: Any, schema_editor: Any) -> None:
    await schema_editor.client.execute_script(
        "CREATE INDEX channel_identity_name ON channel_identity (lower(name)) WHERE name <> ''"
    )
    if schema_editor.client.capabilities.dialect == "postgres":
        await schema_editor.client.execute_script(
            "CREATE INDEX customer_name_parts ON customer USING gin (lower(full_name) gin_trgm_ops)"
        )


class Migration(migrations.Migration):
    dependencies = [("models", "0043_planned_payments")]

    initial = False

    operations = [
        ops.CreateModel(
            name="AccountClosing",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("uid", fields.UUIDField(default=new_uid, unique=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("attempts", fields.IntField(default=0)),
                ("next_attempt_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("lease", fields.CharField(null=True, max_length=64)),
                ("leased_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "platform",
                    fields.ForeignKeyField(
                        "models.Platform",
                        source_field="platform_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("environment", fields.CharField(max_length=4)),
                (
                    "customer",
                    fields.OneToOneField(
                        "models.Customer",
                        source_field="customer_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "staff",
                    fields.ForeignKeyField(
                        "models.StaffUser",
                        source_field="staff_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("state", fields.CharField(default="Requested", max_length=10)),
                ("reason", fields.CharField(max_length=255)),
                ("file_key", fields.CharField(max_length=120)),
                ("file_bytes", fields.IntField(null=True)),
                ("exported_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("erased_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("kept_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "account_closing",
                "app": "models",
                "indexes": [Index(fields=["next_attempt_at"])],
                "pk_attr": "id",
                "table_description": "A customer's account that staff closed: exported into a private file, then erased, and in the end the file goes, too.",
            },
            bases=["Public", "WorkRow", "Scoped"],
        ),
        ops.AddField(
            model_name="Customer",
            name="closed_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Customer",
            name="lock_reason",
            field=fields.CharField(default="", db_default="", max_length=255),
        ),
        ops.AddField(
            model_name="Customer",
            name="locked_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="ChannelIdentity",
            name="name",
            field=fields.CharField(default="", db_default="", max_length=64),
        ),
        AddConstraints(
            {
                "AccountClosing": [
                    CheckConstraint(
                        check="state IN ('Requested', 'Exported', 'Erased', 'Done')",
                        name="account_closing_state",
                    )
                ]
            }
        ),
        ops.RunPython(find_names),
    ]
