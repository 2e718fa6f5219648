"""Which promotions there are, and which of them a cart may use."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.cache import Remembered
from core.clock import now
from core.db import Row, fetch, placeholders
from services.promotions.buyers import Known, known_of
from services.promotions.views import Operation, PromotionView
from services.tenants import Scope
from services.values import as_json, as_time, as_uid

if (
    TYPE_CHECKING
):  # pricing orders reads promotions: whichever is imported first would find the other unfinished
    from services.orders.views import OrderView

COLUMNS = (
    "id, uid, name, description, enabled, coupon_code, starts_at, ends_at, usage_limit, per_customer_usage_limit, "
    "used, priority, conditions, actions, created_at, updated_at"
)

_known: Remembered[list[PromotionView]] = Remembered(seconds=10)


@dataclass(frozen=True, slots=True)
class Usable:
    """The promotions that a cart may use, and whether it would be its customer's first order."""

    promotions: tuple[PromotionView, ...] = ()
    first_order: bool = False


async def promotions_of(scope: Scope) -> list[PromotionView]:
    """The platform's promotions that are enabled, with those of them that begin later or are over."""

    async def load() -> list[PromotionView]:
        rows = await fetch(
            f"SELECT {COLUMNS} FROM promotion WHERE platform_id = $1 AND environment = $2 AND enabled "
            "AND deleted_at IS NULL ORDER BY priority, id",
            scope.platform_id,
            scope.environment,
        )
        return [promotion_view(row) for row in rows]

    return await _known.get((scope.platform_id, scope.environment), load)


async def look_again(scope: Scope) -> None:
    """Read the promotions anew, where there are any: prices are agreed by what they say now."""
    if await promotions_of(scope):
        forget_promotions(scope)
        await promotions_of(scope)


def forget_promotions(scope: Scope) -> None:
    """Let what was remembered go, since it was changed."""
    _known.forget((scope.platform_id, scope.environment))


async def usable_for(scope: Scope, orders: Iterable["OrderView"]) -> dict[int, Usable]:
    """What each cart may use. No statement in the usual case; one where uses are limited for each customer, and one
    where it matters whether it is a first order.
    """
    promotions, at = await promotions_of(scope), now()
    running = [each for each in promotions if each.runs(at) and not each.is_used_up]
    if not running:
        return {}
    found: dict[int, Usable] = {}
    for order in orders:
        mine = [
            each for each in running if each.coupon_code is None or each.coupon_code in order.coupon_codes
        ]
        if mine:
            mine = await _not_used_up(scope, mine, order)
            first = any(each.asks("first_order") for each in mine) and await _is_first(order)
            found[order.id] = Usable(tuple(mine), first)
    return found


async def _not_used_up(
    scope: Scope, promotions: Sequence[PromotionView], order: "OrderView"
) -> list[PromotionView]:
    """Without those that this buyer has used as often as one may; nobody knows that of a guest who left nothing."""
    limited = [each for each in promotions if each.per_customer_usage_limit is not None]
    if not limited:
        return list(promotions)
    known = await known_of(scope, order)
    used = await times_used([each.id for each in limited], known) if known else {}
    return [
        each
        for each in promotions
        if each.per_customer_usage_limit is None
        or (known and used.get(each.id, 0) < each.per_customer_usage_limit)
    ]


async def times_used(promotion_ids: Sequence[int], known: Known) -> dict[int, int]:
    """How often somebody has used each promotion, by whatever they are known by."""
    rows = await fetch(
        "SELECT promotion_id, COUNT(*) AS n FROM promotion_use WHERE (customer_id = $1 OR email = $2 OR phone = $3) "
        f"AND promotion_id IN ({placeholders(promotion_ids, 4)}) GROUP BY promotion_id",
        known.customer_id,
        known.email,
        known.phone,
        *promotion_ids,
    )
    return {row["promotion_id"]: row["n"] for row in rows}


async def _is_first(order: "OrderView") -> bool:
    if order.customer_id is None:
        return False
    return not await fetch(
        "SELECT 1 FROM customer_order WHERE customer_id = $1 AND placed_at IS NOT NULL AND id <> $2 LIMIT 1",
        order.customer_id,
        order.id,
    )


def promotion_view(row: Row) -> PromotionView:
    """A promotion from a row of `COLUMNS`."""
    times = {name: as_time(row[name]) if row[name] else None for name in ("starts_at", "ends_at")}
    return PromotionView(
        **{
            **row,
            **times,
            "uid": as_uid(row["uid"]),
            "enabled": bool(row["enabled"]),
            "conditions": _operations(row["conditions"]),
            "actions": _operations(row["actions"]),
            "created_at": as_time(row["created_at"]),
            "updated_at": as_time(row["updated_at"]),
        }
    )


def _operations(value: Any) -> tuple[Operation, ...]:
    return tuple(Operation(each["code"], each["args"]) for each in as_json(value))
