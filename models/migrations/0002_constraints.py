"""The constraints of the first tables."""

from tortoise import migrations
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from models.schema import AddConstraints, Constraint

CONSTRAINTS: dict[str, list[Constraint]] = {
    "Asset": [
        UniqueConstraint(fields=("platform_id", "environment", "path"), name="asset_path_once"),
    ],
    "Brand": [
        UniqueConstraint(fields=("platform_id", "environment", "name"), name="brand_name_once"),
    ],
    "Category": [
        UniqueConstraint(fields=("platform_id", "environment", "slug"), name="category_slug_once"),
    ],
    "ChannelIdentity": [
        UniqueConstraint(
            fields=("platform_id", "environment", "channel", "external_id"), name="channel_identity_once"
        ),
    ],
    "Customer": [
        UniqueConstraint(fields=("platform_id", "environment", "phone"), name="customer_phone_once"),
        UniqueConstraint(fields=("platform_id", "environment", "email"), name="customer_email_once"),
        CheckConstraint(check="pin_tries >= 0", name="customer_pin_tries"),
    ],
    "ExternalEvent": [
        UniqueConstraint(fields=("provider", "event_id"), name="external_event_once"),
    ],
    "Fitment": [
        CheckConstraint(check="year_from <= year_to", name="fitment_years"),
    ],
    "IdempotencyRecord": [
        UniqueConstraint(fields=("scope", "key"), name="idempotency_once"),
    ],
    "InboundMessage": [
        UniqueConstraint(
            fields=("platform_id", "environment", "channel", "gateway", "external_id"), name="inbound_once"
        ),
    ],
    "JournalEntry": [
        UniqueConstraint(fields=("platform_id", "environment", "key"), name="journal_entry_once"),
    ],
    "LedgerAccount": [
        UniqueConstraint(
            fields=("platform_id", "environment", "code", "currency"), name="ledger_account_once"
        ),
        CheckConstraint(
            check="balance_minor IS NULL OR balance_minor >= 0", name="ledger_card_never_below_zero"
        ),
        CheckConstraint(
            check="(kind = 'card') = (balance_minor IS NOT NULL)", name="ledger_card_has_balance"
        ),
    ],
    "Order": [
        CheckConstraint(
            check="subtotal_minor >= 0 AND shipping_minor >= 0 AND total_minor >= 0", name="order_totals"
        ),
    ],
    "OrderLine": [
        UniqueConstraint(fields=("order_id", "variant_id"), name="order_line_once"),
        CheckConstraint(check="quantity > 0 AND unit_price_minor >= 0", name="order_line_amounts"),
    ],
    "OtpChallenge": [
        CheckConstraint(check="tries >= 0 AND tries <= 5", name="otp_tries"),
    ],
    "Payment": [
        CheckConstraint(check="amount_minor > 0", name="payment_amount"),
    ],
    "PaymentMethod": [
        UniqueConstraint(fields=("platform_id", "environment", "code"), name="payment_method_once"),
    ],
    "Posting": [
        CheckConstraint(check="amount_minor <> 0", name="posting_amount"),
    ],
    "Product": [
        UniqueConstraint(fields=("platform_id", "environment", "slug"), name="product_slug_once"),
    ],
    "ProductAsset": [
        UniqueConstraint(fields=("product_id", "asset_id"), name="product_asset_once"),
    ],
    "Refund": [
        CheckConstraint(check="amount_minor > 0", name="refund_amount"),
        UniqueConstraint(fields=("payment_id", "reason"), name="refund_reason_once"),
    ],
    "SearchWord": [
        UniqueConstraint(fields=("platform_id", "environment", "word"), name="search_word_once"),
    ],
    "Seller": [
        UniqueConstraint(fields=("platform_id", "environment", "name"), name="seller_name_once"),
    ],
    "ShippingLine": [
        UniqueConstraint(fields=("order_id", "method_id"), name="shipping_line_once"),
        CheckConstraint(check="price_minor >= 0", name="shipping_line_price"),
    ],
    "ShippingMethod": [
        UniqueConstraint(fields=("platform_id", "environment", "code"), name="shipping_method_once"),
    ],
    "StaffUser": [
        UniqueConstraint(fields=("platform_id", "environment", "email"), name="staff_email_once"),
    ],
    "StockLevel": [
        CheckConstraint(check="allocated >= 0 AND on_hand >= allocated", name="stock_never_oversold"),
    ],
    "Tag": [
        UniqueConstraint(fields=("platform_id", "environment", "name"), name="tag_name_once"),
    ],
    "Variant": [
        UniqueConstraint(fields=("platform_id", "environment", "sku"), name="variant_sku_once"),
        CheckConstraint(check="price_minor >= 0", name="variant_price"),
    ],
}


class Migration(migrations.Migration):
    dependencies = [("models", "0001_tables")]
    initial = False
    operations = [AddConstraints(CONSTRAINTS)]
