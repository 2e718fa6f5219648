"""Using promotions: an order whose prices are agreed takes a use of each, and gives it back where it isn't bought."""

from collections.abc import Sequence

import orjson

from core.clock import now
from core.db import as_given, execute, fetch, given
from core.errors import IllegalTransition
from services.orders.views import LineView, OrderView, ShippingLineView
from services.promotions.buyers import Known, known_of
from services.promotions.reading import forget_promotions, promotions_of, times_used
from services.promotions.views import PromotionView
from services.tenants import Scope

NOBODY = Known(None, None, None)
USED_UP = "{name} can't be used any more. Please look at the total again."


async def keep_reductions(scope: Scope, order: OrderView) -> None:
    """Write what was agreed of an order's lines, and take a use of its promotions, in the caller's transaction.

    Raises `IllegalTransition` where somebody else had the last use, or a promotion has just ended. Nothing is written of an order without tax and
    reductions.
    """
    await _write("order_line", order.lines)
    await _write("shipping_line", order.shipping)
    if not order.discount_minor:
        return
    known = await known_of(scope, order) or NOBODY
    by_id = {each.id: each for each in await promotions_of(scope)}
    for discount in sorted(order.discounts, key=lambda each: each.promotion_id):
        promotion = by_id.get(discount.promotion_id)
        if promotion is None:
            raise IllegalTransition(
                order.state,
                "ArrangingPayment",
                (),
                "A reduction of your cart is over: look at its total again.",
            )
        await _count(scope, promotion, known)
        await execute(
            "INSERT INTO promotion_use (promotion_id, order_id, customer_id, email, phone, amount_minor, at) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7)",
            promotion.id,
            order.id,
            known.customer_id,
            known.email,
            known.phone,
            discount.amount_minor,
            now(),
        )


async def give_back(order_id: int, *, cart: bool) -> None:
    """Give back the uses of an order that isn't bought after all; where it is a cart again its lines forget them."""
    rows = await fetch("DELETE FROM promotion_use WHERE order_id = $1 RETURNING promotion_id", order_id)
    if not rows:
        return
    for promotion_id in sorted(row["promotion_id"] for row in rows):
        await execute(
            "UPDATE promotion SET used = used - 1 WHERE id = $1 AND used > 0 "
            "AND (usage_limit IS NOT NULL OR per_customer_usage_limit IS NOT NULL)",
            promotion_id,
        )
    for table in ("order_line", "shipping_line") if cart else ():
        await execute(
            f"UPDATE {table} SET discount_minor = 0, discounts = NULL WHERE order_id = $1", order_id
        )


async def _count(scope: Scope, promotion: PromotionView, known: Known) -> None:
    """Count a use, where uses are limited. The conditional update holds the promotion's row, so that nobody else counts
    meanwhile; what is for everybody holds nobody up.
    """
    limit = promotion.per_customer_usage_limit
    if promotion.usage_limit is None and limit is None:
        return
    counted = await execute(
        "UPDATE promotion SET used = used + 1 WHERE id = $1 AND (usage_limit IS NULL OR used < usage_limit)",
        promotion.id,
    )
    if not counted or (
        limit is not None and (await times_used([promotion.id], known)).get(promotion.id, 0) >= limit
    ):
        forget_promotions(scope)
        why = USED_UP.format(name=promotion.coupon_code or promotion.name)
        raise IllegalTransition("AddingItems", "ArrangingPayment", (), why)


async def _write(table: str, lines: Sequence[LineView | ShippingLineView]) -> None:
    if not any(line.discounts or line.tax_basis_points != line.agreed_tax_basis_points for line in lines):
        return
    rows = [
        {
            "id": line.id,
            "discount_minor": line.discount_minor,
            "discounts": orjson.Fragment(orjson.dumps(line.discounts)) if line.discounts else None,
            "tax": line.tax_basis_points,
        }
        for line in lines
    ]
    columns = given("$1", id="bigint", discount_minor="bigint", discounts="jsonb", tax="integer")
    await execute(
        f"UPDATE {table} SET discount_minor = given.discount_minor, discounts = given.discounts, "
        f"tax_basis_points = given.tax FROM {columns} WHERE {table}.id = given.id",
        as_given(rows),
    )
