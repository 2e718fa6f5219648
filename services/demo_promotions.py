"""The demo market's promotions, both by coupon code: without one every cart costs what its shelves say."""

from services.promotions.inputs import PromotionInput
from services.promotions.views import Operation

MAKOLA_PROMOTIONS = (
    PromotionInput(
        name="Akwaaba: 10% off",
        description="A tenth off the goods, once for everybody.",
        coupon_code="AKWAABA10",
        per_customer_usage_limit=1,
        actions=[Operation("order_percentage_discount", {"discount": 10})],
    ),
    PromotionInput(
        name="Free delivery",
        description="Delivery is free from GHS 200.00 of goods on.",
        coupon_code="FREEDELIVERY",
        conditions=[Operation("minimum_order_amount", {"amount": 20_000})],
        actions=[Operation("free_shipping", {})],
    ),
)
