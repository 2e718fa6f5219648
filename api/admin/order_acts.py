"""What staff and sellers do to orders: sending, calling off, giving back, noting down."""

from typing import Any

from api.admin.context import AdminContext
from api.admin.orders import shown
from api.graphql.ids import parse_id
from api.vendure.errors import refusing
from api.vendure.parcels import fulfillment_shape, refund_shape
from core.errors import InvalidInput, NotFound, OrderRefusal
from services.fulfillment.making import fulfil, move_fulfillment
from services.fulfillment.reading import find_fulfillment
from services.fulfillment.states import FULFILLMENT_STATES
from services.orders.acting import call_off, move_on, note_down
from services.orders.desk import show_order
from services.orders.worth import check_whole, worth
from services.payments.giving_back import give_back, settle_by_hand
from services.seller_orders.dividing import Refunded

Args = dict[str, Any]
Shape = dict[str, Any]

HANDLER = "manual-fulfillment"


async def add_fulfillment(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    given = args["input"]
    handler = given["handler"]
    if handler["code"] != HANDLER:
        raise OrderRefusal("UnknownHandler", f"Parcels are sent by {HANDLER}.")
    said = {each["name"]: each["value"] for each in handler["arguments"]}
    fulfillment_id = await fulfil(
        await context.desk(),
        _pieces(given["lines"]),
        method=said.get("method", ""),
        tracking_code=said.get("trackingCode", ""),
    )
    return await _fulfillment(context, fulfillment_id)


async def move_one(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    fulfillment_id = parse_id(args["id"])
    await move_fulfillment(await context.desk(), fulfillment_id, args["state"])
    return await _fulfillment(context, fulfillment_id)


async def _fulfillment(context: AdminContext, fulfillment_id: int) -> Shape:
    return fulfillment_shape(await find_fulfillment(fulfillment_id))


async def next_states(parent: Shape, _: Args, __: AdminContext, ___: Any) -> list[str]:
    return FULFILLMENT_STATES.next_states(parent["state"])


async def cancel(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    given = args["input"]
    desk, order_id = await context.desk(), parse_id(given["orderId"])
    if given.get("lines") is not None:
        await check_whole(desk, order_id, _pieces(given["lines"]))
    await call_off(desk, order_id, given.get("reason") or "")
    return await _order(context, order_id)


async def transition(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    order_id = parse_id(args["id"])
    await move_on(await context.desk(), order_id, args["state"])
    return await _order(context, order_id)


async def add_note(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    given = args["input"]
    order_id = parse_id(given["id"])
    await note_down(await context.desk(), order_id, given["note"], public=given["isPublic"])
    return await _order(context, order_id)


async def _order(context: AdminContext, order_id: int) -> Shape:
    found = await show_order(await context.desk(), order_id)
    if found is None:
        raise NotFound("There is no such order.")
    return shown(context, found)


async def refund(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    given = args["input"]
    desk, payment_id = await context.desk(), parse_id(given["paymentId"])
    amount = given.get("amount")
    if amount is None:
        refunded = await worth(
            desk,
            payment_id,
            _pieces(given.get("lines") or []),
            delivery_minor=given.get("shipping") or 0,
            beside_minor=given.get("adjustment") or 0,
        )
    else:
        refunded = Refunded({}, alike_minor=amount)
    return refund_shape(await give_back(desk, payment_id, refunded, given.get("reason") or ""))


async def settle_refund(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
    given = args["input"]
    desk = await context.desk()
    return refund_shape(await settle_by_hand(desk, parse_id(given["id"]), given["transactionId"]))


def _pieces(lines: list[Args]) -> dict[int, int]:
    pieces: dict[int, int] = {}
    for line in lines:
        line_id = parse_id(line["orderLineId"])
        if line_id in pieces:
            raise InvalidInput("Name each line once.", field="lines")
        pieces[line_id] = line["quantity"]
    return pieces


RESOLVERS = {
    "Fulfillment.nextStates": next_states,
    "Mutation.addFulfillmentToOrder": refusing(add_fulfillment),
    "Mutation.transitionFulfillmentToState": refusing(move_one),
    "Mutation.cancelOrder": refusing(cancel),
    "Mutation.transitionOrderToState": refusing(transition),
    "Mutation.addNoteToOrder": add_note,
    "Mutation.refundOrder": refusing(refund),
    "Mutation.settleRefund": refusing(settle_refund),
}
