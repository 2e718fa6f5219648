"""Indexes by which the desk finds orders: of what is in them, of their parcels, of guests."""

from typing import Any

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from models.base import PARTIAL


async def create(apps: Any, schema_editor: Any) -> None:
    for name in ("customer_stated_phone", "fulfillment_tracked", "shipment_tracked", "order_of_guest_phone", "order_of_guest_email"):
        table, columns, condition = PARTIAL[name]
        await schema_editor.client.execute_script(f"CREATE INDEX {name} ON {table} ({columns}) WHERE {condition}")


class Migration(migrations.Migration):
    dependencies = [("models", "0049_keys_and_wordings")]

    initial = False

    operations = [
        # As `order_placed` of 0043, which knows the ids as well.
        ops.RemoveIndex(model_name="Order", fields=["platform_id", "environment", "placed_at"]),
        ops.AddIndex(model_name="Order", index=Index(fields=["platform_id", "environment", "state", "placed_at"])),
        ops.AddIndex(model_name="OrderLine", index=Index(fields=["variant_id", "order_id"])),
        ops.RunPython(create),
    ]
