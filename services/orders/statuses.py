"""How an order stands in the words of an order desk: what its state says, and what the desk has said of it."""

from uuid import UUID

from core.clock import now
from core.db import Row, execute, fetch_one, for_update, transaction
from core.errors import IllegalTransition, NotFound
from services.orders.acting import call_off
from services.orders.events import record as record_event
from services.orders.states import move_order
from services.staff import Desk, check_may, record

# Where an order is on its way or over, its state alone says how it stands.
OF_STATE = {
    "PartiallyShipped": "Processing",
    "Shipped": "Processing",
    "PartiallyDelivered": "Processing",
    "Delivered": "Completed",
    "Cancelled": "Cancelled",
}
# Otherwise what the desk has said last does, but for this: nothing more is required of what is paid.
PAID = {"Payment required": "Approved"}
STATUSES = ("New", "Approved", "Payment required", "Processing", "Completed", "Cancelled")

# By the order's state, what the desk may say after what. What has left is followed by its parcels alone.
_NEXT: dict[str, dict[str, tuple[str, ...]]] = {
    "PaymentAuthorized": {
        "New": ("Approved", "Payment required", "Cancelled"),
        "Approved": ("Payment required", "Cancelled"),
        "Payment required": ("Approved", "Cancelled"),
    },
    "PaymentSettled": {
        "New": ("Approved", "Processing", "Cancelled"),
        "Approved": ("Processing", "Cancelled"),
        "Processing": ("Completed", "Cancelled"),
    },
}


def status_of(state: str, desk_status: str) -> str:
    """The status of an order in a state, of which the desk has said that."""
    said = PAID.get(desk_status, desk_status) if state == "PaymentSettled" else desk_status
    return OF_STATE.get(state, said)


def next_statuses(state: str, desk_status: str) -> tuple[str, ...]:
    """What the desk may make of such an order."""
    return _NEXT.get(state, {}).get(status_of(state, desk_status), ())


def status_sql() -> str:
    """The same of a `customer_order o`, as an expression."""
    by_state = " ".join(f"WHEN o.state = '{state}' THEN '{status}'" for state, status in OF_STATE.items())
    by_word = " ".join(
        f"WHEN o.state = 'PaymentSettled' AND o.desk_status = '{said}' THEN '{shown}'"
        for said, shown in PAID.items()
    )
    return f"(CASE {by_state} {by_word} ELSE o.desk_status END)"


async def change_status(desk: Desk, order_uid: UUID, status: str) -> None:
    """Let a placed order have that status; where it has it already nothing happens.

    `Cancelled` calls it off, with what goes back to its buyer; `Completed` hands over what no parcel brings. Raises
    `Forbidden`, `NotFound`, and `IllegalTransition` with the statuses that are allowed.
    """
    check_may(desk, "UpdateOrder")
    async with transaction():
        order = await _lock(desk, order_uid)
        before = status_of(order["state"], order["desk_status"])
        if status == before:
            return
        allowed = next_statuses(order["state"], order["desk_status"])
        if status not in allowed:
            raise IllegalTransition(before, status[:40], allowed)
        if status == "Cancelled":
            await call_off(desk, order["id"], "")
            return
        if status == "Completed":
            await _hand_over(order, allowed)
        await execute(
            "UPDATE customer_order SET desk_status = $2, updated_at = $3 WHERE id = $1",
            order["id"],
            status,
            now(),
        )
        await record_event(order["id"], "desk_status", of=before, to=status, by=desk.email)
        await record(desk, "updated", "order", order["id"], code=order["code"], status=[before, status])


async def _lock(desk: Desk, order_uid: UUID) -> Row:
    """Raises `NotFound`, to a seller always: an order is its buyer's and the market's."""
    row = None
    if desk.seller_id is None:
        row = await fetch_one(
            "SELECT id, code, state, desk_status FROM customer_order WHERE uid = $1 AND platform_id = $2 "
            f"AND environment = $3 AND placed_at IS NOT NULL{for_update()}",
            order_uid,
            desk.scope.platform_id,
            desk.scope.environment,
        )
    if row is None:
        raise NotFound("There is no such order.", field="orderId")
    return row


async def _hand_over(order: Row, allowed: tuple[str, ...]) -> None:
    """What nobody sends was handed over at the counter."""
    parcel = await fetch_one(
        "SELECT id FROM shipment WHERE order_id = $1 AND state <> 'Cancelled' "
        "UNION ALL SELECT id FROM fulfillment WHERE order_id = $1 AND state <> 'Cancelled'",
        order["id"],
    )
    if parcel is not None:
        others = [status for status in allowed if status != "Completed"]
        why = f"It is completed by its parcels. Allowed are: {', '.join(others)}."
        raise IllegalTransition("Processing", "Completed", others, why)
    await move_order(order["id"], order["state"], "Delivered")
