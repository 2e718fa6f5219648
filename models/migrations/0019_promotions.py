"""Promotions and the uses of them, taxes by category, who may buy without an account, and what is agreed of each line."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops
from core.clock import now
from core.ids import new_uid
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from models.schema import AddConstraints, Constraint

CONSTRAINTS: dict[str, list[Constraint]] = {
    "Promotion": [
        UniqueConstraint(fields=("platform_id", "environment", "coupon_code"), name="promotion_coupon_once"),
        CheckConstraint(
            check="used >= 0 AND (usage_limit IS NULL OR usage_limit > 0) "
            "AND (per_customer_usage_limit IS NULL OR per_customer_usage_limit > 0)",
            name="promotion_limits",
        ),
    ],
    "PromotionUse": [
        UniqueConstraint(fields=("promotion_id", "order_id"), name="promotion_use_once"),
        CheckConstraint(check="amount_minor > 0", name="promotion_use_amount"),
    ],
    "TaxCategory": [UniqueConstraint(fields=("platform_id", "environment", "name"), name="tax_category_once")],
    "TaxRate": [CheckConstraint(check="basis_points >= 0 AND basis_points <= 10000", name="tax_rate_value")],
    "Order": [CheckConstraint(check="discount_minor >= 0 AND shipping_tax_minor >= 0", name="order_discount")],
    "OrderLine": [
        CheckConstraint(
            check="discount_minor >= 0 AND discount_minor <= quantity * unit_price_minor", name="order_line_discount"
        )
    ],
    "ShippingLine": [
        CheckConstraint(
            check="discount_minor >= 0 AND discount_minor <= price_minor", name="shipping_line_discount"
        )
    ],
}
# What is being paid or was sold before was taxed at its platform's one rate.
RATE = (
    "(SELECT p.tax_basis_points FROM customer_order o JOIN platform p ON p.id = o.platform_id "
    "WHERE o.id = {table}.order_id)"
)
AGREED = (
    "UPDATE {table} SET tax_basis_points = " + RATE + " WHERE order_id IN (SELECT o.id FROM customer_order o "
    "JOIN platform p ON p.id = o.platform_id WHERE p.tax_basis_points > 0 AND o.state <> 'AddingItems')"
)
DELIVERY = (
    "UPDATE customer_order SET shipping_tax_minor = CAST(ROUND(shipping_minor * (SELECT p.tax_basis_points * 1.0 / "
    "(10000 + p.tax_basis_points) FROM platform p WHERE p.id = customer_order.platform_id)) AS BIGINT) "
    "WHERE state <> 'AddingItems' AND tax_minor > 0"
)


async def remember(apps: Any, schema_editor: Any) -> None:
    for table in ("order_line", "shipping_line"):
        await schema_editor.client.execute_script(AGREED.format(table=table))
    await schema_editor.client.execute_script(DELIVERY)


class Migration(migrations.Migration):
    dependencies = [("models", "0017_gone_from_the_shelves")]

    initial = False

    operations = [
        ops.CreateModel(
            name='Promotion',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('name', fields.CharField(max_length=120)),
                ('description', fields.CharField(default='', max_length=255)),
                ('enabled', fields.BooleanField(default=True)),
                ('coupon_code', fields.CharField(null=True, max_length=20)),
                ('starts_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('ends_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('usage_limit', fields.IntField(null=True)),
                ('per_customer_usage_limit', fields.IntField(null=True)),
                ('used', fields.IntField(default=0)),
                ('priority', fields.IntField(default=0)),
                ('conditions', fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ('actions', fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ('deleted_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'promotion', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A reduction. With a coupon code it holds for carts that the code was given to, without one for every cart.'},
            bases=['Public', 'Scoped'],
        ),
        ops.CreateModel(
            name='PromotionUse',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('promotion', fields.ForeignKeyField('models.Promotion', source_field='promotion_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('order', fields.ForeignKeyField('models.Order', source_field='order_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('customer', fields.ForeignKeyField('models.Customer', source_field='customer_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('email', fields.CharField(null=True, max_length=255)),
                ('phone', fields.CharField(null=True, max_length=20)),
                ('amount_minor', fields.BigIntField()),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'promotion_use', 'app': 'models', 'indexes': [Index(fields=['order_id']), Index(fields=['promotion_id', 'customer_id']), Index(fields=['promotion_id', 'email']), Index(fields=['promotion_id', 'phone'])], 'pk_attr': 'id', 'table_description': 'An order whose agreed prices a promotion made smaller. It goes when the order is a cart again or cancelled.'},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='TaxCategory',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('name', fields.CharField(max_length=80)),
            ],
            options={'table': 'tax_category', 'app': 'models', 'pk_attr': 'id', 'table_description': "A kind of goods. What is in none is taxed at the platform's own rate, as delivery is."},
            bases=['Public', 'Scoped'],
        ),
        ops.CreateModel(
            name='TaxRate',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('category', fields.ForeignKeyField('models.TaxCategory', source_field='category_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('name', fields.CharField(max_length=80)),
                ('enabled', fields.BooleanField(default=True)),
                ('basis_points', fields.IntField()),
            ],
            options={'table': 'tax_rate', 'app': 'models', 'indexes': [Index(fields=['category_id'])], 'pk_attr': 'id', 'table_description': "What a category's prices contain. Of several that are enabled the newest holds, without any the platform's own."},
            bases=['Public', 'Scoped'],
        ),
        ops.AddField(
            model_name='Order',
            name='coupon_codes',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Order',
            name='custom',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Order',
            name='discount_minor',
            field=fields.BigIntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='Order',
            name='shipping_tax_minor',
            field=fields.BigIntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='OrderLine',
            name='discount_minor',
            field=fields.BigIntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='OrderLine',
            name='discounts',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='OrderLine',
            name='tax_basis_points',
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='Platform',
            name='guest_checkout',
            field=fields.BooleanField(default=True, db_default=True),
        ),
        ops.AddField(
            model_name='ShippingLine',
            name='discount_minor',
            field=fields.BigIntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='ShippingLine',
            name='discounts',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='ShippingLine',
            name='tax_basis_points',
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='Variant',
            name='tax_category',
            field=fields.ForeignKeyField('models.TaxCategory', source_field='tax_category_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT),
        ),
        AddConstraints(CONSTRAINTS),
        ops.RunPython(remember),
    ]
