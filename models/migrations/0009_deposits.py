"""Purchase options, what falls due, stored methods, and money set aside."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from core.clock import now
from core.ids import new_uid
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [("models", "0008_deliveries_counted_once")]

    initial = False

    operations = [
        ops.CreateModel(
            name='PurchaseOptionGroup',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('merchant_code', fields.CharField(max_length=120)),
                ('line_item_descriptor', fields.CharField(max_length=120)),
                ('requires_option', fields.BooleanField(default=False)),
                ('assignment', fields.CharField(max_length=10)),
                ('deleted_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'purchase_option_group', 'app': 'models', 'indexes': [Index(fields=['platform_id', 'environment', 'deleted_at'])], 'pk_attr': 'id', 'table_description': 'Terms of sale for some products, variants, or everything with a tag. A deleted one stays for its orders.'},
            bases=['Public', 'Scoped'],
        ),
        ops.CreateModel(
            name='PurchaseOption',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('group', fields.ForeignKeyField('models.PurchaseOptionGroup', source_field='group_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('description', fields.CharField(max_length=160)),
                ('position', fields.IntField(default=0)),
                ('charge_ppm', fields.IntField(null=True)),
                ('charge_minor', fields.BigIntField(null=True)),
                ('trigger', fields.CharField(max_length=20)),
                ('due_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('due_after', fields.CharField(default='', max_length=40)),
                ('retired_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'purchase_option', 'app': 'models', 'indexes': [Index(fields=['group_id'])], 'pk_attr': 'id', 'table_description': 'One way to buy: a share (millionths) or a fixed amount (minor units a piece) now, the rest later.'},
            bases=['Public'],
        ),
        ops.CreateModel(
            name='PurchaseOptionMember',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('group', fields.ForeignKeyField('models.PurchaseOptionGroup', source_field='group_id', db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('product', fields.ForeignKeyField('models.Product', source_field='product_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('variant', fields.ForeignKeyField('models.Variant', source_field='variant_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
                ('tag', fields.ForeignKeyField('models.Tag', source_field='tag_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.CASCADE)),
            ],
            options={'table': 'purchase_option_member', 'app': 'models', 'indexes': [Index(fields=['product_id']), Index(fields=['variant_id']), Index(fields=['tag_id'])], 'pk_attr': 'id', 'table_description': "What a group's terms hold for: a product, a variant, or whatever has a tag, now or later."},
            bases=['Row'],
        ),
        ops.CreateModel(
            name='ScheduledCharge',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('order', fields.ForeignKeyField('models.Order', source_field='order_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('customer', fields.ForeignKeyField('models.Customer', source_field='customer_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('state', fields.CharField(default='Waiting', max_length=12)),
                ('currency', fields.CharField(max_length=3)),
                ('amount_minor', fields.BigIntField()),
                ('tax_minor', fields.BigIntField(default=0)),
                ('collected_minor', fields.BigIntField(default=0)),
                ('due_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('step', fields.IntField(default=0)),
                ('next_step_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('reason', fields.CharField(default='', max_length=255)),
            ],
            options={'table': 'scheduled_charge', 'app': 'models', 'indexes': [Index(fields=['order_id']), Index(fields=['customer_id'])], 'pk_attr': 'id', 'table_description': "A part of an order's price that falls due at `due_at` (UTC). Amounts in minor units, tax contained."},
            bases=['Public', 'Scoped'],
        ),
        ops.CreateModel(
            name='StoredMethod',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('customer', fields.ForeignKeyField('models.Customer', source_field='customer_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('method', fields.ForeignKeyField('models.PaymentMethod', source_field='method_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('kind', fields.CharField(max_length=20)),
                ('provider', fields.CharField(default='', max_length=20)),
                ('fingerprint', fields.CharField(max_length=191)),
                ('label', fields.CharField(max_length=80)),
                ('code', fields.CharField(default='', max_length=191)),
                ('email', fields.CharField(default='', max_length=255)),
                ('phone', fields.CharField(default='', max_length=20)),
                ('network', fields.CharField(default='', max_length=12)),
                ('removed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('attempts', fields.IntField(default=0)),
                ('next_attempt_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('lease', fields.CharField(null=True, max_length=64)),
                ('leased_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'stored_method', 'app': 'models', 'indexes': [Index(fields=['next_attempt_at'])], 'pk_attr': 'id', 'table_description': 'A way in which a customer has let us collect again: a card at a gateway, a wallet, their shopping card.'},
            bases=['Public', 'WorkRow', 'Scoped'],
        ),
        ops.CreateModel(
            name='Authorization',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('uid', fields.UUIDField(default=new_uid, unique=True)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('environment', fields.CharField(max_length=4)),
                ('order', fields.ForeignKeyField('models.Order', source_field='order_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('stored_method', fields.ForeignKeyField('models.StoredMethod', source_field='stored_method_id', db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT)),
                ('state', fields.CharField(default='Active', max_length=12)),
                ('currency', fields.CharField(max_length=3)),
                ('amount_minor', fields.BigIntField()),
                ('collected_minor', fields.BigIntField(default=0)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'payment_authorization', 'app': 'models', 'indexes': [Index(fields=['order_id']), Index(fields=['state', 'expires_at'])], 'pk_attr': 'id', 'table_description': 'Money set aside for an order (minor units): held on the shopping card, or our own record over a stored card.'},
            bases=['Public', 'Scoped'],
        ),
        ops.AlterModelOptions(
            name='ApiKey',
            options={'table': 'api_key', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A key that names platform and environment, for the doors of one audience. Only its hash is kept.'},
        ),
        ops.AddField(
            model_name='ApiKey',
            name='audience',
            field=fields.CharField(default='shop', db_default='shop', max_length=12),
        ),
        ops.AddField(
            model_name='Order',
            name='deferred_minor',
            field=fields.BigIntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='Order',
            name='stored_method',
            field=fields.ForeignKeyField('models.StoredMethod', source_field='stored_method_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='OrderLine',
            name='charge',
            field=fields.ForeignKeyField('models.ScheduledCharge', source_field='charge_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='OrderLine',
            name='deferred_minor',
            field=fields.BigIntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='OrderLine',
            name='option',
            field=fields.ForeignKeyField('models.PurchaseOption', source_field='option_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddIndex(
            model_name='OrderLine',
            index=Index(fields=['option_id']),
        ),
        ops.AlterModelOptions(
            name='Payment',
            options={'table': 'payment', 'app': 'models', 'indexes': [Index(fields=['customer_id']), Index(fields=['order_id'])], 'pk_attr': 'id', 'table_description': 'An amount (minor units) that pays for an order or its balance, or fills a card.'},
        ),
        ops.AddField(
            model_name='Payment',
            name='authorization',
            field=fields.ForeignKeyField('models.Authorization', source_field='authorization_id', null=True, db_constraint=True, to_field='id', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='Payment',
            name='begun_by',
            field=fields.CharField(default='customer', db_default='customer', max_length=10),
        ),
        ops.AddField(
            model_name='Platform',
            name='deposit_kept_ppm',
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='Platform',
            name='deposit_policy',
            field=fields.CharField(default='refund', db_default='refund', max_length=10),
        ),
    ]
