"""An order's story at the desk: what happened to it and what its buyer was told, in the order of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.db import fetch, placeholders
from services.notifications.texts import words
from services.notifications.wording import own_words
from services.orders.views import OrderView
from services.staff import Desk, check_may
from services.values import as_json, as_time

MOST = 300
# What a seller is told of: the rest is of the whole order, or of money.
TO_SELLERS = frozenset({"state", "shipment"})


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened; what `data` holds goes by `kind`. A message has the kind `message`: `channel`, `to`, `state`, `text`."""

    kind: str
    at: datetime
    data: dict[str, Any]


async def story_of(desk: Desk, order: OrderView) -> list[Happened]:
    """The newest first, `MOST` at most of each sort. Three statements. Raises `Forbidden`.

    The caller has made sure that the order is theirs to see.
    """
    check_may(desk, "ReadOrder")
    rows = await fetch(
        f"SELECT kind, at, data FROM order_event WHERE order_id = $1 ORDER BY id DESC LIMIT {MOST}", order.id
    )
    found = [Happened(row["kind"], as_time(row["at"]), as_json(row["data"]) or {}) for row in rows]
    if desk.seller_id is not None:
        return [each for each in found if each.kind in TO_SELLERS]
    found += await _messages(desk, order)
    return sorted(found, key=lambda each: each.at, reverse=True)


async def _messages(desk: Desk, order: OrderView) -> list[Happened]:
    """What was sent to its buyer about it. A message is put into the words that the shop has by now; none of these holds a secret."""
    to = await _addresses(desk, order)
    if not to:
        return []
    rows = await fetch(
        'SELECT template, params, channel, "to", state, reason, created_at, sent_at FROM outbound_message '
        f'WHERE platform_id = $1 AND environment = $2 AND created_at >= $3 AND "to" IN ({placeholders(to, 4)}) '
        f"ORDER BY id DESC LIMIT {MOST}",
        desk.scope.platform_id,
        desk.scope.environment,
        order.created_at,
        *to,
    )
    found, own = [], await own_words(desk.scope)
    for row in rows:
        params = as_json(row["params"]) or {}
        if order.code not in (params.get("order"), params.get("code")):
            continue
        data = {
            "channel": row["channel"],
            "to": row["to"],
            "state": row["state"],
            "reason": row["reason"],
            "text": words(row["template"], desk.scope.name, params, own).text,
        }
        found.append(Happened("message", as_time(row["sent_at"] or row["created_at"]), data))
    return found


async def _addresses(desk: Desk, order: OrderView) -> Sequence[str]:
    guest = order.guest or {}
    found = {str(guest[name]) for name in ("phone", "email") if guest.get(name)}
    if order.customer_id is not None:
        rows = await fetch(
            "SELECT phone AS a FROM customer WHERE id = $1 UNION SELECT stated_phone FROM customer WHERE id = $1 "
            "UNION SELECT email FROM customer WHERE id = $1 "
            "UNION SELECT external_id FROM channel_identity WHERE customer_id = $1",
            order.customer_id,
        )
        found |= {row["a"] for row in rows if row["a"]}
    return sorted(found)
