"""Ends of a payment: the money is booked and the order placed, or nothing was charged and the cart is kept."""

from collections.abc import Awaitable, Callable
from typing import Any

from core.clock import now
from core.db import Row, fetch_one, for_update, transaction
from core.errors import DomainError, OrderNotModifiable
from core.money import format_money
from services import stock
from services.accounts.contact import tell
from services.accounts.customers import get_customer
from services.cards import card_of
from services.deposits.settling import decline_balance, settle_balance
from services.ledger import Account, post, shared_account
from services.notifications.phrases import sentence
from services.orders.freezing import freeze, thaw
from services.orders.placing import place_order
from services.orders.reading import ORDER_COLUMNS, due_at_checkout
from services.orders.views import OrderView
from services.outgoing import announce, announce_all
from services.payments.refunding import open_refund
from services.payments.states import OPEN, PAYMENT_STATES
from services.payments.telling import settled, told_of_payment
from services.seller_orders.booking import share_sale
from services.tenants import Scope, scope_by_id

PAYMENT_COLUMNS = (
    "p.id, p.platform_id, p.environment, p.purpose, p.order_id, p.customer_id, p.state, p.amount_minor, p.currency, "
    "p.reason, p.method_id, p.begun_by, p.authorization_id, p.plan_id, m.kind, m.provider"
)


async def lock_payment(payment_id: int) -> Row:
    """A payment's row with its method, locked until the transaction ends, after its order's row."""
    first = await fetch_one("SELECT order_id FROM payment WHERE id = $1", payment_id)
    # Everything that touches both locks the order first.
    if first and first["order_id"] is not None:
        await fetch_one(f"SELECT id FROM customer_order WHERE id = $1{for_update()}", first["order_id"])
    row = await fetch_one(
        f"SELECT {PAYMENT_COLUMNS} FROM payment p JOIN payment_method m ON m.id = p.method_id "
        f"WHERE p.id = $1{for_update() and ' FOR UPDATE OF p'}",
        payment_id,
    )
    assert row is not None
    return row


async def settle(payment_id: int) -> None:
    """The money is there: book it and place the order or fill the card. Doing it again does nothing.

    A yes that comes after the payment was given up still buys the order where it stands as it was; else the
    money goes back by the way it came.
    """
    async with transaction():
        payment = await lock_payment(payment_id)
        if payment["state"] == "Settled":
            return
        scope = await scope_by_id(payment["platform_id"], payment["environment"])
        await PAYMENT_STATES.move(payment_id, payment["state"], "Settled", settled_at=now())
        await announce_all([settled(payment)])
        await PAYS_FOR[payment["purpose"]](scope, payment)


async def decline(payment_id: int, reason: str, *, final: bool = False) -> None:
    """Nothing was charged: keep the cart, put its pieces back. `reason` is for the customer.

    After a `final` decline no later try with the same means can succeed.
    """
    async with transaction():
        payment = await lock_payment(payment_id)
        if payment["state"] not in OPEN:
            return
        await PAYMENT_STATES.move(payment_id, payment["state"], "Declined", reason=reason[:255])
        scope = await scope_by_id(payment["platform_id"], payment["environment"])
        told = told_of_payment(payment) | {"reason": reason[:255]}
        await announce(scope, "payment.declined", payment_id, data=told)
        if payment["purpose"] == "balance":
            await decline_balance(scope, payment, reason, final=final)
            return
        if payment["order_id"] is not None:
            await stock.release(payment["order_id"])
            await thaw(payment["order_id"])
        await _tell_of_failure(scope, payment, reason)


async def book_order_payment(
    scope: Scope, payment_id: int | None, order: Row, source: Account, *, view: OrderView | None = None
) -> None:
    """Move an order's money from `source` to the sales account, once, and share it out among its sellers and the market;
    what is due later is owed from now on.

    Without a payment nothing is due at checkout; of an order that costs nothing there is no entry. `view` is the order where its lines and delivery were read already.
    """
    now_minor, later_minor = due_at_checkout(order), order["deferred_minor"]
    sides = [(source, -now_minor), (await shared_account(scope, "sales", "sales"), now_minor + later_minor)]
    sides += await share_sale(scope, order, view)
    if later_minor:
        sides.append((await shared_account(scope, "receivable", "receivable"), -later_minor))
    if order["total_minor"]:
        await post(
            scope,
            key=f"payment:{payment_id}" if payment_id else f"order:{order['id']}",
            kind="order_payment",
            narrative=f"Order {order['code']}",
            sides=[side for side in sides if side[1]],
            payment_id=payment_id,
        )


async def _pay_order(scope: Scope, payment: Row) -> None:
    order = await fetch_one(
        f"SELECT {ORDER_COLUMNS} FROM customer_order o WHERE o.id = $1", payment["order_id"]
    )
    assert order is not None
    source = await shared_account(scope, f"gateway:{payment['provider'] or payment['kind']}", "gateway")
    taken = await _take_pieces(scope, order, payment)
    if taken is not None:
        await book_order_payment(scope, payment["id"], taken, source)
        await place_order(scope, taken)
    else:
        await _send_back(scope, payment, order, source)


async def _take_pieces(scope: Scope, order: Row, payment: Row) -> Row | None:
    """Take what was paid for from the shelf: what was promised, or for a late yes what can still be had.

    The order's row with its totals; None where it is no longer the order that was paid for, or its pieces are gone.
    """
    if payment["state"] in OPEN:
        await stock.take_promised(order["id"])
        return order
    if not order["active"]:
        return None
    other = await fetch_one(
        "SELECT id FROM payment WHERE order_id = $1 AND state IN ('Created', 'Pending', 'Settled') AND id <> $2",
        order["id"],
        payment["id"],
    )
    if other:
        return None
    try:
        async with transaction():
            frozen = await freeze(scope, order)
            if due_at_checkout(frozen.row) != payment["amount_minor"]:
                raise OrderNotModifiable
            await stock.take(order["id"], lines=frozen.lines)
    except DomainError:
        return None
    return frozen.row


async def _send_back(scope: Scope, payment: Row, order: Row, source: Account) -> None:
    await _into_suspense(scope, payment, source, f"Late payment for order {order['code']}, to be sent back")
    await open_refund(scope, payment, reason="late payment")
    await _text_customer(
        scope,
        payment,
        "refund_started",
        order=order["code"],
        amount=format_money(payment["amount_minor"], payment["currency"]),
    )


async def _into_suspense(scope: Scope, payment: Row, source: Account, narrative: str) -> None:
    suspense = await shared_account(scope, "suspense", "suspense")
    await post(
        scope,
        key=f"payment:{payment['id']}",
        kind="late_payment",
        narrative=narrative,
        sides=[(source, -payment["amount_minor"]), (suspense, payment["amount_minor"])],
        payment_id=payment["id"],
    )


async def _fill_card(scope: Scope, payment: Row) -> None:
    customer = await get_customer(scope, payment["customer_id"])
    source = await shared_account(scope, f"gateway:{payment['provider'] or payment['kind']}", "gateway")
    if customer.closed_at is not None:
        # Nobody could spend it any more.
        await _into_suspense(scope, payment, source, "Money for a closed account, to be sent back")
        await open_refund(scope, payment, reason="account closed")
        return
    card = await card_of(scope, payment["customer_id"])
    await post(
        scope,
        key=f"payment:{payment['id']}",
        kind="card_funding",
        narrative="Money added to the card",
        sides=[(source, -payment["amount_minor"]), (card.account, payment["amount_minor"])],
        payment_id=payment["id"],
    )
    balance = card.balance_minor + payment["amount_minor"]
    params = {
        "amount": format_money(payment["amount_minor"], payment["currency"]),
        "balance": format_money(balance, payment["currency"]),
    }
    await tell(scope, customer, "card_funded", params, dedupe_key=f"card_funded:{payment['id']}")


PAYS_FOR: dict[str, Callable[[Scope, Row], Awaitable[None]]] = {
    "card": _fill_card,
    "order": _pay_order,
    "balance": settle_balance,
}


async def _tell_of_failure(scope: Scope, payment: Row, reason: str) -> None:
    amount = format_money(payment["amount_minor"], payment["currency"])
    if payment["order_id"] is None:
        await _text_customer(scope, payment, "card_funding_failed", amount=amount, reason=sentence(reason))
        return
    order = await fetch_one("SELECT code FROM customer_order WHERE id = $1", payment["order_id"])
    code = order["code"] if order else ""
    await _text_customer(scope, payment, "payment_failed", order=code, amount=amount, reason=sentence(reason))


async def _text_customer(scope: Scope, payment: Row, template: str, **params: Any) -> None:
    if payment["customer_id"] is None:
        return
    customer = await get_customer(scope, payment["customer_id"])
    await tell(scope, customer, template, params, dedupe_key=f"{template}:{payment['id']}")
