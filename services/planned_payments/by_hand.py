"""What a desk says of a planned payment: that its money has come by hand, or that it is called off."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from core.clock import now
from core.db import Row, execute, fetch_one, transaction
from core.errors import (
    Forbidden,
    IllegalTransition,
    InvalidInput,
    NotFound,
    OrderNotModifiable,
    PaymentPending,
)
from core.money import format_money
from services.buyers import Buyer
from services.checkout.methods import by_hand_method
from services.checkout.waiting import PageWaits, abandon_page
from services.deposits.charges import allocate
from services.deposits.collecting import lock_order, owed
from services.deposits.settling import book_balance, count_collected
from services.ledger import shared_account
from services.orders.events import record as record_event
from services.payments.opening import open_payment
from services.payments.settling import lock_payment
from services.planned_payments.checking import CALLED_OFF
from services.planned_payments.planning import CHANNEL
from services.planned_payments.reading import payments_of
from services.planned_payments.views import PlannedView
from services.staff import Desk, check_may, record
from services.values import as_uid

MOST_TRIES = 3
LONGEST_REASON = 255


@dataclass(frozen=True, slots=True)
class Declared:
    """What a desk says of a payment: which it is (by id, else by number), and what must be so. The sum is in minor units."""

    order_uid: UUID
    payment_uid: UUID | None
    number: str
    sum_minor: int
    tax_minor: int
    currency: str
    customer_uid: str
    reason: str = ""


async def confirm(desk: Desk, declared: Declared) -> None:
    """The money of a planned payment has come, in cash or by a transfer: it is booked, and counted towards what is owed. One
    that was paid already stays as it is.

    Raises `Forbidden`, `NotFound`, `InvalidInput` where what is declared isn't so or is more than is owed, `OrderNotModifiable` for one that was
    called off, `PaymentPending` while money may be moving for it.
    """
    await _asked(desk, declared, _confirm)


async def cancel(desk: Desk, declared: Declared) -> None:
    """Call a payment off that has not come; a page that waits for it is given up. One that was called off stays so.

    Raises as `confirm`, and `IllegalTransition` for one that was paid.
    """
    await _asked(desk, declared, _cancel)


_Act = Callable[[Desk, Declared, Row, PlannedView, bool], Awaitable[None]]


async def _asked(desk: Desk, declared: Declared, act: _Act) -> None:
    """Act in one transaction, once it is known what became of a page that waits."""
    check_may(desk, "UpdateOrder")
    if desk.seller_id is not None:
        raise Forbidden("An order is paid to the market.")
    asked = False
    for _ in range(MOST_TRIES):
        try:
            async with transaction():
                order, payment = await _find(desk, declared)
                await act(desk, declared, order, payment, asked)
                return
        except PageWaits as page:
            await page.look()
            asked = True
    raise PaymentPending(field="payment")


async def _find(desk: Desk, declared: Declared) -> tuple[Row, PlannedView]:
    """The order, locked, and the payment as it was declared."""
    order = await lock_order(desk.scope, uid=declared.order_uid)
    known = (await payments_of([order["id"]]))[order["id"]]
    payment = next(
        (
            each
            for each in known
            if (each.uid == declared.payment_uid if declared.payment_uid else each.number == declared.number)
        ),
        None,
    )
    if payment is None:
        raise NotFound("There is no such payment of this order.", field="payment.number")
    await _check(order, payment, declared)
    return order, payment


async def _check(order: Row, payment: PlannedView, declared: Declared) -> None:
    """Raises `InvalidInput` for what isn't as it was declared."""
    if declared.number != payment.number:
        raise InvalidInput(f"This payment's number is {payment.number}.", field="payment.number")
    if declared.currency != order["currency"]:
        raise InvalidInput(f"This order is in {order['currency']}.", field="payment.currency")
    if declared.sum_minor != payment.amount_minor:
        amount = format_money(payment.amount_minor, order["currency"])
        raise InvalidInput(f"This payment is planned with {amount}.", field="payment.sum")
    if not 0 <= declared.tax_minor <= declared.sum_minor:
        raise InvalidInput("The tax is a part of the sum.", field="payment.taxTotal")
    buyer = await fetch_one("SELECT uid FROM customer WHERE id = $1", order["customer_id"])
    if buyer is None or str(as_uid(buyer["uid"])) != declared.customer_uid.lower():
        raise InvalidInput("This order is another customer's.", field="payment.customerId")


async def _confirm(desk: Desk, _: Declared, order: Row, payment: PlannedView, asked: bool) -> None:
    if payment.paid:
        return
    if payment.cancelled_at is not None or payment.id is None or payment.unplanned:
        raise OrderNotModifiable(CALLED_OFF, field="payment.number")
    await owed(order, payment.amount_minor)
    if payment.under_way:
        await abandon_page(order["id"], asked=asked)
    scope = desk.scope
    hand = await by_hand_method(scope)
    payment_id = await open_payment(
        Buyer(scope, CHANNEL, customer_id=order["customer_id"]),
        purpose="balance",
        method_id=hand["id"],
        amount_minor=payment.amount_minor,
        order_id=order["id"],
        settled=True,
        begun_by="merchant",
        plan_id=payment.id,
    )
    # As money by hand goes back: see services.payments.giving_back.
    drawer = await shared_account(scope, f"gateway:{hand['kind']}", "gateway")
    receivable = await shared_account(scope, "receivable", "receivable")
    await allocate(order["id"], payment.amount_minor)
    sides = [(drawer, -payment.amount_minor), (receivable, payment.amount_minor)]
    await book_balance(scope, payment_id, order, sides)
    await count_collected(scope, order, await lock_payment(payment_id), payment.amount_minor)
    await record(
        desk,
        "confirmed",
        "planned_payment",
        payment.id,
        order=order["code"],
        number=payment.number,
        amount_minor=payment.amount_minor,
    )


async def _cancel(desk: Desk, declared: Declared, order: Row, payment: PlannedView, asked: bool) -> None:
    if payment.paid:
        raise IllegalTransition(
            payment.status, "Cancelled", (), "It was paid: call the order off, or give the money back."
        )
    if payment.status == "Cancelled" or (payment.unplanned and not payment.under_way):
        return
    if payment.under_way:
        await abandon_page(order["id"], asked=asked)
    if payment.id is not None:
        await execute(
            "UPDATE planned_payment SET cancelled_at = $2, updated_at = $2, cancel_reason = $3 WHERE id = $1",
            payment.id,
            now(),
            declared.reason[:LONGEST_REASON],
        )
    await record_event(order["id"], "payment_called_off", number=payment.number)
    await record(desk, "cancelled", "planned_payment", payment.id, order=order["code"], number=payment.number)
