"""Indexes of what the desk shows every day: orders and takings by time, open balances, what runs low, what could not be sent."""

from typing import Any

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from models.base import PARTIAL


async def create(apps: Any, schema_editor: Any) -> None:
    for name in ("scheduled_charge_open", "stock_level_low", "outbound_message_failed"):
        table, columns, condition = PARTIAL[name]
        await schema_editor.client.execute_script(f"CREATE INDEX {name} ON {table} ({columns}) WHERE {condition}")


class Migration(migrations.Migration):
    dependencies = [("models", "0041_imports")]

    initial = False

    operations = [
        ops.AddIndex(model_name="Order", index=Index(fields=["platform_id", "environment", "placed_at"])),
        ops.AddIndex(model_name="Payment", index=Index(fields=["platform_id", "environment", "settled_at"])),
        ops.RunPython(create),
    ]
