"""What staff do to an order by hand: call it off, note something down, move it on."""

from core.db import Row, execute, fetch_one, for_update, transaction
from core.errors import IllegalTransition, NotFound, OrderRefusal
from services import stock
from services.accounts.customers import checked_text
from services.deposits.cancelling import cancel_order
from services.orders.events import record as record_event
from services.orders.states import ORDER_STATES, move_order
from services.paging import possible_ids
from services.staff import Desk, check_may, record
from services.values import as_uid

LONGEST_NOTE = 1000
# What has left can't be put back on the shelf by a click.
LEFT = frozenset({"PartiallyShipped", "Shipped", "PartiallyDelivered", "Delivered"})


async def call_off(desk: Desk, order_id: int, reason: str) -> None:
    """Call a placed order off. Its pieces are on the shelf again; what was paid goes back by refunds of their own,
    but for one with a deposit, of which the shop's policy says what goes back.

    Raises `Forbidden`, `NotFound`, `IllegalTransition`, and `OrderRefusal` (ActiveOrder) for a cart.
    """
    check_may(desk, "UpdateOrder")
    async with transaction():
        order = await lock_any_order(desk, order_id)
        if order["active"]:
            raise OrderRefusal(
                "ActiveOrder", "It isn't placed yet: its buyer can call it off.", order_state=order["state"]
            )
        if order["state"] in LEFT:
            raise IllegalTransition(order["state"], "Cancelled", (), "Pieces of it have left already.")
        ORDER_STATES.check(order["state"], "Cancelled")
        if order["deferred_minor"]:
            await cancel_order(desk.scope, as_uid(order["uid"]), reason=reason)
        else:
            await move_order(order_id, order["state"], "Cancelled")
            await stock.put_back(order_id)
            await record_event(order_id, "called_off", reason=reason[:200])
        await execute(
            "UPDATE fulfillment SET state = 'Cancelled' WHERE order_id = $1 AND state = 'Pending'", order_id
        )
        await record(desk, "cancelled", "order", order_id, code=order["code"], reason=reason[:200])


async def note_down(desk: Desk, order_id: int, note: str, *, public: bool) -> None:
    """Write a note into the order's history; a public one its buyer sees. Raises `Forbidden`, `NotFound`, `InvalidInput`."""
    check_may(desk, "UpdateOrder")
    words = checked_text(note.replace("\n", " "), "note", LONGEST_NOTE)
    async with transaction():
        order = await lock_any_order(desk, order_id)
        await record_event(order_id, "note" if public else "private_note", note=words, by=desk.email)
        await record(desk, "noted", "order", order_id, code=order["code"])


async def move_on(desk: Desk, order_id: int, to_state: str) -> None:
    """Move an order to another state by hand: `Cancelled`, as `call_off` does; everything else follows from its payments
    and its parcels.

    Raises `Forbidden`, `NotFound`, `IllegalTransition` with what to do instead.
    """
    if to_state == "Cancelled":
        await call_off(desk, order_id, "")
        return
    check_may(desk, "UpdateOrder")
    async with transaction():
        order = await lock_any_order(desk, order_id)
    by_parcels = to_state in LEFT
    raise IllegalTransition(
        order["state"],
        to_state[:40],
        ORDER_STATES.next_states(order["state"]),
        "An order goes there by its parcels: add a fulfilment and move that."
        if by_parcels
        else "An order goes there by its payments.",
    )


async def lock_any_order(desk: Desk, order_id: int) -> Row:
    """An order of the platform, cart or not, locked until the transaction ends. Raises `NotFound` (to a seller, always)."""
    row = None
    if possible_ids([order_id]) and desk.seller_id is None:
        row = await fetch_one(
            f"SELECT * FROM customer_order WHERE id = $1 AND platform_id = $2 AND environment = $3{for_update()}",
            order_id,
            desk.scope.platform_id,
            desk.scope.environment,
        )
    if row is None:
        raise NotFound("There is no such order.", field="id")
    return row
