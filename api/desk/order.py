"""One order: its story, its parts, its parcels, its money; and what staff and its sellers do to it."""

import asyncio
from collections.abc import Mapping
from typing import Any, Literal

from aiohttp import web

from api.desk.forms import Form, NoFields
from api.desk.order_words import told
from api.desk.pages import Answer, Done, Outcome, Pages
from api.desk.receipt import receipt_pdf
from api.desk.visits import Visit
from core.errors import InvalidInput, NotFound
from core.ids import new_token
from services.accounts.directory import customers_by_id
from services.delivery.by_hand import ask_carriers, book_at, carry_by_hand, unbooked_parcel
from services.delivery.shipments import shipment_of
from services.deposits.desk import collect_now, move_due
from services.fulfillment.making import fulfil, lines_left, move_fulfillment
from services.fulfillment.reading import fulfillments_of, may_leave
from services.fulfillment.states import FULFILLMENT_STATES
from services.orders.acting import call_off, note_down
from services.orders.desk import show_order
from services.orders.states import ORDER_STATES
from services.orders.story import story_of
from services.orders.views import OrderView
from services.orders.worth import worth
from services.payments.book import entries_of
from services.payments.giving_back import REFUNDABLE, give_back, refunds_of, settle_by_hand

pages = Pages()
ORDER = "/orders/{id:[0-9]{1,18}}"
MAY_ACT = ("UpdateOrder",)


class Reason(Form):
    reason: str = ""
    sure: Literal["yes"]


class Note(Form):
    note: str
    public: bool = False


class Parcel(Form):
    line: list[int]
    pieces: list[int]
    method: str = ""
    tracking_code: str = ""


class Moved(Form):
    fulfillment_id: int
    state: str


class AtRate(Form):
    rate_id: int


class Carried(Form):
    carrier: str
    tracking_code: str = ""


class Back(Form):
    payment_id: int
    line: list[int]
    pieces: list[int]
    delivery: str = "0"
    beside: str = "0"
    reason: str


class ByHand(Form):
    refund_id: int
    reference: str


class Due(Form):
    date: str


class Collected(Form):
    amount: str = ""
    key: str


@pages.page(ORDER, "Order", "order.html", needs=("ReadOrder",))
async def order(visit: Visit) -> Mapping[str, Any]:
    """Everything of an order that whoever looks may see; to a seller their part of it."""
    desk, found = visit.desk, await _found(visit)
    parcels = (await fulfillments_of([found.id]))[found.id]
    left = await lines_left(found.id)
    buyers = await customers_by_id(visit.scope, [found.customer_id]) if found.customer_id else {}
    payments = [payment.id for payment in found.payments]
    of_shop = desk.seller_id is None
    may_act = visit.may(*MAY_ACT)
    return {
        "order": found,
        "buyer": buyers.get(found.customer_id or 0),
        "parcels": [each for each in parcels if of_shop or each.seller_id == desk.seller_id],
        "left": {line.id: left[line.id].left for line in found.lines if line.id in left},
        "shipment": (await shipment_of([found.id])).get(found.id) if of_shop else None,
        "unbooked": await unbooked_parcel(found.id) if of_shop and may_act else None,
        "refunds": await refunds_of(payments),
        "entries": await entries_of(payments),
        "refundable": [
            payment for payment in found.payments if payment.state == "Settled" and found.state in REFUNDABLE
        ],
        "story": [(each.at, *told(visit, each)) for each in await story_of(desk, found)],
        "names": {line.id: line.name for line in found.lines},
        "parcel_steps": FULFILLMENT_STATES.transitions,
        "next_states": ORDER_STATES.next_states(found.state),
        "may_send": may_act and await may_leave(found.id),
        "may_act": may_act and of_shop,
        "of_shop": of_shop,
        "key": new_token(),
    }


@order.act("call_off", needs=MAY_ACT, form=Reason)
async def call_off_order(visit: Visit, form: Reason) -> Outcome:
    await call_off(visit.desk, visit.id, form.reason)
    return Done("Order cancelled.")


@order.act("note", needs=MAY_ACT, form=Note)
async def note(visit: Visit, form: Note) -> Outcome:
    await note_down(visit.desk, visit.id, form.note, public=form.public)
    return Done("Note added.")


@order.act("fulfil", needs=MAY_ACT, form=Parcel)
async def send(visit: Visit, form: Parcel) -> Outcome:
    pieces = {line: count for line, count in _pieces(form.line, form.pieces).items() if count}
    await _own_lines(visit, pieces)
    await fulfil(visit.desk, pieces, method=form.method, tracking_code=form.tracking_code)
    return Done("Parcel created. Mark it shipped when it leaves.")


@order.act("move", needs=MAY_ACT, form=Moved)
async def move(visit: Visit, form: Moved) -> Outcome:
    parcels = (await fulfillments_of([(await _found(visit)).id])).values()
    if form.fulfillment_id not in {each.id for of_order in parcels for each in of_order}:
        raise NotFound("This order has no such parcel.")
    await move_fulfillment(visit.desk, form.fulfillment_id, form.state)
    return Done(f"Parcel {form.fulfillment_id} is {form.state.lower()}.")


@order.act("ask_carriers", needs=MAY_ACT)
async def ask(visit: Visit, _: NoFields) -> Outcome:
    offers = await ask_carriers(visit.desk, visit.id)
    return Done(f"Offers of carriers: {offers}." if offers else "No carrier goes there.")


@order.act("book_at", needs=MAY_ACT, form=AtRate)
async def book(visit: Visit, form: AtRate) -> Outcome:
    await book_at(visit.desk, visit.id, form.rate_id)
    return Done("The parcel is being booked at that rate.")


@order.act("carry", needs=MAY_ACT, form=Carried, fields={"method": "carrier"})
async def carry(visit: Visit, form: Carried) -> Outcome:
    await carry_by_hand(visit.desk, visit.id, form.carrier, form.tracking_code)
    return Done("Parcel created. Mark it shipped when it leaves.")


@order.act("refund", needs=MAY_ACT, form=Back)
async def refund(visit: Visit, form: Back) -> Outcome:
    """Pieces at what they came to, a part of the delivery, and an amount beside them of all alike."""
    await _own_payment(visit, form.payment_id)
    refunded = await worth(
        visit.desk,
        form.payment_id,
        {line: count for line, count in _pieces(form.line, form.pieces).items() if count},
        delivery_minor=visit.amount(form.delivery, "delivery"),
        beside_minor=visit.amount(form.beside, "beside"),
    )
    given = await give_back(visit.desk, form.payment_id, refunded, form.reason)
    return Done(f"{visit.money(given.amount_minor)} is being refunded.")


@order.act("settle_refund", needs=MAY_ACT, form=ByHand)
async def settle_refund(visit: Visit, form: ByHand) -> Outcome:
    mine = await refunds_of([payment.id for payment in (await _found(visit)).payments])
    if form.refund_id not in {each.id for refunds in mine.values() for each in refunds}:
        raise NotFound("This order has no such refund.")
    await settle_by_hand(visit.desk, form.refund_id, form.reference)
    return Done("Marked as refunded.")


@order.act("move_due", needs=MAY_ACT, form=Due)
async def move_due_date(visit: Visit, form: Due) -> Outcome:
    await move_due(visit.desk, visit.id, visit.day_typed(form.date))
    return Done("Due date changed. The customer is notified.")


@order.act("collect", needs=MAY_ACT, form=Collected)
async def collect(visit: Visit, form: Collected) -> Outcome:
    amount = visit.amount(form.amount) if form.amount else None
    await collect_now(visit.desk, visit.id, amount, form.key)
    return Done("Payment started: its state is shown under Payments.")


@pages.page(f"{ORDER}/receipt.pdf", "Receipt", "order.html", needs=("ReadOrder",))
async def receipt(visit: Visit) -> Answer:
    """The receipt of a placed order, to print or to send; to a seller of their part."""
    found = await _found(visit)
    if found.placed_at is None:
        raise NotFound("The order isn't placed yet, so there is no receipt.")
    buyers = await customers_by_id(visit.scope, [found.customer_id]) if found.customer_id else {}
    buyer = buyers.get(found.customer_id or 0)
    guest = found.guest or {}
    who = buyer.full_name if buyer else str(guest.get("full_name", ""))
    return web.Response(
        # Off the event loop: it is all processor.
        body=await asyncio.to_thread(receipt_pdf, visit, found, who),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="receipt-{found.code}.pdf"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


async def _found(visit: Visit) -> OrderView:
    found = await show_order(visit.desk, visit.id)
    if found is None:
        raise NotFound("There is no such order.")
    return found


async def _own_payment(visit: Visit, payment_id: int) -> None:
    if payment_id not in {payment.id for payment in (await _found(visit)).payments}:
        raise NotFound("This order has no such payment.")


async def _own_lines(visit: Visit, pieces: Mapping[int, int]) -> None:
    if not set(pieces) <= {line.id for line in (await _found(visit)).lines}:
        raise NotFound("This order has no such line.")


def _pieces(lines: list[int], pieces: list[int]) -> dict[int, int]:
    """How many of each line. Raises `InvalidInput` where a field was left empty, or is below zero."""
    if len(lines) != len(pieces) or min(pieces, default=0) < 0:
        raise InvalidInput("Enter a quantity for each item, or 0.", field="pieces")
    return dict(zip(lines, pieces, strict=True))
