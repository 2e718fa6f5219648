"""Ends of a payment for a balance: it is booked and counted towards what is owed, or the plan goes on."""

from core.clock import now
from core.db import Row, execute, fetch, fetch_one
from core.money import format_money
from services.accounts.customers import get_customer
from services.delivery.shipments import open_shipment
from services.deposits import notices
from services.deposits.authorizing import capture, release_authorization
from services.deposits.charges import allocate, outstanding, set_steps
from services.deposits.plan import FIRST_TRY, next_step
from services.ledger import Side, post, shared_account
from services.orders.events import record
from services.orders.reading import ORDER_COLUMNS
from services.orders.states import move_order
from services.payments.refunding import open_refund, refund_onto_card
from services.planned_payments.checking import settle_plan
from services.tenants import Scope, scope_by_id
from services.values import as_time


async def settle_balance(scope: Scope, payment: Row) -> None:
    """The money of a payment (locked after its order) is there: count it, and complete the order where nothing is owed.

    What is more than is still owed, since a yes came late, is the payer's: on their card, or sent back to a guest.
    """
    order = await fetch_one(
        f"SELECT {ORDER_COLUMNS} FROM customer_order o WHERE o.id = $1", payment["order_id"]
    )
    assert order is not None
    if payment["plan_id"] is not None:
        await settle_plan(payment)
    used = await allocate(order["id"], payment["amount_minor"])
    source = await shared_account(scope, f"gateway:{payment['provider'] or payment['kind']}", "gateway")
    sides: list[Side] = [(source, -payment["amount_minor"])]
    if used:
        sides.append((await shared_account(scope, "receivable", "receivable"), used))
    if rest := payment["amount_minor"] - used:
        sides.append(await _rest_to_payer(scope, payment, rest))
    await book_balance(scope, payment["id"], order, sides)
    await capture(payment, used)
    await count_collected(scope, order, payment, used)


async def book_balance(scope: Scope, payment_id: int, order: Row, sides: list[Side]) -> None:
    """Write the entry of a balance payment, once."""
    await post(
        scope,
        key=f"payment:{payment_id}",
        kind="balance_payment",
        narrative=f"Balance of order {order['code']}",
        sides=sides,
        payment_id=payment_id,
    )


async def count_collected(scope: Scope, order: Row, payment: Row, used_minor: int) -> None:
    """Tell of money that was counted towards an order's balance, and complete the order where nothing is owed any more."""
    if not used_minor:
        # It came after nothing was owed any more, and is the payer's.
        return
    await record(
        order["id"], "balance_paid", payment=payment["id"], amount=used_minor, by=payment["begun_by"]
    )
    left = await outstanding(order["id"])
    if not left and await move_order(order["id"], "PaymentAuthorized", "PaymentSettled"):
        await release_authorization(scope, order)
        await open_shipment(scope, order["id"])
    await notices.collected(scope, order, payment, used_minor, left)


async def decline_balance(scope: Scope, payment: Row, reason: str, *, final: bool) -> None:
    """Nothing was charged: what was tried goes on by its plan. After a `final` decline its method is tried no more."""
    order = await fetch_one(
        f"SELECT {ORDER_COLUMNS} FROM customer_order o WHERE o.id = $1", payment["order_id"]
    )
    assert order is not None
    await record(
        order["id"], "balance_declined", payment=payment["id"], reason=reason, by=payment["begun_by"]
    )
    if final and payment["begun_by"] != "customer":
        await execute("UPDATE customer_order SET stored_method_id = NULL WHERE id = $1", order["id"])
    again = await step_on(order["id"], reason) if payment["begun_by"] == "schedule" else None
    await notices.declined(scope, order, payment, reason, again)


async def step_on(order_id: int, reason: str) -> "notices.Again":
    """A scheduled try of an order failed: the next by the plan, of all that fell due with it."""
    at = now()
    rows = await fetch(
        "SELECT id, due_at, step FROM scheduled_charge WHERE order_id = $1 AND state = 'Waiting' AND due_at <= $2 "
        "AND next_step_at IS NULL ORDER BY id",
        order_id,
        at,
    )
    steps = [(row["id"], *next_step(as_time(row["due_at"]), max(row["step"], FIRST_TRY), at)) for row in rows]
    await set_steps(steps, reason)
    return notices.Again(min((when for _, _, when in steps if when), default=None))


async def tell_to_confirm(payment: Row, url: str) -> None:
    """The bank of a stored card wants its owner to confirm a charge at `url`."""
    scope = await scope_by_id(payment["platform_id"], payment["environment"])
    order = await fetch_one(
        f"SELECT {ORDER_COLUMNS} FROM customer_order o WHERE o.id = $1", payment["order_id"]
    )
    assert order is not None
    await notices.to_confirm(scope, order, payment, url)


async def _rest_to_payer(scope: Scope, payment: Row, rest_minor: int) -> Side:
    """By a refund of the payment, so that nothing of it can go back a second time; it waits in suspense until then."""
    reason = "paid beyond the balance"
    if payment["customer_id"] is None:
        await open_refund(scope, payment, reason=reason, amount_minor=rest_minor)
    else:
        await refund_onto_card(scope, payment, reason=reason, amount_minor=rest_minor)
        await notices.beyond(
            scope,
            await get_customer(scope, payment["customer_id"]),
            format_money(rest_minor, payment["currency"]),
            payment["id"],
        )
    return await shared_account(scope, "suspense", "suspense"), rest_minor
