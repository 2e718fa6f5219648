"""Let an organization's orders be found by when they were placed."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

from models.base import PARTIAL


async def index(apps: Any, schema_editor: Any) -> None:
    table, columns, condition = PARTIAL["order_placed_for"]
    await schema_editor.client.execute_script(f"CREATE INDEX order_placed_for ON {table} ({columns}) WHERE {condition}")


class Migration(migrations.Migration):
    dependencies = [("models", "0046_who_looks_after_a_thread")]

    initial = False

    operations = [ops.RunPython(index)]
