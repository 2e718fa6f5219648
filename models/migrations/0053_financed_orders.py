"""Financing sessions of which there is an order, found by it."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

from models.base import PARTIAL


async def index(apps: Any, schema_editor: Any) -> None:
    table, columns, condition = PARTIAL["financing_application_checked_out"]
    await schema_editor.client.execute_script(
        f"CREATE INDEX financing_application_checked_out ON {table} ({columns}) WHERE {condition}"
    )


class Migration(migrations.Migration):
    dependencies = [("models", "0051_reconciliations")]

    initial = False

    operations = [ops.RunPython(index)]
