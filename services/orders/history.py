"""A customer's orders as they look back on them: placed, waiting for their payment, or given up; never carts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from core.db import fetch, placeholders
from services.orders.reading import ORDER_COLUMNS, fill_orders
from services.orders.views import OrderPart, OrderView
from services.paging import page
from services.tenants import Scope
from services.values import as_uid

Standing = Literal["Success", "Pending", "Failed", "Confirmed", "Returned", "Accepted"]

# How an order stands, in words for a customer, by its state. Nothing is returned so far.
STANDINGS: dict[Standing, tuple[str, ...]] = {
    "Success": ("PaymentSettled",),
    "Pending": ("ArrangingPayment", "PaymentAuthorized"),
    "Failed": ("Cancelled",),
    "Confirmed": ("PartiallyShipped", "Shipped", "PartiallyDelivered"),
    "Returned": (),
    "Accepted": ("Delivered",),
}
_STANDING: dict[str, Standing] = {state: name for name, states in STANDINGS.items() for state in states}
_PARTS: frozenset[OrderPart] = frozenset({"lines", "payments"})
# A cart becomes an order when it is placed.
_AT = "COALESCE(o.placed_at, o.created_at)"


@dataclass(frozen=True, slots=True)
class Handover:
    """The shop that an order comes from, and whether it is brought from there or fetched."""

    delivered: bool
    location_uid: UUID | None
    location_name: str | None


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An order with its lines and payments; `at` is when it was placed or, until then, begun."""

    order: OrderView
    standing: Standing
    at: datetime
    handover: Handover


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """All conditions hold together; None is no condition. Both times count in."""

    standing: Standing | None = None
    since: datetime | None = None
    until: datetime | None = None


async def list_past_orders(
    scope: Scope, customer_id: int, wanted: OrderFilter, *, skip: int = 0, take: int = 50
) -> tuple[list[PastOrder], int]:
    """A page of a customer's orders, newest first, and how many there are; 100 at most. Four statements."""
    values: list[Any] = [scope.platform_id, scope.environment, customer_id]
    where = _conditions(wanted, values)
    limit, offset = page(skip, take)
    order = f"{_AT} DESC, o.id DESC"
    rows = await fetch(
        f"SELECT {ORDER_COLUMNS}, t.total FROM (SELECT COUNT(*) AS total FROM customer_order o WHERE {where}) t "
        f"LEFT JOIN (SELECT * FROM customer_order o WHERE {where} ORDER BY {order} LIMIT {limit} OFFSET {offset}) o "
        f"ON TRUE ORDER BY {order}",
        *values,
    )
    totals = [row.pop("total") for row in rows]
    orders = await fill_orders(scope, [row for row in rows if row["id"] is not None], _PARTS)
    handovers = await _handovers([each.id for each in orders])
    return [
        PastOrder(
            each,
            _STANDING[each.state],
            each.placed_at or each.created_at,
            handovers.get(each.id, Handover(False, None, None)),
        )
        for each in orders
    ], totals[0]


def _conditions(wanted: OrderFilter, values: list[Any]) -> str:
    # What waits while a part of a cart is being bought isn't active, and no order either.
    where = "o.platform_id = $1 AND o.environment = $2 AND o.customer_id = $3 AND o.state <> 'AddingItems'"
    if wanted.standing is not None:
        states = STANDINGS[wanted.standing] or ("",)
        where += f" AND o.state IN ({placeholders(states, len(values) + 1)})"
        values += states
    for sign, moment in ((">=", wanted.since), ("<=", wanted.until)):
        if moment is not None:
            values.append(moment)
            where += f" AND {_AT} {sign} ${len(values)}"
    return where


async def _handovers(order_ids: Sequence[int]) -> dict[int, Handover]:
    if not order_ids:
        return {}
    rows = await fetch(
        "SELECT s.order_id, m.kind, l.uid, l.name FROM shipping_line s JOIN shipping_method m ON m.id = s.method_id "
        "LEFT JOIN delivery_rate r ON r.id = s.rate_id LEFT JOIN delivery_quote q ON q.id = r.quote_id "
        "LEFT JOIN pickup_location l ON l.id = COALESCE(s.pickup_location_id, q.location_id) "
        f"WHERE s.order_id IN ({placeholders(order_ids)}) ORDER BY s.id",
        *order_ids,
    )
    return {
        row["order_id"]: Handover(
            row["kind"] != "pickup", as_uid(row["uid"]) if row["uid"] else None, row["name"]
        )
        for row in rows
    }
