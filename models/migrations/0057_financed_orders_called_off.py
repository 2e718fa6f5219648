"""A financed order that is called off wakes its request by itself: nobody looks for such sessions any more.

Of those that were delivered and then called off no lender has been told so far.
"""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

SQL = (
    "DROP INDEX financing_application_checked_out",
    "UPDATE financing_request SET next_attempt_at = updated_at WHERE state = 'Fulfilled' AND application_id IN "
    "(SELECT f.id FROM financing_application f JOIN customer_order o ON o.id = f.order_id WHERE o.state = 'Cancelled')",
)


async def wake(apps: Any, schema_editor: Any) -> None:
    for statement in SQL:
        await schema_editor.client.execute_script(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0056_said_by_a_number")]

    initial = False

    operations = [ops.RunPython(wake)]
