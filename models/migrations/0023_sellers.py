"""What sellers have of orders, what they are paid, and ways of delivery that are theirs."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from core.clock import now
from core.ids import new_uid
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from models.schema import AddConstraints, Constraint

# From here on nobody has an order of which the parts aren't known; older ones stay the market's own sales, whole.
CONSTRAINTS: dict[str, list[Constraint]] = {
    "Payout": [
        CheckConstraint(check="amount_minor > 0", name="payout_amount"),
        CheckConstraint(
            check="(state = 'Paid') = (paid_at IS NOT NULL) AND (state = 'Paid') = (reference <> '')",
            name="payout_paid",
        ),
    ],
    "SellerOrder": [
        UniqueConstraint(fields=("order_id", "seller_id"), name="seller_order_once"),
        CheckConstraint(
            check="goods_minor >= 0 AND delivery_minor >= 0 AND discount_minor >= 0 AND commission_minor >= 0 "
            "AND commission_minor <= goods_minor",
            name="seller_order_amounts",
        ),
        CheckConstraint(
            check="payable_minor = goods_minor + delivery_minor - commission_minor",
            name="seller_order_payable",
        ),
        CheckConstraint(
            check="goods_returned_minor >= 0 AND goods_returned_minor <= goods_minor "
            "AND delivery_returned_minor >= 0 AND delivery_returned_minor <= delivery_minor "
            "AND commission_returned_minor >= 0 AND commission_returned_minor <= commission_minor",
            name="seller_order_returned",
        ),
    ],
    "SellerRefund": [
        UniqueConstraint(fields=("seller_order_id", "key"), name="seller_refund_once"),
        CheckConstraint(
            check="goods_minor >= 0 AND delivery_minor >= 0 AND commission_minor >= 0 "
            "AND goods_minor + delivery_minor > 0",
            name="seller_refund_amounts",
        ),
        CheckConstraint(
            check="(seller_order_id IS NULL AND goods_minor = 0 AND commission_minor = 0 AND payable_minor = 0 "
            "AND payout_id IS NULL) OR (seller_order_id IS NOT NULL "
            "AND payable_minor = goods_minor + delivery_minor - commission_minor)",
            name="seller_refund_payable",
        ),
    ],
    "Platform": [
        CheckConstraint(
            check="commission_ppm >= 0 AND commission_ppm <= 1000000 AND payout_hold_days >= 0",
            name="platform_sellers_terms",
        )
    ],
    "Seller": [
        CheckConstraint(
            check="commission_ppm IS NULL OR (commission_ppm >= 0 AND commission_ppm <= 1000000)",
            name="seller_commission",
        )
    ],
}


class Migration(migrations.Migration):
    dependencies = [("models", "0022_uploads")]

    initial = False

    operations = [
        ops.CreateModel(
            name='Payout',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('batch', fields.UUIDField()),
                ('seller', fields.ForeignKeyField('models.Seller', source_field='seller_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('state', fields.CharField(default='Created', max_length=12)),
                ('currency', fields.CharField(max_length=3)),
                ('amount_minor', fields.BigIntField()),
                ('reference', fields.CharField(default='', max_length=120)),
                ('paid_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'payout', 'app': 'models', 'indexes': [Index(fields=['platform_id', 'environment', 'seller_id']), Index(fields=['batch'])], 'pk_attr': 'id', 'table_description': 'What a seller is paid at one time (minor units): the sum of the seller orders and refunds that name it.'},
            bases=['Public', 'Scoped'],
        ),
        ops.CreateModel(
            name='SellerOrder',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('order', fields.ForeignKeyField('models.Order', source_field='order_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('seller', fields.ForeignKeyField('models.Seller', source_field='seller_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('code', fields.CharField(unique=True, max_length=24)),
                ('goods_minor', fields.BigIntField()),
                ('discount_minor', fields.BigIntField(default=0)),
                ('delivery_minor', fields.BigIntField(default=0)),
                ('tax_minor', fields.BigIntField(default=0)),
                ('commission_ppm', fields.IntField()),
                ('commission_minor', fields.BigIntField()),
                ('payable_minor', fields.BigIntField()),
                ('goods_returned_minor', fields.BigIntField(default=0)),
                ('delivery_returned_minor', fields.BigIntField(default=0)),
                ('commission_returned_minor', fields.BigIntField(default=0)),
                ('payout', fields.ForeignKeyField('models.Payout', source_field='payout_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
            ],
            options={'table': 'seller_order', 'app': 'models', 'indexes': [Index(fields=['platform_id', 'environment', 'seller_id']), Index(fields=['payout_id'])], 'pk_attr': 'id', 'table_description': "A seller's part of a placed order, as it was agreed (minor units, tax contained). The order is the customer's."},
            bases=['Public', 'Scoped'],
        ),
        ops.CreateModel(
            name='SellerRefund',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('order', fields.ForeignKeyField('models.Order', source_field='order_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('seller_order', fields.ForeignKeyField('models.SellerOrder', source_field='seller_order_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('key', fields.CharField(max_length=120)),
                ('goods_minor', fields.BigIntField()),
                ('delivery_minor', fields.BigIntField()),
                ('commission_minor', fields.BigIntField()),
                ('payable_minor', fields.BigIntField()),
                ('payout', fields.ForeignKeyField('models.Payout', source_field='payout_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
            ],
            options={'table': 'seller_refund', 'app': 'models', 'indexes': [Index(fields=['order_id']), Index(fields=['seller_order_id']), Index(fields=['payout_id'])], 'pk_attr': 'id', 'table_description': "What one refund of an order took back (minor units): of a seller's part or, without one, of the market's delivery."},
            bases=['Public', 'Scoped'],
        ),
        ops.AddField(
            model_name='Platform',
            name='commission_ppm',
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='Platform',
            name='payout_hold_days',
            field=fields.IntField(default=7, db_default=7),
        ),
        ops.AddField(
            model_name='Seller',
            name='commission_ppm',
            field=fields.IntField(null=True),
        ),
        ops.AlterModelOptions(
            name='ShippingMethod',
            options={'table': 'shipping_method', 'app': 'models', 'constraints': [UniqueConstraint(fields=('platform_id', 'environment', 'code'), name='shipping_method_once')], 'pk_attr': 'id', 'table_description': "A way of delivery at a flat price (minor units, tax contained): of a seller, or the market's own, for all sellers."},
        ),
        ops.AddField(
            model_name='ShippingMethod',
            name='seller',
            field=fields.ForeignKeyField('models.Seller', source_field='seller_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT),
        ),
        AddConstraints(CONSTRAINTS),
    ]
