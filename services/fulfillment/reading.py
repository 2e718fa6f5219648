"""Reading fulfilments, of many orders at once."""

from dataclasses import dataclass, field
from datetime import datetime

from core.db import fetch, fetch_one, placeholders
from core.errors import NotFound
from services.fulfillment.states import may_send
from services.values import as_time


@dataclass(slots=True)
class FulfillmentView:
    """Pieces that leave together; `pieces` by line id. A seller's is sent by that seller."""

    id: int
    order_id: int
    seller_id: int | None
    state: str  # Pending, Shipped, Delivered, Cancelled
    method: str
    tracking_code: str
    created_at: datetime
    updated_at: datetime
    pieces: dict[int, int] = field(default_factory=dict)


async def fulfillments_of(order_ids: list[int]) -> dict[int, list[FulfillmentView]]:
    """The fulfilments of these orders, the oldest first. Two statements. The caller has made sure whose orders they are."""
    if not order_ids:
        return {}
    rows = await fetch(
        "SELECT id, order_id, seller_id, state, method, tracking_code, created_at, updated_at FROM fulfillment "
        f"WHERE order_id IN ({placeholders(order_ids)}) ORDER BY id",
        *order_ids,
    )
    views = {
        row["id"]: FulfillmentView(
            **{**row, "created_at": as_time(row["created_at"]), "updated_at": as_time(row["updated_at"])}
        )
        for row in rows
    }
    found: dict[int, list[FulfillmentView]] = {order_id: [] for order_id in order_ids}
    for view in views.values():
        found[view.order_id].append(view)
    if views:
        for row in await fetch(
            "SELECT fulfillment_id, line_id, quantity FROM fulfillment_line "
            f"WHERE fulfillment_id IN ({placeholders(list(views))}) ORDER BY line_id",
            *views,
        ):
            views[row["fulfillment_id"]].pieces[row["line_id"]] = row["quantity"]
    return found


async def may_leave(order_id: int) -> bool:
    """Whether pieces of an order may leave as it stands, by the whole of it, which a seller isn't shown. The caller has made
    sure that it is theirs to see.
    """
    row = await fetch_one(
        "SELECT state, total_minor, deferred_minor FROM customer_order WHERE id = $1", order_id
    )
    return row is not None and may_send(row["state"], row["total_minor"], row["deferred_minor"])


async def find_fulfillment(fulfillment_id: int) -> FulfillmentView:
    """One fulfilment, which the caller has made sure to be theirs to see. Raises `NotFound`."""
    row = await fetch_one("SELECT order_id FROM fulfillment WHERE id = $1", fulfillment_id)
    if row is None:
        raise NotFound("There is no such fulfilment.")
    found = (await fulfillments_of([row["order_id"]]))[row["order_id"]]
    return next(each for each in found if each.id == fulfillment_id)
