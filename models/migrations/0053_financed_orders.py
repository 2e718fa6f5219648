"""Financing sessions of which there is an order, found by it."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

async def index(apps: Any, schema_editor: Any) -> None:
    await schema_editor.client.execute_script(
        "CREATE INDEX financing_application_checked_out ON financing_application (order_id) WHERE state = 'CheckedOut'"
    )


class Migration(migrations.Migration):
    dependencies = [("models", "0051_reconciliations")]

    initial = False

    operations = [ops.RunPython(index)]
