"""One delivery of a biller counts for one purchase: its provider's id of it is there once."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

# Where two purchases have one id already, the older keeps it. Each environment has accounts of its own, and the ids of
# different providers never look alike.
SQL = (
    "UPDATE bill_purchase SET provider_id = '' WHERE provider_id <> '' AND EXISTS (SELECT 1 FROM bill_purchase b "
    "WHERE b.environment = bill_purchase.environment AND b.provider_id = bill_purchase.provider_id "
    "AND b.id < bill_purchase.id)",
    "CREATE UNIQUE INDEX bill_purchase_counted_once ON bill_purchase (environment, provider_id) "
    "WHERE provider_id <> ''",
)


async def create(apps: Any, schema_editor: Any) -> None:
    for statement in SQL:
        await schema_editor.client.execute_script(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0007_uncounted_orders")]
    initial = False
    operations = [ops.RunPython(create)]
