"""Identities at providers, and what an app keeps of an address: company, more of its own, and which is the usual one."""

from typing import Any

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import UniqueConstraint

from models.base import PARTIAL_UNIQUE
from models.schema import AddConstraints

USUAL = ("address_default_shipping_once", "address_default_billing_once")


async def create(apps: Any, schema_editor: Any) -> None:
    for name in USUAL:
        table, columns, condition = PARTIAL_UNIQUE[name]
        await schema_editor.client.execute_script(
            f"CREATE UNIQUE INDEX {name} ON {table} ({columns}) WHERE {condition}"
        )


class Migration(migrations.Migration):
    dependencies = [("models", "0019_promotions")]

    initial = False

    operations = [
        ops.CreateModel(
            name="SocialIdentity",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("platform", fields.ForeignKeyField("models.Platform", source_field="platform_id", db_constraint=True, to_field="id", on_delete=OnDelete.RESTRICT)),
                ("environment", fields.CharField(max_length=4)),
                ("provider", fields.CharField(max_length=12)),
                ("subject", fields.CharField(max_length=255)),
                ("customer", fields.ForeignKeyField("models.Customer", source_field="customer_id", db_constraint=True, to_field="id", on_delete=OnDelete.CASCADE)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "social_identity", "app": "models", "indexes": [Index(fields=["customer_id"])], "pk_attr": "id", "table_description": "Somebody at a provider of identities (`google`, `apple`), by the subject that never changes there."},
            bases=["Row", "Scoped"],
        ),
        ops.AddField(
            model_name="Address", name="company", field=fields.CharField(default="", db_default="", max_length=200)
        ),
        ops.AddField(
            model_name="Address", name="custom", field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)
        ),
        ops.AddField(
            model_name="Address", name="default_billing", field=fields.BooleanField(default=False, db_default=False)
        ),
        ops.AddField(
            model_name="Address", name="default_shipping", field=fields.BooleanField(default=False, db_default=False)
        ),
        AddConstraints(
            {
                "SocialIdentity": [
                    UniqueConstraint(
                        fields=("platform_id", "environment", "provider", "subject"), name="social_identity_once"
                    )
                ]
            }
        ),
        ops.RunPython(create),
    ]
