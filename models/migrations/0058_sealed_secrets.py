"""Secrets of second factors and of outgoing webhooks are kept sealed, so that the server's key can be changed."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0057_financed_orders_called_off")]

    initial = False

    operations = [
        ops.AddField(
            model_name="StaffUser",
            name="totp_sealed",
            field=fields.CharField(max_length=255, default="", db_default=""),
        ),
        ops.AddField(
            model_name="WebhookEndpoint",
            name="secrets_sealed",
            field=fields.CharField(max_length=400, default="", db_default=""),
        ),
        ops.AlterModelOptions(
            name="WebhookEndpoint",
            options={
                "table": "webhook_endpoint",
                "app": "models",
                "constraints": [CheckConstraint(check="secret_number >= 1", name="webhook_endpoint_secret")],
                "indexes": [Index(fields=["platform_id", "environment"])],
                "pk_attr": "id",
                "table_description": "An address of a merchant's that is told of what happens. Its secrets are kept sealed "
                "with the server's key.",
            },
        ),
    ]
