"""Promotions, and what happened to orders, in the dialect's names."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from api.vendure.context import Context
from api.vendure.mapping import Shape
from api.vendure.paging import page_of
from services.orders.events import EventView, events_of
from services.promotions.managing import promotions_by_id
from services.promotions.views import Operation, PromotionView

Args = dict[str, Any]
PAGE = 20

# What of an order's events its customer sees: the dialect's type of each, and its data.
PUBLIC: dict[str, tuple[str, Callable[[Mapping[str, Any]], Shape]]] = {
    "state": ("ORDER_STATE_TRANSITION", lambda data: {"from": data["of"], "to": data["to"]}),
    "coupon_applied": (
        "ORDER_COUPON_APPLIED",
        lambda data: {"couponCode": data["code"], "promotionId": str(data["promotion"])},
    ),
    "coupon_removed": ("ORDER_COUPON_REMOVED", lambda data: {"couponCode": data["code"]}),
    "payment_given_up": (
        "ORDER_PAYMENT_TRANSITION",
        lambda data: {"paymentId": str(data["payment"]), "to": "Cancelled"},
    ),
    "shipment": ("ORDER_FULFILLMENT_TRANSITION", lambda data: {"from": data["of"], "to": data["to"]}),
    "fulfillment": (
        "ORDER_FULFILLMENT_TRANSITION",
        lambda data: {"fulfillmentId": str(data["id"]), "from": data["of"], "to": data["to"]},
    ),
    "refund": (
        "ORDER_REFUND_TRANSITION",
        lambda data: {"refundId": str(data["id"]), "to": "Pending", "reason": data["reason"]},
    ),
    "note": ("ORDER_NOTE", lambda data: {"note": data["note"]}),
    "called_off": ("ORDER_CANCELLATION", lambda data: {"reason": data["reason"]}),
}

# And what staff see beside that.
PRIVATE: dict[str, tuple[str, Callable[[Mapping[str, Any]], Shape]]] = {
    "private_note": ("ORDER_NOTE", lambda data: {"note": data["note"]}),
}


async def promotions_of_order(parent: Shape, _: Args, context: Context, __: Any) -> list[Shape]:
    found = await promotions_by_id(context.scope, parent["promotionIds"])
    return [promotion_shape(found[id_]) for id_ in parent["promotionIds"] if id_ in found]


async def history_of_order(parent: Shape, args: Args, context: Context, __: Any) -> Shape:
    skip, take = page_of(args.get("options"), PAGE)
    kinds = [*PUBLIC, *(PRIVATE if context.behind is not None else ())]
    events, total = await events_of(parent["orderId"], kinds, skip=skip, take=take)
    return {"items": [_event_shape(event) for event in events], "totalItems": total}


def promotion_shape(promotion: PromotionView) -> Shape:
    return {
        "id": str(promotion.id),
        "createdAt": promotion.created_at,
        "updatedAt": promotion.updated_at,
        "name": promotion.name,
        "description": promotion.description,
        "enabled": promotion.enabled,
        "startsAt": promotion.starts_at,
        "endsAt": promotion.ends_at,
        "couponCode": promotion.coupon_code,
        "usageLimit": promotion.usage_limit,
        "perCustomerUsageLimit": promotion.per_customer_usage_limit,
        "conditions": [_operation_shape(each) for each in promotion.conditions],
        "actions": [_operation_shape(each) for each in promotion.actions],
    }


def _operation_shape(operation: Operation) -> Shape:
    """Ids are text in this dialect, also within a list."""
    return {
        "code": operation.code,
        "args": [
            {
                "name": name,
                "value": orjson.dumps(
                    [str(id_) for id_ in value] if isinstance(value, list) else value
                ).decode(),
            }
            for name, value in operation.args.items()
        ],
    }


def _event_shape(event: EventView) -> Shape:
    type_, data_of = (PUBLIC | PRIVATE)[event.kind]
    return {
        "id": str(event.id),
        "createdAt": event.at,
        "updatedAt": event.at,
        "isPublic": event.kind in PUBLIC,
        "type": type_,
        "data": data_of(event.data),
    }


RESOLVERS = {"Order.promotions": promotions_of_order, "Order.history": history_of_order}
