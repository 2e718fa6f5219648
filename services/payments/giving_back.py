"""Refunds by staff: a part of a payment, or all of it, goes back by the way it came; by hand where nothing can carry it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from core.db import Row, fetch, fetch_one, transaction
from core.errors import NotFound, OrderRefusal
from services.ledger import post, shared_account
from services.orders.events import record as record_event
from services.paging import possible_ids
from services.payments.refunding import open_refund, refund_by_hand, refund_onto_card
from services.payments.settling import lock_payment
from services.payments.states import REFUND_STATES
from services.payments.telling import tell_of_refund
from services.seller_orders.booking import book_return
from services.seller_orders.dividing import Refunded
from services.staff import Desk, check_may, record
from services.values import as_time

REFUNDABLE = frozenset(
    {"PaymentAuthorized", "PaymentSettled", "PartiallyShipped", "Shipped", "PartiallyDelivered", "Delivered", "Cancelled"}
)  # fmt: skip
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class RefundView:
    """Money on its way back, in minor units. Stored where it is given back by hand, or was not asked for yet."""

    id: int
    payment_id: int
    amount_minor: int
    reason: str
    state: str
    provider_id: str | None
    method: str
    created_at: datetime


async def give_back(desk: Desk, payment_id: int, refunded: Refunded, reason: str) -> RefundView:
    """Send so much of a settled payment of an order back to whoever paid, and take it back of who had it.

    Raises `Forbidden`, `NotFound`, and `OrderRefusal`: NothingToRefund, RefundOrderState, AlreadyRefunded where nothing is
    left of it, RefundAmount (`maximum`) where less than that is; `InvalidInput` where more goes back of a seller's goods, or
    of the delivery, than is left of them.
    """
    check_may(desk, "UpdateOrder")
    amount_minor = refunded.total_minor
    if amount_minor <= 0:
        raise OrderRefusal("NothingToRefund", "Say how much goes back.")
    async with transaction():
        payment, order = await _payment_of(desk, payment_id)
        earlier = await fetch(
            "SELECT id, amount_minor, reason FROM refund WHERE payment_id = $1 ORDER BY id", payment_id
        )
        left = payment["amount_minor"] - sum(row["amount_minor"] for row in earlier)
        if payment["state"] != "Settled" or order["state"] not in REFUNDABLE:
            raise OrderRefusal(
                "RefundOrderState", "Nothing was paid that could go back.", order_state=order["state"]
            )
        if left <= 0:
            raise OrderRefusal(
                "AlreadyRefunded", "All of it has gone back already.", refund=earlier[-1]["id"]
            )
        if amount_minor > left:
            raise OrderRefusal("RefundAmount", "That is more than is left of the payment.", maximum=left)
        why = _unlike(reason, {row["reason"] for row in earlier})
        refund = await _send(desk, payment, order, refunded, why, number=len(earlier) + 1)
        await record(
            desk,
            "created",
            "refund",
            refund.id,
            order=order["code"],
            amount_minor=amount_minor,
            reason=reason,
        )
        await record_event(order["id"], "refund", id=refund.id, amount=amount_minor, reason=refund.reason)
    return refund


def _unlike(reason: str, taken: Collection[str]) -> str:
    """A payment's refunds have each a reason of their own, so that none is made twice."""
    words = "".join(c for c in reason if c.isprintable()).strip()[:LONGEST_REASON] or "refunded"
    return next(each for n in count(1) if (each := f"{words} ({n})" if n > 1 else words) not in taken)


async def _payment_of(desk: Desk, payment_id: int) -> tuple[Row, Row]:
    """A payment and its order, both locked."""
    missing = NotFound("There is no such payment.", field="paymentId")
    if not possible_ids([payment_id]) or desk.seller_id is not None:
        raise missing
    scope = desk.scope
    mine = await fetch_one(
        "SELECT order_id FROM payment WHERE id = $1 AND platform_id = $2 AND environment = $3",
        payment_id,
        scope.platform_id,
        scope.environment,
    )
    if mine is None or mine["order_id"] is None:
        raise missing
    payment = await lock_payment(payment_id)
    order = await fetch_one("SELECT id, code, state FROM customer_order WHERE id = $1", payment["order_id"])
    assert order is not None
    return payment, order


async def _send(
    desk: Desk, payment: Row, order: Row, refunded: Refunded, reason: str, *, number: int
) -> RefundView:
    amount_minor = refunded.total_minor
    suspense = await shared_account(desk.scope, "suspense", "suspense")
    await book_return(
        desk.scope,
        order,
        refunded,
        # Of a locked payment, whose refunds only ever become more.
        key=f"payment:{payment['id']}:given_back:{number}",
        kind="order_refund",
        narrative=f"Order {order['code']}: {reason}",
        into=[(suspense, amount_minor)],
        payment_id=payment["id"],
    )
    if payment["kind"] == "card":
        await refund_onto_card(desk.scope, payment, reason=reason, amount_minor=amount_minor)
    elif payment["provider"]:
        await open_refund(desk.scope, payment, reason=reason, amount_minor=amount_minor)
    else:
        await refund_by_hand(desk.scope, payment, reason=reason, amount_minor=amount_minor)
    return (await refunds_of([payment["id"]]))[payment["id"]][-1]


async def settle_by_hand(desk: Desk, refund_id: int, reference: str) -> RefundView:
    """Money that nothing carries back by itself was handed over; `reference` says how. Doing it again does nothing.

    Raises `Forbidden`, `NotFound`, and `OrderRefusal` (RefundState) for one that a provider or a card carries.
    """
    check_may(desk, "UpdateOrder")
    async with transaction():
        row = await fetch_one(
            "SELECT r.id, r.payment_id, r.state, r.amount_minor FROM refund r JOIN payment p ON p.id = r.payment_id "
            "WHERE r.id = $1 AND p.platform_id = $2 AND p.environment = $3",
            refund_id if possible_ids([refund_id]) else 0,
            desk.scope.platform_id,
            desk.scope.environment,
        )
        if row is None or desk.seller_id is not None:
            raise NotFound("There is no such refund.")
        payment = await lock_payment(row["payment_id"])
        if payment["provider"] or row["state"] == "OnCard":
            raise OrderRefusal(
                "RefundState", "It goes back by itself.", from_state=row["state"], to_state="Settled"
            )
        if await REFUND_STATES.move(refund_id, "Stored", "Done", provider_id=reference[:64] or None):
            suspense = await shared_account(desk.scope, "suspense", "suspense")
            source = await shared_account(desk.scope, f"gateway:{payment['kind']}", "gateway")
            await post(
                desk.scope,
                key=f"refund:{refund_id}",
                kind="refund",
                narrative="Given back by hand",
                sides=[(suspense, -row["amount_minor"]), (source, row["amount_minor"])],
                payment_id=payment["id"],
            )
            await tell_of_refund(
                desk.scope,
                refund_id,
                payment_id=payment["id"],
                amount_minor=row["amount_minor"],
                state="Done",
            )
            await record(desk, "settled", "refund", refund_id, reference=reference)
    return next(
        each for each in (await refunds_of([row["payment_id"]]))[row["payment_id"]] if each.id == refund_id
    )


async def refunds_of(payment_ids: list[int]) -> dict[int, list[RefundView]]:
    """The refunds of these payments, the oldest first. One statement."""
    found: dict[int, list[RefundView]] = {payment_id: [] for payment_id in payment_ids}
    if not payment_ids:
        return found
    marks = ", ".join(f"${n}" for n in range(1, len(payment_ids) + 1))
    rows = await fetch(
        "SELECT r.id, r.payment_id, r.amount_minor, r.reason, r.state, r.provider_id, m.code AS method, r.created_at "
        "FROM refund r JOIN payment p ON p.id = r.payment_id JOIN payment_method m ON m.id = p.method_id "
        f"WHERE r.payment_id IN ({marks}) ORDER BY r.id",
        *payment_ids,
    )
    for row in rows:
        found[row["payment_id"]].append(RefundView(**{**row, "created_at": as_time(row["created_at"])}))
    return found
