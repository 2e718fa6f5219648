from tortoise import migrations
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from models.schema import AddConstraint

class Migration(migrations.Migration):
    dependencies = [('models', '0001_tables')]

    initial = False

    operations = [
        AddConstraint(
            model_name='Asset',
            constraint=UniqueConstraint(fields=('platform_id', 'environment', 'path'), name='asset_path_once'),
        ),
        AddConstraint(
            model_name='Brand',
            constraint=UniqueConstraint(fields=('platform_id', 'environment', 'name'), name='brand_name_once'),
        ),
        AddConstraint(
            model_name='Category',
            constraint=UniqueConstraint(fields=('platform_id', 'environment', 'slug'), name='category_slug_once'),
        ),
        AddConstraint(
            model_name='ChannelIdentity',
            constraint=UniqueConstraint(fields=('platform_id', 'environment', 'channel', 'external_id'), name='channel_identity_once'),
        ),
        AddConstraint(
            model_name='Customer',
            constraint=UniqueConstraint(fields=('platform_id', 'environment', 'phone'), name='customer_phone_once'),
        ),
        AddConstraint(
            model_name='Customer',
            constraint=UniqueConstraint(fields=('platform_id', 'environment', 'email'), name='customer_email_once'),
        ),
        AddConstraint(
            model_name='Customer',
            constraint=CheckConstraint(check='pin_tries >= 0', name='customer_pin_tries'),
        ),
        AddConstraint(
            model_name='ExternalEvent',
            constraint=UniqueConstraint(fields=('provider', 'event_id'), name='external_event_once'),
        ),
        AddConstraint(
            model_name='Fitment',
            constraint=CheckConstraint(check='year_from <= year_to', name='fitment_years'),
        ),
        AddConstraint(
            model_name='IdempotencyRecord',
            constraint=UniqueConstraint(fields=('scope', 'key'), name='idempotency_once'),
        ),
        AddConstraint(
            model_name='InboundMessage',
            constraint=UniqueConstraint(fields=('platform_id', 'environment', 'channel', 'gateway', 'external_id'), name='inbound_once'),
        ),
        AddConstraint(
            model_name='JournalEntry',
            constraint=UniqueConstraint(fields=('platform_id', 'environment', 'key'), name='journal_entry_once'),
        ),
        AddConstraint(
            model_name='LedgerAccount',
            constraint=UniqueConstraint(fields=('platform_id', 'environment', 'code', 'currency'), name='ledger_account_once'),
        ),
        AddConstraint(
            model_name='LedgerAccount',
            constraint=CheckConstraint(check='balance_minor IS NULL OR balance_minor >= 0', name='ledger_card_never_below_zero'),
        ),
        AddConstraint(
            model_name='LedgerAccount',
            constraint=CheckConstraint(check="(kind = 'card') = (balance_minor IS NOT NULL)", name='ledger_card_has_balance'),
        ),
        AddConstraint(
            model_name='Order',
            constraint=CheckConstraint(check='subtotal_minor >= 0 AND shipping_minor >= 0 AND total_minor >= 0', name='order_totals'),
        ),
        AddConstraint(
            model_name='OrderLine',
            constraint=UniqueConstraint(fields=('order_id', 'variant_id'), name='order_line_once'),
        ),
        AddConstraint(
            model_name='OrderLine',
            constraint=CheckConstraint(check='quantity > 0 AND unit_price_minor >= 0', name='order_line_amounts'),
        ),
        AddConstraint(
            model_name='OtpChallenge',
            constraint=CheckConstraint(check='tries >= 0 AND tries <= 5', name='otp_tries'),
        ),
        AddConstraint(
            model_name='Payment',
            constraint=CheckConstraint(check='amount_minor > 0', name='payment_amount'),
        ),
        AddConstraint(
            model_name='PaymentMethod',
            constraint=UniqueConstraint(fields=('platform_id', 'environment', 'code'), name='payment_method_once'),
        ),
        AddConstraint(
            model_name='Posting',
            constraint=CheckConstraint(check='amount_minor <> 0', name='posting_amount'),
        ),
        AddConstraint(
            model_name='Product',
            constraint=UniqueConstraint(fields=('platform_id', 'environment', 'slug'), name='product_slug_once'),
        ),
        AddConstraint(
            model_name='ProductAsset',
            constraint=UniqueConstraint(fields=('product_id', 'asset_id'), name='product_asset_once'),
        ),
        AddConstraint(
            model_name='Refund',
            constraint=CheckConstraint(check='amount_minor > 0', name='refund_amount'),
        ),
        AddConstraint(
            model_name='Refund',
            constraint=UniqueConstraint(fields=('payment_id', 'reason'), name='refund_reason_once'),
        ),
        AddConstraint(
            model_name='SearchWord',
            constraint=UniqueConstraint(fields=('platform_id', 'environment', 'word'), name='search_word_once'),
        ),
        AddConstraint(
            model_name='Seller',
            constraint=UniqueConstraint(fields=('platform_id', 'environment', 'name'), name='seller_name_once'),
        ),
        AddConstraint(
            model_name='ShippingLine',
            constraint=UniqueConstraint(fields=('order_id', 'method_id'), name='shipping_line_once'),
        ),
        AddConstraint(
            model_name='ShippingLine',
            constraint=CheckConstraint(check='price_minor >= 0', name='shipping_line_price'),
        ),
        AddConstraint(
            model_name='ShippingMethod',
            constraint=UniqueConstraint(fields=('platform_id', 'environment', 'code'), name='shipping_method_once'),
        ),
        AddConstraint(
            model_name='StaffUser',
            constraint=UniqueConstraint(fields=('platform_id', 'environment', 'email'), name='staff_email_once'),
        ),
        AddConstraint(
            model_name='StockLevel',
            constraint=CheckConstraint(check='allocated >= 0 AND on_hand >= allocated', name='stock_never_oversold'),
        ),
        AddConstraint(
            model_name='Tag',
            constraint=UniqueConstraint(fields=('platform_id', 'environment', 'name'), name='tag_name_once'),
        ),
        AddConstraint(
            model_name='Variant',
            constraint=UniqueConstraint(fields=('platform_id', 'environment', 'sku'), name='variant_sku_once'),
        ),
        AddConstraint(
            model_name='Variant',
            constraint=CheckConstraint(check='price_minor >= 0', name='variant_price'),
        ),
    ]
