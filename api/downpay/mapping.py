"""What the services give, as the dialect's types."""

import re
from pathlib import Path
from typing import Any

from api.downpay.context import DownpayContext
from core.money import to_decimal
from services.purchase_options.coverage import ProductCard
from services.purchase_options.orders_of import BoughtOrder
from services.purchase_options.terms import MILLION
from services.purchase_options.views import GroupView, OptionView

Shape = dict[str, Any]

_CURRENCIES = (Path(__file__).parent / "schema" / "currency.graphql").read_text(encoding="utf-8")
CURRENCIES = frozenset(re.findall(r"^  ([A-Z]{3})$", _CURRENCIES, re.MULTILINE))
UNRECOGNIZED = "XXX"


def group_shape(context: DownpayContext, group: GroupView) -> Shape:
    """A PurchaseOptionGroup but for what has resolvers of its own."""
    context.groups.add(group.id)
    return {
        "id": str(group.id),
        "createdAt": group.created_at,
        "merchantCode": group.merchant_code,
        "lineItemDescriptor": group.line_item_descriptor,
        "productsRequirePurchaseOption": group.requires_option,
        "resourceAssignmentType": group.assignment,
        "purchaseOptions": [option_shape(context, option) for option in group.options],
    }


def option_shape(context: DownpayContext, option: OptionView) -> Shape:
    """A PurchaseOption."""
    return {
        "id": str(option.id),
        "description": option.description,
        "billingPolicy": {
            "checkoutCharge": _charge(option, context.scope.currency),
            "remainingBalanceChargeTrigger": option.trigger,
            "remainingBalanceChargeExactTime": option.due_at,
            "remainingBalanceChargeTimeAfterCheckout": option.due_after or None,
        },
    }


def _charge(option: OptionView, currency: str) -> Shape:
    if option.charge_ppm is not None:
        percentage = option.charge_ppm * 100 / MILLION
        return {"type": "PERCENTAGE", "value": {"__typename": "Percentage", "percentage": percentage}}
    return {
        "type": "PRICE",
        "value": {
            "__typename": "Price",
            "amount": f"{to_decimal(option.charge_minor or 0, currency):f}",
            "currencyCode": currency if currency in CURRENCIES else UNRECOGNIZED,
        },
    }


def product_shape(context: DownpayContext, product: ProductCard) -> Shape:
    """A Product."""
    return {
        "id": str(product.id),
        "title": product.name,
        "imageUrl": context.asset_url(product.image) if product.image else None,
    }


def order_shape(order: BoughtOrder) -> Shape:
    """An Order."""
    return {"id": str(order.id), "createdAt": order.created_at, "updatedAt": order.updated_at}
