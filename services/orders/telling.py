"""What a merchant's own systems are told of an order that moved on."""

from typing import Any

from core.db import Row
from services.outgoing import Fact, announce_all
from services.values import as_uid

# What they are told, of an order's row.
TOLD = "id, uid, platform_id, environment, code, state, currency, total_minor, deferred_minor, channel, placed_at"
CARTS = ("AddingItems", "ArrangingPayment")
# Beside that its state changed: what another state means.
_MEANS = {"PaymentSettled": "order.paid", "Cancelled": "order.cancelled"}


async def tell_of_order(order: Row, from_state: str) -> None:
    """Announce that an order (`TOLD`, as it is now) left a state, in the caller's transaction. A cart is nobody's business."""
    await announce_all(_facts(order, from_state))


async def tell_of_orders(orders: list[Row], from_state: str) -> None:
    """The same of many that left the same state."""
    await announce_all([fact for order in orders for fact in _facts(order, from_state)])


def _facts(order: Row, from_state: str) -> list[Fact]:
    if order["placed_at"] is None:
        return []
    data = {"order": _shown(order), "from_state": from_state}
    topics = [("order.state_changed", f"{order['id']}:{order['state']}")]
    if from_state in CARTS:
        topics.append(("order.placed", str(order["id"])))
    if meaning := _MEANS.get(order["state"]):
        topics.append((meaning, str(order["id"])))
    return [
        Fact(order["platform_id"], order["environment"], topic, f"{topic}:{subject}", data)
        for topic, subject in topics
    ]


def _shown(order: Row) -> dict[str, Any]:
    return {
        "id": order["id"],
        "uid": str(as_uid(order["uid"])),
        "code": order["code"],
        "state": order["state"],
        "currency": order["currency"],
        "total_minor": order["total_minor"],
        "deferred_minor": order["deferred_minor"],
        "channel": order["channel"],
    }
