"""Making a planned payment: what its payer has to do, and doing it. Money moves only through services.deposits.paying."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from core.db import Row
from core.errors import Forbidden, OrderNotModifiable, PaymentFailed
from services.buyers import Buyer
from services.checkout.methods import NETWORKS
from services.deposits.paying import Which, pay_balance
from services.orders.access import Caller, rows_of, seen
from services.payments.verifying import verify_order_payment
from services.planned_payments.checking import CALLED_OFF, PAID
from services.planned_payments.planning import CHANNEL
from services.planned_payments.reading import order_of_payment, payment_of
from services.planned_payments.views import PlannedView
from services.staff import check_may
from services.values import as_uid

# What each way to pay has its payer do, in the words of the field, and what it asks them for.
ACTIONS = {
    "gateway": "Redirection",
    "card": "PreparedForm",
    "mobile_money": "PreparedForm",
    "immediate": "None",
    "by_hand": "None",
}
FORMS: dict[str, tuple[tuple[str, str], ...]] = {
    "card": (("pin", ""),),
    "mobile_money": (("phone", ""), ("network", "|".join(NETWORKS))),
}
NOT_YET = "It was not paid yet."


@dataclass(frozen=True, slots=True)
class ToDo:
    """What a payer has to do: `action` is Redirection (to `url`), PreparedForm (with `parameters`) or None (at the desk)."""

    order: Row
    payment: PlannedView
    action: str
    url: str | None = None
    parameters: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """A payment that may be made, with its order (a row of `ORDER_COLUMNS`)."""

    order: Row
    payment: PlannedView


async def find_planned(caller: Caller, order_uid: UUID | None, payment_uid: UUID) -> Planned:
    """A payment of an order that the caller sees. Raises `Forbidden`, `NotFound`."""
    if caller.desk is not None:
        check_may(caller.desk, "UpdateOrder")
    if order_uid is None:
        scope = caller.scope
        order_id = await order_of_payment(scope.platform_id, scope.environment, payment_uid)
        rows = await rows_of(scope, [order_id])
        order_uid = as_uid(rows[0]["uid"])
    row = await seen(caller, order_uid)
    if caller.seller_id is not None:
        raise OrderNotModifiable("An order is paid to the market.", field="orderId")
    return Planned(row, await payment_of(row["id"], payment_uid))


async def initialize(
    caller: Caller, planned: Planned, parameters: Mapping[str, str], key: str | None = None
) -> ToDo:
    """Begin a payment: a page is opened at once; what else is needed is said. The same again gives the same page.

    `parameters` may hold callbackUrl, where the payer comes back to. Raises `OrderNotModifiable`, and as `pay_balance`.
    """
    payment = planned.payment
    _check_open(payment)
    kind = payment.method.kind
    if kind != "gateway":
        return ToDo(planned.order, payment, ACTIONS[kind], parameters=FORMS.get(kind, ()))
    made = await pay_balance(
        _payer(caller, planned),
        Which(code=planned.order["code"], plan_id=payment.id),
        payment.method.code,
        amount_minor=payment.amount_minor,
        callback_url=parameters.get("callbackUrl") or None,
        keep=False,
        idempotency_key=key,
    )
    known = (("reference", made.reference or ""),)
    return ToDo(planned.order, payment, ACTIONS[kind], made.payment_url, known)


async def authorize(
    caller: Caller, planned: Planned, parameters: Mapping[str, str], key: str | None = None
) -> None:
    """Make a payment with what its way to pay asks for, or see whether it was made: from a card it is there when this
    returns, a wallet's owner is asked on their phone, a page is asked about.

    Raises `PaymentFailed` where it was not paid yet, `Forbidden` for a card at a desk, and as `initialize`.
    """
    payment = planned.payment
    if payment.paid:
        return
    _check_open(payment)
    kind = payment.method.kind
    if kind not in FORMS or payment.under_way:
        await _look(planned)
        return
    if kind == "card" and caller.customer is None:
        raise Forbidden("Only the owner of a shopping card pays with it.")
    made = await pay_balance(
        _payer(caller, planned),
        Which(code=planned.order["code"], plan_id=payment.id),
        payment.method.code,
        amount_minor=payment.amount_minor,
        pin=parameters.get("pin"),
        phone=parameters.get("phone"),
        network=parameters.get("network"),
        keep=False,
        idempotency_key=key,
    )
    if made.state == "Declined":
        # Under a key that it was begun with before.
        raise PaymentFailed(made.reason or NOT_YET, field="paymentId")


async def _look(planned: Planned) -> None:
    """Ask what became of the try that is under way. Raises `PaymentFailed` where nothing was paid."""
    made = planned.payment.under_way
    if ACTIONS[planned.payment.method.kind] == "None":
        raise PaymentFailed("It is paid at the desk, which then confirms it.", field="paymentId")
    if made is None or made.reference is None:
        raise PaymentFailed("Initialize the payment first.", field="paymentId")
    standing = await verify_order_payment(planned.order["id"], made.reference)
    if standing.payment.state != "Settled":
        raise PaymentFailed(standing.payment.reason or NOT_YET, field="paymentId")


def _check_open(payment: PlannedView) -> None:
    if payment.paid:
        raise OrderNotModifiable(PAID, field="paymentId")
    if payment.cancelled_at is not None:
        raise OrderNotModifiable(CALLED_OFF, field="paymentId")
    if payment.unplanned:
        raise OrderNotModifiable("This payment was begun without a plan.", field="paymentId")


def _payer(caller: Caller, planned: Planned) -> Buyer:
    """Who pays: the customer who asks, or at a desk the order's."""
    customer_id = caller.customer.id if caller.customer else planned.order["customer_id"]
    return Buyer(caller.scope, CHANNEL, customer_id=customer_id)
