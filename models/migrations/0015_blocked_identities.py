"""Who wants nothing more on a channel."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0014_support")]

    initial = False

    operations = [
        ops.AddField(model_name="ChannelIdentity", name="blocked_at", field=fields.DatetimeField(null=True)),
    ]
