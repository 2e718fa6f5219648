"""Placing an order: it is paid, will be counted as sold, and its receipt is on the way."""

from collections.abc import Sequence
from typing import Any

from core.clock import now
from core.db import Row
from core.errors import OrderNotModifiable
from core.languages import SOURCE
from core.money import format_money
from models import Customer
from services.accounts.contact import tell
from services.accounts.customers import get_customer, number_of
from services.delivery.shipments import open_shipment
from services.deposits.charges import next_charge
from services.deposits.placing import defer_all, defer_rest
from services.deposits.splitting import Due
from services.fulfillment.states import may_send
from services.notifications import queue_message
from services.notifications.phrases import day, phrase
from services.orders.parking import bring_back
from services.orders.reading import order_of
from services.orders.states import move_order
from services.orders.views import OrderView
from services.promotions.buyers import guest_phone
from services.tenants import Scope

PAYABLE = ("AddingItems", "ArrangingPayment")


async def place_order(
    scope: Scope,
    row: Row,
    *,
    totals: Row | None = None,
    by_carrier: bool | None = None,
    customer: Customer | None = None,
    dues: Sequence[Due] = (),
) -> None:
    """Move a paid order on (a row of `ORDER_COLUMNS`), in the caller's transaction.

    Where a part of it falls due later, that is owed from now on: by its lines' options, or all of it by `dues`, where it is
    placed on account. Its carrier is booked as soon as its pieces may leave (`may_send`).
    One that is paid at once comes as a cart, with the `totals` that were agreed. `by_carrier` is False where it is
    known that there is no parcel to send; `customer` where they were read already. Its pieces must have left the shelf already. Raises `OrderNotModifiable` where it isn't being paid.
    """
    at_once = row["state"] == "AddingItems"
    deferred = (totals or row)["deferred_minor"]
    # Vendure's name for an order that is placed, and of which not all money is there.
    placed = "PaymentAuthorized" if deferred else "PaymentSettled"
    through = ("ArrangingPayment", placed) if at_once else (placed,)
    written = {"placed_at": now(), "counted": False, **(totals or {})}
    if row["state"] not in PAYABLE or not await move_order(row["id"], row["state"], *through, **written):
        raise OrderNotModifiable("The order is not waiting for its payment any more.")
    if row["parked_id"] is not None:
        await bring_back(row["parked_id"])
    if dues:
        await defer_all(scope, row, dues)
    elif deferred:
        await defer_rest(scope, row)
    if by_carrier is not False and may_send(placed, (totals or row)["total_minor"], deferred):
        await open_shipment(scope, row["id"])
    await _send_receipt(scope, order_of(row), customer)


async def _send_receipt(scope: Scope, order: OrderView, customer: Customer | None) -> None:
    params: dict[str, Any] = {
        "order": order.code,
        "amount": format_money(order.due_now_minor, order.currency),
        "items": phrase("item") if order.quantity == 1 else phrase("items", n=order.quantity),
    }
    template = "receipt"
    if order.deferred_minor:
        first = await next_charge(order.id)
        template = "deposit_receipt" if order.due_now_minor else "account_receipt"
        params["later"] = format_money(order.deferred_minor, order.currency)
        params["part"] = format_money(first["outstanding_minor"], order.currency)
        params["day"] = day(first["due_at"])
    once = f"receipt:{order.id}"
    if customer is None and order.customer_id is not None:
        customer = await get_customer(scope, order.customer_id)
    phone = (customer and number_of(customer)) or guest_phone(scope, order)
    if phone is not None:
        await queue_message(
            scope,
            channel="sms",
            to=phone,
            template=template,
            params=params,
            dedupe_key=once,
            language=customer.language if customer else SOURCE,
        )
    elif customer is not None:
        await tell(scope, customer, template, params, dedupe_key=once)
    elif order.guest and order.guest.get("email"):
        to = str(order.guest["email"])
        await queue_message(scope, channel="email", to=to, template=template, params=params, dedupe_key=once)
