"""What is done to orders at the desk: parcels leave and arrive, money goes back, orders are called off, notes are made."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.db import fetch_one
from services.carts import add_to_cart
from services.checkout import pay, transition_order
from services.ledger import check_book
from services.tenants import Scope
from tests.admin.conftest import DeskHands
from tests.admin.test_products import SAMPLE, SHOWN, new_seller
from tests.admin.test_sales import buy
from tests.services.helpers import PIN, a_buyer, a_variant, fill_cart

if TYPE_CHECKING:
    from tests.conftest import World

FULFIL = """mutation($lines: [OrderLineInput!]!, $handler: String!) { addFulfillmentToOrder(input: {lines: $lines,
  handler: {code: $handler, arguments: [{name: "method", value: "Kwame's van"}, {name: "trackingCode", value: "KV-7"}]}}) {
  __typename ... on Fulfillment { id state method trackingCode nextStates lines { orderLineId quantity } }
  ... on ErrorResult { errorCode message } } }"""
MOVE = """mutation($id: ID!, $state: String!) { transitionFulfillmentToState(id: $id, state: $state) { __typename
  ... on Fulfillment { state } ... on FulfillmentStateTransitionError { errorCode fromState toState } } }"""
ORDER = """query($id: ID!) { order(id: $id) { state nextStates lines { id quantity fulfillmentLines { quantity
  fulfillment { state trackingCode } } } fulfillments { id state } payments { id amount refunds { total state reason } }
  history { items { type isPublic data } } } }"""
FIND = "query($code: String!) { orders(options: {filter: {code: {eq: $code}}}) { items { id lines { id quantity } } } }"
CANCEL = """mutation($i: CancelOrderInput!) { cancelOrder(input: $i) { __typename ... on Order { state }
  ... on ErrorResult { errorCode } ... on OrderStateTransitionError { transitionError } } }"""
REFUND = """mutation($i: RefundOrderInput!) { refundOrder(input: $i) { __typename
  ... on Refund { id total state method reason } ... on ErrorResult { errorCode }
  ... on RefundAmountError { maximumRefundable } ... on AlreadyRefundedError { refundId } } }"""
SETTLE = """mutation($id: ID!) { settleRefund(input: {id: $id, transactionId: "cash, Ama"}) { __typename
  ... on Refund { state transactionId } ... on ErrorResult { errorCode } } }"""
NOTE = """mutation($id: ID!, $public: Boolean!) { addNoteToOrder(input: {id: $id, note: "Call first", isPublic: $public}) {
  id } }"""
MOVE_ORDER = """mutation($id: ID!, $state: String!) { transitionOrderToState(id: $id, state: $state) { __typename
  ... on Order { state } ... on OrderStateTransitionError { transitionError fromState toState } } }"""


async def find(desk: DeskHands, code: str) -> dict[str, Any]:
    (order,) = (await desk.ask(FIND, code=code))["orders"]["items"]
    found: dict[str, Any] = order
    return found


def lines(order: dict[str, Any], pieces: int | None = None) -> list[dict[str, Any]]:
    return [{"orderLineId": line["id"], "quantity": pieces or line["quantity"]} for line in order["lines"]]


async def fulfil(
    desk: DeskHands, of: list[dict[str, Any]], handler: str = "manual-fulfillment"
) -> dict[str, Any]:
    made: dict[str, Any] = (await desk.ask(FULFIL, lines=of, handler=handler))["addFulfillmentToOrder"]
    return made


async def on_shelf(variant_id: int) -> int:
    row = await fetch_one("SELECT on_hand FROM stock_level WHERE variant_id = $1", variant_id)
    assert row is not None
    return int(row["on_hand"])


async def test_parcels_leave_and_arrive_and_the_order_follows(desk: DeskHands, world: "World") -> None:
    await desk.log_in()
    order = await find(desk, await buy(world, ["1"]))
    first = await fulfil(desk, lines(order, 1))
    assert (first["state"], first["method"], first["trackingCode"]) == ("Pending", "Kwame's van", "KV-7")
    assert first["nextStates"] == ["Cancelled", "Delivered", "Shipped"]
    assert (await desk.ask(ORDER, id=order["id"]))["order"]["state"] == "PaymentSettled"
    await desk.ask(MOVE, id=first["id"], state="Shipped")
    assert (await desk.ask(ORDER, id=order["id"]))["order"]["state"] == "PartiallyShipped"
    refused = await fulfil(desk, lines(order, 2))
    assert refused["errorCode"] == "ITEMS_ALREADY_FULFILLED_ERROR"
    second = await fulfil(desk, lines(order, 1))
    await desk.ask(MOVE, id=second["id"], state="Shipped")
    await desk.ask(MOVE, id=first["id"], state="Delivered")
    assert (await desk.ask(ORDER, id=order["id"]))["order"]["state"] == "PartiallyDelivered"
    again = (await desk.ask(MOVE, id=first["id"], state="Shipped"))["transitionFulfillmentToState"]
    assert (again["fromState"], again["toState"]) == ("Delivered", "Shipped")
    nowhere = (await desk.ask(MOVE, id=second["id"], state="Lost"))["transitionFulfillmentToState"]
    assert nowhere["errorCode"] == "FULFILLMENT_STATE_TRANSITION_ERROR"
    await desk.ask(MOVE, id=second["id"], state="Delivered")
    shown = (await desk.ask(ORDER, id=order["id"]))["order"]
    assert shown["state"] == "Delivered"
    assert [parcel["state"] for parcel in shown["fulfillments"]] == ["Delivered", "Delivered"]
    assert [part["quantity"] for part in shown["lines"][0]["fulfillmentLines"]] == [1, 1]
    kinds = [entry["type"] for entry in shown["history"]["items"]]
    assert kinds.count("ORDER_FULFILLMENT_TRANSITION") == 6


async def test_a_parcel_that_makes_no_sense_is_not_made(desk: DeskHands, world: "World") -> None:
    await desk.log_in()
    order, other = await find(desk, await buy(world, ["1"])), await find(desk, await buy(world, ["2"]))
    assert (await fulfil(desk, []))["errorCode"] == "EMPTY_ORDER_LINE_SELECTION_ERROR"
    assert (await fulfil(desk, lines(order, -1)))["errorCode"] == "EMPTY_ORDER_LINE_SELECTION_ERROR"
    assert (await fulfil(desk, lines(order) + lines(other)))["errorCode"] == "MULTIPLE_ORDER_ERROR"
    assert (await fulfil(desk, lines(order), "by-drone"))["errorCode"] == "INVALID_FULFILLMENT_HANDLER_ERROR"
    nowhere = [{"orderLineId": "99999", "quantity": 1}]
    assert await desk.refused(FULFIL, lines=nowhere, handler="manual-fulfillment") == "NOT_FOUND"
    await desk.ask(CANCEL, i={"orderId": order["id"]})
    assert (await fulfil(desk, lines(order)))["errorCode"] == "FULFILLMENT_STATE_TRANSITION_ERROR"


async def test_a_seller_sends_what_is_theirs_alone(
    desk: DeskHands, desks: Callable[[], DeskHands], world: "World"
) -> None:
    ama, kofi = await new_seller(desks, "Ama Parts"), await new_seller(desks, "Kofi Parts")
    product_id = (await ama.ask(SAMPLE))["createProduct"]["id"]
    hers = (await ama.ask(SHOWN % product_id))["product"]["variants"][0]["id"]
    code = await buy(world, ["1", hers])
    await desk.log_in()
    whole, part = await find(desk, code), await find(ama, code)
    assert (len(whole["lines"]), len(part["lines"])) == (2, 1)
    for hands in (ama, kofi):
        assert await hands.refused(FULFIL, lines=lines(whole), handler="manual-fulfillment") == "NOT_FOUND"
    sent = await fulfil(ama, lines(part))
    assert await kofi.refused(MOVE, id=sent["id"], state="Shipped") == "NOT_FOUND"
    await ama.ask(MOVE, id=sent["id"], state="Shipped")
    assert (await desk.ask(ORDER, id=whole["id"]))["order"]["state"] == "PartiallyShipped"
    for acts in (
        (CANCEL, {"i": {"orderId": whole["id"]}}),
        (NOTE, {"id": whole["id"], "public": True}),
    ):
        assert await ama.refused(acts[0], **acts[1]) == "NOT_FOUND"


async def test_money_goes_back_in_parts_and_never_more_than_came(desk: DeskHands, world: "World") -> None:
    await desk.log_in()
    order = await find(desk, await buy(world, ["1"]))
    payment = (await desk.ask(ORDER, id=order["id"]))["order"]["payments"][0]

    async def refund(**given: Any) -> dict[str, Any]:
        given = {"paymentId": payment["id"], **given}
        return dict((await desk.ask(REFUND, i=given))["refundOrder"])

    assert (await refund())["errorCode"] == "NOTHING_TO_REFUND_ERROR"
    one = await refund(lines=lines(order, 1), reason="Scratched")
    assert (one["total"], one["state"]) == ((payment["amount"] - 500) // 2, "Pending")
    assert (await refund(lines=lines(order, 3)))["errorCode"] == "QUANTITY_TOO_GREAT_ERROR"
    left = payment["amount"] - one["total"]
    more = await refund(amount=left + 1)
    assert (more["errorCode"], more["maximumRefundable"]) == ("REFUND_AMOUNT_ERROR", left)
    settled = (await desk.ask(SETTLE, id=one["id"]))["settleRefund"]
    assert settled == {"__typename": "Refund", "state": "Settled", "transactionId": "cash, Ama"}
    assert (await desk.ask(SETTLE, id=one["id"]))["settleRefund"]["state"] == "Settled"
    rest = await refund(amount=left, reason="Scratched")
    assert rest["reason"] == "Scratched (2)"
    assert (await refund(amount=1))["errorCode"] == "ALREADY_REFUNDED_ERROR"
    elsewhere = await find(desk, await buy(world, ["2"]))
    assert (await refund(lines=lines(elsewhere)))["errorCode"] == "PAYMENT_ORDER_MISMATCH_ERROR"
    mixed = lines(elsewhere) + lines(order)
    assert (await refund(lines=mixed))["errorCode"] == "MULTIPLE_ORDER_ERROR"
    assert await desk.refused(REFUND, i={"paymentId": "424242", "amount": 1}) == "NOT_FOUND"
    book = await check_book()
    assert (book.off_by_minor, book.unbalanced_entries, book.wrong_balances) == (0, [], [])
    shown = (await desk.ask(ORDER, id=order["id"]))["order"]["payments"][0]["refunds"]
    assert sum(each["total"] for each in shown) == payment["amount"]


async def test_an_order_is_called_off_and_its_pieces_are_for_sale_again(
    desk: DeskHands, world: "World"
) -> None:
    await desk.log_in()
    before = await on_shelf(1)
    order = await find(desk, await buy(world, ["1"]))
    assert await on_shelf(1) == before - 2
    part = {"orderId": order["id"], "lines": lines(order, 1)}
    assert (await desk.ask(CANCEL, i=part))["cancelOrder"]["errorCode"] == "EMPTY_ORDER_LINE_SELECTION_ERROR"
    much = {"orderId": order["id"], "lines": lines(order, 9)}
    assert (await desk.ask(CANCEL, i=much))["cancelOrder"]["errorCode"] == "QUANTITY_TOO_GREAT_ERROR"
    mixed = {"orderId": order["id"], "lines": lines(order) + lines(await find(desk, await buy(world, ["2"])))}
    assert (await desk.ask(CANCEL, i=mixed))["cancelOrder"]["errorCode"] == "MULTIPLE_ORDER_ERROR"
    done = await desk.ask(CANCEL, i={"orderId": order["id"], "lines": lines(order), "reason": "Asked for"})
    assert done["cancelOrder"] == {"__typename": "Order", "state": "Cancelled"}
    assert await on_shelf(1) == before
    again = (await desk.ask(CANCEL, i={"orderId": order["id"]}))["cancelOrder"]
    assert again["errorCode"] == "ORDER_STATE_TRANSITION_ERROR"
    assert await on_shelf(1) == before


async def test_what_has_left_is_not_called_off_by_a_click(desk: DeskHands, world: "World") -> None:
    await desk.log_in()
    order = await find(desk, await buy(world, ["1"]))
    by_hand = (await desk.ask(MOVE_ORDER, id=order["id"], state="Shipped"))["transitionOrderToState"]
    assert by_hand["fromState"] == "PaymentSettled" and "fulfilment" in by_hand["transitionError"]
    sent = await fulfil(desk, lines(order))
    await desk.ask(MOVE, id=sent["id"], state="Shipped")
    stays = (await desk.ask(CANCEL, i={"orderId": order["id"]}))["cancelOrder"]
    assert stays["errorCode"] == "ORDER_STATE_TRANSITION_ERROR"


async def test_a_cart_is_called_off_by_its_buyer_alone(desk: DeskHands, demo: Scope) -> None:
    await desk.log_in()
    cart = await add_to_cart(await a_buyer(demo), await a_variant(demo, pieces=5), 1)
    for query, given, name in (
        (CANCEL, {"i": {"orderId": str(cart.id)}}, "cancelOrder"),
        (MOVE_ORDER, {"id": str(cart.id), "state": "Cancelled"}, "transitionOrderToState"),
    ):
        assert (await desk.ask(query, **given))[name]["__typename"] == "CancelActiveOrderError"


async def test_what_was_never_paid_does_not_go_back_nor_by_hand_what_a_card_carries(
    desk: DeskHands, demo: Scope
) -> None:
    await desk.log_in()
    buyer = await a_buyer(demo, balance_minor=10_000_000, pin=True)
    await fill_cart(buyer, await a_variant(demo, pieces=5), 1)
    waiting = await pay(buyer, "connected-payment-method")
    unpaid = {"paymentId": str(waiting.payments[0].id), "amount": 1}
    refused = (await desk.ask(REFUND, i=unpaid))["refundOrder"]
    assert refused["__typename"] == "RefundOrderStateError"
    await transition_order(buyer, "AddingItems")
    paid = await pay(buyer, "shopping-card", pin=PIN)
    card = {"paymentId": str(paid.payments[-1].id), "amount": 1}
    begun = (await desk.ask(REFUND, i=card))["refundOrder"]
    settled = (await desk.ask(SETTLE, id=begun["id"]))["settleRefund"]
    assert settled["errorCode"] == "REFUND_STATE_TRANSITION_ERROR"


async def test_a_note_is_seen_by_whom_it_is_for(desk: DeskHands, world: "World") -> None:
    await desk.log_in()
    order = await find(desk, await buy(world, ["1"]))
    await desk.ask(NOTE, id=order["id"], public=True)
    await desk.ask(NOTE, id=order["id"], public=False)
    entries = (await desk.ask(ORDER, id=order["id"]))["order"]["history"]["items"]
    notes = [(entry["isPublic"], entry["data"]) for entry in entries if entry["type"] == "ORDER_NOTE"]
    assert notes == [(True, {"note": "Call first"}), (False, {"note": "Call first"})]
    assert await desk.refused(NOTE, id="777777", public=True) == "NOT_FOUND"
