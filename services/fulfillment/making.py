"""Sending pieces of an order: by staff, by a seller, or by the carrier who was booked."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.db import Row, fetch, fetch_one, for_update, placeholders, transaction
from core.errors import NotFound, OrderRefusal
from models import Fulfillment, FulfillmentLine, Shipment
from services.accounts.customers import checked_text
from services.fulfillment.following import follow_pieces
from services.fulfillment.states import FULFILLMENT_STATES, may_send
from services.orders.events import record as record_event
from services.paging import possible_ids
from services.staff import Desk, check_may, record


@dataclass(frozen=True, slots=True)
class LeftLine:
    """A line of an order with its pieces that no fulfilment holds yet."""

    id: int
    seller_id: int
    left: int


async def fulfil(desk: Desk, pieces: Mapping[int, int], *, method: str = "", tracking_code: str = "") -> int:
    """Put pieces (by line id) of one order into a fulfilment, Pending; its id. A seller's hold only what is theirs.

    Raises `Forbidden`, `NotFound`, `InvalidInput`, and `OrderRefusal`: EmptySelection, MultipleOrders, ItemsAlreadyFulfilled, or
    FulfillmentState where the order isn't paid or is over.
    """
    check_may(desk, "UpdateOrder")
    wanted = {line_id: quantity for line_id, quantity in pieces.items() if quantity > 0}
    if not wanted or len(wanted) != len(pieces):
        raise OrderRefusal("EmptySelection", "Say which pieces leave, and how many of each.")
    async with transaction():
        order = await order_of_lines(desk, list(wanted))
        if not may_send(order["state"], order["total_minor"], order["deferred_minor"]):
            raise OrderRefusal(
                "FulfillmentState",
                f"An order that is {order['state']} sends nothing.",
                from_state="Created",
                to_state="Pending",
            )
        left = await lines_left(order["id"])
        if any(wanted[line_id] > left[line_id].left for line_id in wanted):
            raise OrderRefusal("ItemsAlreadyFulfilled", "Some of these pieces are in a parcel already.")
        fulfillment_id = await store_parcel(
            order, wanted, desk.seller_id, method or await usual_way(order), tracking_code
        )
        await record(desk, "created", "fulfillment", fulfillment_id, order=order["code"], pieces=wanted)
        await record_event(order["id"], "fulfillment", id=fulfillment_id, of="Created", to="Pending")
    return fulfillment_id


async def usual_way(order: Row) -> str:
    """The way of delivery that its buyer chose."""
    row = await fetch_one(
        "SELECT m.name FROM shipping_line l JOIN shipping_method m ON m.id = l.method_id WHERE l.order_id = $1 "
        "ORDER BY l.id LIMIT 1",
        order["id"],
    )
    return str(row["name"]) if row else "By hand"


async def order_of_lines(desk: Desk, line_ids: list[int]) -> Row:
    """The placed order that these lines are of, locked. Raises `NotFound`, `OrderRefusal` (MultipleOrders)."""
    ids = possible_ids(line_ids)
    mine = "" if desk.seller_id is None else f" AND l.seller_id = {int(desk.seller_id)}"
    rows = await fetch(
        "SELECT l.id, l.order_id FROM order_line l JOIN customer_order o ON o.id = l.order_id "
        f"WHERE o.platform_id = $1 AND o.environment = $2 AND o.placed_at IS NOT NULL{mine} "
        f"AND l.id IN ({placeholders(ids or [0], 3)})",
        desk.scope.platform_id,
        desk.scope.environment,
        *(ids or [0]),
    )
    if len(rows) != len(set(line_ids)):
        raise NotFound("There is no such line in an order.", field="orderLineId")
    if len({row["order_id"] for row in rows}) > 1:
        raise OrderRefusal("MultipleOrders", "These lines are of several orders.")
    order = await fetch_one(f"SELECT * FROM customer_order WHERE id = $1{for_update()}", rows[0]["order_id"])
    assert order is not None
    return order


async def lines_left(order_id: int) -> dict[int, LeftLine]:
    """Every line of an order, with the pieces that are in no fulfilment yet. One statement."""
    rows = await fetch(
        "SELECT l.id, l.seller_id, l.quantity - COALESCE((SELECT SUM(x.quantity) FROM fulfillment_line x "
        "JOIN fulfillment f ON f.id = x.fulfillment_id WHERE x.line_id = l.id AND f.state <> 'Cancelled'), 0) AS pieces "
        "FROM order_line l WHERE l.order_id = $1 ORDER BY l.id",
        order_id,
    )
    return {row["id"]: LeftLine(row["id"], row["seller_id"], int(row["pieces"])) for row in rows}


async def follow_carrier(shipment: Shipment, carrier: str, state: str) -> None:
    """What a carrier was booked for is a fulfilment from when it is on its way, in the caller's transaction.

    `state` is the shipment's new one; the order's own was moved already.
    """
    to = {"InTransit": "Shipped", "Delivered": "Delivered"}.get(state)
    if to is None:
        return
    known = await Fulfillment.get_or_none(shipment_id=shipment.id)
    if known is not None:
        if FULFILLMENT_STATES.allows(known.state, to):
            await FULFILLMENT_STATES.move(known.id, known.state, to, tracking_code=shipment.tracking_number)
        return
    left = {line.id: line.left for line in (await lines_left(shipment.order_id)).values() if line.left}
    if left:
        order = await fetch_one("SELECT * FROM customer_order WHERE id = $1", shipment.order_id)
        assert order is not None
        await store_parcel(
            order, left, None, carrier, shipment.tracking_number, state=to, shipment_id=shipment.id
        )


async def store_parcel(
    order: Row,
    pieces: Mapping[int, int],
    seller_id: int | None,
    method: str,
    tracking_code: str,
    *,
    state: str = "Pending",
    shipment_id: int | None = None,
) -> int:
    """Put pieces (by line id) of a locked order into a parcel, in the caller's transaction; its id.

    Raises `InvalidInput` for a `method` or a `tracking_code` that is too long.
    """
    fulfillment = await Fulfillment.create(
        platform_id=order["platform_id"],
        environment=order["environment"],
        order_id=order["id"],
        seller_id=seller_id,
        shipment_id=shipment_id,
        state=state,
        method=checked_text(method, "method", 120),
        tracking_code=checked_text(tracking_code, "trackingCode", 120) if tracking_code else "",
    )
    await FulfillmentLine.bulk_create(
        FulfillmentLine(fulfillment_id=fulfillment.id, line_id=line_id, quantity=quantity)
        for line_id, quantity in sorted(pieces.items())
    )
    return int(fulfillment.id)


async def move_fulfillment(desk: Desk, fulfillment_id: int, to_state: str) -> None:
    """Say that a parcel left, arrived, or is taken back; the order's state follows, and its buyer is told.

    Raises `Forbidden`, `NotFound`, `OrderRefusal` (FulfillmentState) where it can't go there.
    """
    check_may(desk, "UpdateOrder")
    async with transaction():
        # The order first, as whoever places or cancels one does; then the parcel as it is by now.
        order = await _lock_order_of(desk, fulfillment_id)
        row = await _own(desk, fulfillment_id)
        was = row["state"]
        if not FULFILLMENT_STATES.allows(was, to_state):
            raise _cannot(was, to_state)
        await FULFILLMENT_STATES.move(fulfillment_id, was, to_state)
        await record_event(order["id"], "fulfillment", id=fulfillment_id, of=was, to=to_state)
        await record(
            desk, "updated", "fulfillment", fulfillment_id, state=[was, to_state], order=order["code"]
        )
        await follow_pieces(order, row, to_state)


def _cannot(was: str, to_state: str) -> OrderRefusal:
    allowed = ", ".join(FULFILLMENT_STATES.next_states(was)) or "nowhere any more"
    return OrderRefusal(
        "FulfillmentState",
        f"A parcel that is {was} can't become {to_state[:40]}. From there it goes to: {allowed}.",
        from_state=was,
        to_state=to_state[:40],
    )


async def _lock_order_of(desk: Desk, fulfillment_id: int) -> Row:
    row = await _own(desk, fulfillment_id)
    order = await fetch_one(f"SELECT * FROM customer_order WHERE id = $1{for_update()}", row["order_id"])
    assert order is not None
    return order


async def _own(desk: Desk, fulfillment_id: int) -> Row:
    mine = "" if desk.seller_id is None else f" AND f.seller_id = {int(desk.seller_id)}"
    row = None
    if possible_ids([fulfillment_id]):
        row = await fetch_one(
            f"SELECT * FROM fulfillment f WHERE f.id = $1 AND f.platform_id = $2 AND f.environment = $3{mine}",
            fulfillment_id,
            desk.scope.platform_id,
            desk.scope.environment,
        )
    if row is None:
        raise NotFound("There is no such fulfilment.")
    return row
