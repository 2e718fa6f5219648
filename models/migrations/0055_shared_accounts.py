"""Find the shop's own ledger accounts among the shopping cards of all its customers."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

from models.base import PARTIAL


async def index(apps: Any, schema_editor: Any) -> None:
    table, columns, condition = PARTIAL["ledger_account_shared"]
    await schema_editor.client.execute_script(
        f"CREATE INDEX ledger_account_shared ON {table} ({columns}) WHERE {condition}"
    )


class Migration(migrations.Migration):
    dependencies = [("models", "0054_products_found")]

    initial = False

    operations = [ops.RunPython(index)]
