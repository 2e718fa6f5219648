"""The constraints of bills, delivery and wishlists."""

from tortoise import migrations
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from models.schema import AddConstraints, Constraint

CONSTRAINTS: dict[str, list[Constraint]] = {
    "Beneficiary": [UniqueConstraint(fields=('customer_id', 'biller_id', 'number'), name='beneficiary_once')],
    "BillPlan": [UniqueConstraint(fields=('biller_id', 'code'), name='bill_plan_code_once'), UniqueConstraint(fields=('biller_id', 'slug'), name='bill_plan_slug_once')],
    "BillPurchase": [CheckConstraint(check='amount_minor > 0', name='bill_purchase_amount')],
    "Biller": [UniqueConstraint(fields=('platform_id', 'environment', 'number'), name='biller_number_once'), UniqueConstraint(fields=('platform_id', 'environment', 'kind', 'slug'), name='biller_slug_once'), CheckConstraint(check='least_minor > 0 AND least_minor <= most_minor', name='biller_limits')],
    "DeliveryQuote": [CheckConstraint(check='weight_g > 0 AND value_minor >= 0', name='delivery_quote_amounts')],
    "DeliveryRate": [UniqueConstraint(fields=('quote_id', 'rate_id'), name='delivery_rate_once'), CheckConstraint(check='price_minor >= 0', name='delivery_rate_price')],
    "PickupLocation": [UniqueConstraint(fields=('platform_id', 'environment', 'name'), name='pickup_location_once')],
    "WishlistItem": [UniqueConstraint(fields=('customer_id', 'product_id'), name='wishlist_item_once'), CheckConstraint(check='priority >= 1 AND priority <= 5', name='wishlist_priority')],
}


class Migration(migrations.Migration):
    dependencies = [("models", "0005_bills_delivery_wishlists")]
    initial = False
    operations = [AddConstraints(CONSTRAINTS)]
