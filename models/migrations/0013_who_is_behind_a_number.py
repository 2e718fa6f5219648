"""Who signed out of a channel, when somebody was last seen on it, and whether it may be somebody else by now."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from typing import Any

# What is known of the time before: nobody who was there yesterday is taken for silent today.
SEEN = (
    "UPDATE channel_identity SET last_seen_at = (SELECT c.updated_at FROM conversation c "
    "WHERE c.id = channel_identity.conversation_id)"
)


async def remember(apps: Any, schema_editor: Any) -> None:
    await schema_editor.client.execute_script(SEEN)

class Migration(migrations.Migration):
    dependencies = [("models", "0012_bill_inquiries")]

    initial = False

    operations = [
        ops.AddField(
            model_name='ChannelIdentity',
            name='doubt',
            field=fields.CharField(default='', db_default='', max_length=10),
        ),
        ops.AddField(
            model_name='ChannelIdentity',
            name='doubted_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='ChannelIdentity',
            name='last_seen_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='ChannelIdentity',
            name='network_code',
            field=fields.CharField(default='', db_default='', max_length=10),
        ),
        ops.AddField(
            model_name='ChannelIdentity',
            name='signed_out_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.RunPython(remember),
    ]
