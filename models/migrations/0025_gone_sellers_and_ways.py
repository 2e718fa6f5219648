"""When a seller or a way of delivery was taken away, and who made an option group."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0024_facets_options_reviews")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Seller", name="deleted_at", field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)
        ),
        ops.AddField(
            model_name="ShippingMethod",
            name="deleted_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="OptionGroup",
            name="seller",
            field=fields.ForeignKeyField(
                "models.Seller",
                source_field="seller_id",
                null=True,
                db_constraint=True,
                to_field="id",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
    ]
