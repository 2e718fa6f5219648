"""Calling off an order that was bought with a deposit: the deposit goes back, is kept, or a part of it is.

What was paid beyond the deposit always goes back.
"""

from dataclasses import dataclass
from uuid import UUID

from core.db import Row, execute, fetch, fetch_one, transaction
from core.errors import IllegalTransition, NotFound
from services import stock
from services.accounts.trust import check_proven
from services.deposits import notices
from services.deposits.authorizing import release_authorization
from services.deposits.charges import CHARGE_STATES, open_charges
from services.deposits.collecting import lock_order, no_payment_under_way
from services.ledger import shared_account
from services.orders.events import record
from services.orders.reading import due_at_checkout
from services.orders.states import move_order
from services.payments.refunding import open_refund, refund_onto_card
from services.purchase_options.terms import MILLION
from services.seller_orders.booking import book_return
from services.seller_orders.dividing import Refunded
from services.tenants import Scope

# By a carrier: who is booked for what was paid, or has fetched what was not, on account. Or by staff.
_LEFT = (
    "SELECT order_id FROM shipment WHERE order_id = $1 AND ($2 = 'PaymentSettled' OR state IN ('InTransit', 'Delivered')) "
    "UNION ALL SELECT order_id FROM fulfillment WHERE order_id = $1 AND state IN ('Shipped', 'Delivered') LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What calling an order off comes to, in minor units: of what was paid so much goes back and so much is kept."""

    returned_minor: int
    kept_minor: int
    forgiven_minor: int  # what was still owed


def settlement(
    paid_minor: int, deposit_minor: int, owed_minor: int, policy: str, kept_ppm: int
) -> Settlement:
    """By the platform's policy for the deposit: `refund` returns it, `keep` keeps it, `part` keeps a share (millionths,
    half up).
    """
    part = (deposit_minor * kept_ppm + MILLION // 2) // MILLION
    kept = min(paid_minor, {"refund": 0, "keep": deposit_minor, "part": part}[policy])
    return Settlement(paid_minor - kept, kept, owed_minor)


async def what_cancelling_does(scope: Scope, customer_id: int, uid: UUID) -> Settlement:
    """What a customer has back if they call their order off now. Raises as `cancel_order`."""
    async with transaction():
        order = await _cancellable(scope, uid, customer_id)
        return (await _settlement(scope, order))[0]


async def cancel_order(
    scope: Scope, uid: UUID, *, customer_id: int | None = None, reason: str = ""
) -> Settlement:
    """Call off a placed order that was bought with a deposit; its pieces are on the shelf again.

    What goes back goes by the way it came, the newest payment first. Raises `NotFound`, `IllegalTransition` where
    the order is on its way already or over, `PaymentPending` while a payment is under way, `NumberUnproven`.
    """
    check_proven()
    async with transaction():
        order = await _cancellable(scope, uid, customer_id)
        done, payments = await _settlement(scope, order)
        for charge in await open_charges(order["id"]):
            await CHARGE_STATES.move(charge["id"], charge["state"], "Cancelled", next_step_at=None)
        await release_authorization(scope, order)
        await move_order(order["id"], order["state"], "Cancelled")
        await stock.put_back(order["id"])
        await _give_back(scope, order, payments, done)
        await execute("UPDATE customer_order SET stored_method_id = NULL WHERE id = $1", order["id"])
        await record(
            order["id"],
            "called_off",
            returned=done.returned_minor,
            kept=done.kept_minor,
            forgiven=done.forgiven_minor,
            reason=reason[:200],
        )
        await notices.called_off(scope, order, done.returned_minor, done.kept_minor)
    return done


async def _cancellable(scope: Scope, uid: UUID, customer_id: int | None) -> Row:
    order = await lock_order(scope, uid=uid)
    if customer_id is not None and order["customer_id"] != customer_id:
        raise NotFound("There is no such order.", field="id")
    if order["state"] not in ("PaymentAuthorized", "PaymentSettled") or not order["deferred_minor"]:
        raise IllegalTransition(order["state"], "Cancelled", (), "It can't be called off any more.")
    if await fetch_one(_LEFT, order["id"], order["state"]) is not None:
        raise IllegalTransition(order["state"], "Cancelled", (), "It is on its way already.")
    await no_payment_under_way(order)
    return order


async def _settlement(scope: Scope, order: Row) -> tuple[Settlement, list[Row]]:
    payments = await fetch(
        "SELECT p.id, p.amount_minor, p.customer_id, p.currency, p.platform_id, p.environment, m.kind, m.provider, "
        "p.amount_minor - COALESCE((SELECT SUM(r.amount_minor) FROM refund r WHERE r.payment_id = p.id), 0) "
        "AS left_minor FROM payment p JOIN payment_method m ON m.id = p.method_id "
        "WHERE p.order_id = $1 AND p.state = 'Settled' ORDER BY p.id DESC",
        order["id"],
    )
    owed = sum(charge["outstanding_minor"] for charge in await open_charges(order["id"]))
    # What came beyond the price was handed back already, and is no part of it.
    paid = min(sum(int(payment["left_minor"]) for payment in payments), order["total_minor"] - owed)
    deposit = due_at_checkout(order)
    return settlement(paid, deposit, owed, scope.deposit_policy, scope.deposit_kept_ppm), payments


async def _give_back(scope: Scope, order: Row, payments: list[Row], done: Settlement) -> None:
    """Book what is called off: nothing is owed any more, and what goes back waits in suspense or is on the card."""
    await book_return(
        scope,
        order,
        # Of what is kept each of its sellers has their share.
        Refunded({}, alike_minor=done.returned_minor + done.forgiven_minor),
        key=f"order:{order['id']}:called_off",
        kind="order_called_off",
        narrative=f"Order {order['code']} called off",
        into=[
            (await shared_account(scope, "receivable", "receivable"), done.forgiven_minor),
            (await shared_account(scope, "suspense", "suspense"), done.returned_minor),
        ],
    )
    left = done.returned_minor
    for payment in payments:
        part = min(left, int(payment["left_minor"]))
        if part <= 0:
            continue
        left -= part
        back = refund_onto_card if payment["kind"] == "card" or not payment["provider"] else open_refund
        await back(scope, payment, reason=f"order {order['code']} called off", amount_minor=part)
