"""What the dialect's inputs say, as the services take it."""

from typing import Any

from api.graphql.ids import parse_id, parse_ids
from services.purchase_options.inputs import GroupInput, OptionInput, PolicyInput, Resources

Given = dict[str, Any]


def group_input(given: Given) -> GroupInput:
    """A PurchaseOptionGroupInput."""
    return GroupInput(
        id=_id(given),
        merchant_code=given.get("merchantCode"),
        line_item_descriptor=given.get("lineItemDescriptor"),
        requires_option=given.get("productsRequirePurchaseOption"),
        to_create=[_option(option) for option in given.get("purchaseOptionsToCreate") or ()],
        to_update=[_option(option) for option in given.get("purchaseOptionsToUpdate") or ()],
        to_delete=parse_ids(given.get("purchaseOptionsToDelete") or ()),
    )


def resource_input(given: Given) -> Resources:
    """A ResourceInput."""
    return Resources(
        product_ids=parse_ids(given.get("productIds") or ()),
        variant_ids=parse_ids(given.get("productVariantIds") or ()),
        tags=given.get("productTags") or [],
    )


def _option(given: Given) -> OptionInput:
    policy = given.get("billingPolicy")
    return OptionInput(_id(given), given.get("description"), _policy(policy) if policy else None)


def _policy(given: Given) -> PolicyInput:
    charge = given["checkoutCharge"]
    return PolicyInput(
        charge_type=charge["type"],
        percentage=charge["value"].get("percentage"),
        fixed_value=charge["value"].get("fixedValue"),
        trigger=given.get("remainingBalanceChargeTrigger"),
        due_at=given.get("remainingBalanceChargeExactTime"),
        due_after=given.get("remainingBalanceChargeTimeAfterCheckout"),
    )


def _id(given: Given) -> int | None:
    return None if given.get("id") is None else parse_id(given["id"])
