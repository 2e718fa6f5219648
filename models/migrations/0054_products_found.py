"""Find products by a part of their name or by how a SKU begins, and list them by name, among a hundred thousand."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

POSTGRES = [
    "CREATE INDEX product_name_words ON product USING gin (lower(name) gin_trgm_ops)",
    "CREATE INDEX variant_sku_begins ON variant (platform_id, environment, lower(sku) text_pattern_ops)",
    "CREATE INDEX product_named ON product (platform_id, environment, name) WHERE deleted_at IS NULL",
]


async def create(apps: Any, schema_editor: Any) -> None:
    if schema_editor.client.capabilities.dialect == "postgres":
        for statement in POSTGRES:
            await schema_editor.client.execute_script(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0053_financed_orders")]

    initial = False

    operations = [ops.RunPython(create)]
