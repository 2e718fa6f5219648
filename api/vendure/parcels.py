"""Parcels and refunds as orders refer to them, read together for everything that an answer shows."""

from typing import Any

from api.graphql.batches import Batch
from api.vendure.context import Context
from api.vendure.mapping import Shape
from services.fulfillment.reading import FulfillmentView, fulfillments_of
from services.payments.giving_back import RefundView, refunds_of

# Vendure's words for how a refund stands.
_SETTLED = frozenset({"Done", "OnCard"})


async def _parcels(context: Context, order_id: int) -> list[FulfillmentView]:
    if context.parcels is None:
        context.parcels = Batch(context.expected.orders, fulfillments_of)
    return await context.parcels.get(order_id) or []


async def fulfillments(parent: Shape, _: Any, context: Context, __: Any) -> list[Shape] | None:
    """Null before the first is made, as in Vendure."""
    found = await _parcels(context, int(parent["orderId"]))
    return [fulfillment_shape(view) for view in found] or None


async def fulfillment_lines(parent: Shape, _: Any, context: Context, __: Any) -> list[Shape]:
    line_id = int(parent["id"])
    return [
        _line_shape(view, line_id)
        for view in await _parcels(context, parent["orderId"])
        if line_id in view.pieces
    ]


async def refunds(parent: Shape, _: Any, context: Context, __: Any) -> list[Shape]:
    if context.refunds is None:
        context.refunds = Batch(context.expected.payments, refunds_of)
    return [refund_shape(view) for view in await context.refunds.get(int(parent["id"])) or ()]


def fulfillment_shape(view: FulfillmentView) -> Shape:
    return {
        "__typename": "Fulfillment",
        **_plain(view),
        "lines": [_line_shape(view, line_id) for line_id in view.pieces],
    }


def _plain(view: FulfillmentView) -> Shape:
    return {
        "id": str(view.id),
        "createdAt": view.created_at,
        "updatedAt": view.updated_at,
        "state": view.state,
        "method": view.method,
        "trackingCode": view.tracking_code or None,
    }


def _line_shape(view: FulfillmentView, line_id: int) -> Shape:
    # The parcel as the line knows it: what else is in it is asked of the order.
    parcel = {**_plain(view), "lines": []}
    shape = {
        "orderLineId": str(line_id),
        "quantity": view.pieces[line_id],
        "fulfillmentId": str(view.id),
        "fulfillment": parcel,
    }
    parcel["lines"] = [shape]
    return shape


def refund_shape(view: RefundView) -> Shape:
    return {
        "__typename": "Refund",
        "id": str(view.id),
        "createdAt": view.created_at,
        "total": view.amount_minor,
        "method": view.method,
        "state": "Settled" if view.state in _SETTLED else "Pending",
        "transactionId": view.provider_id,
        "reason": view.reason,
        "paymentId": str(view.payment_id),
    }


RESOLVERS = {
    "Order.fulfillments": fulfillments,
    "OrderLine.fulfillmentLines": fulfillment_lines,
    "Payment.refunds": refunds,
}
