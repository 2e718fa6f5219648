"""Find what somebody wrote by who sent it, however many messages there are."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops


async def create(apps: Any, schema_editor: Any) -> None:
    await schema_editor.client.execute_script(
        "CREATE INDEX inbound_message_sender ON inbound_message (sender, received_at)"
    )


class Migration(migrations.Migration):
    dependencies = [("models", "0055_shared_accounts")]

    initial = False

    operations = [ops.RunPython(create)]
