"""Coupon codes of a cart: given and taken back by whoever fills it."""

import orjson

from core.clock import now
from core.db import Row, execute, fetch_one, transaction
from core.errors import CouponExpired, CouponInvalid, CouponUsedUp, OrderNotModifiable
from services.buyers import Buyer
from services.carts import begin_cart, lock_cart
from services.orders.events import record
from services.orders.reading import fill_orders, order_of
from services.orders.views import OrderView
from services.promotions.buyers import known_of
from services.promotions.reading import COLUMNS, forget_promotions, promotion_view, times_used
from services.promotions.views import PromotionView

LONGEST = 20
MOST_CODES = 10


async def apply_coupon(buyer: Buyer, code: str) -> OrderView:
    """Give a code to the cart, beginning one where there is none. It stays where it takes nothing off yet.

    Capitals or not is the same. Raises `CouponInvalid`, `CouponExpired`, `CouponUsedUp`, `OrderNotModifiable`.
    """
    given = code.strip().upper()
    async with transaction():
        row = await lock_cart(buyer) or await begin_cart(buyer)
        if row["state"] != "AddingItems":
            raise OrderNotModifiable
        codes = order_of(row).coupon_codes
        if given not in codes:
            promotion = await _promotion(buyer, given, code)
            await _check(buyer, promotion, row, code)
            if len(codes) >= MOST_CODES:
                raise CouponInvalid(code)
            row = await _write(row, [*codes, given])
            await record(row["id"], "coupon_applied", code=given, promotion=promotion.id)
            forget_promotions(buyer.scope)
        return (await fill_orders(buyer.scope, [row], buyer.wants))[0]


async def remove_coupon(buyer: Buyer, code: str) -> OrderView | None:
    """Take a code back from the cart; one that it hasn't is no trouble. None without a cart. Raises `OrderNotModifiable`."""
    given = code.strip().upper()
    async with transaction():
        row = await lock_cart(buyer)
        if row is None:
            return None
        if row["state"] != "AddingItems":
            raise OrderNotModifiable
        codes = order_of(row).coupon_codes
        if given in codes:
            row = await _write(row, [each for each in codes if each != given])
            await record(row["id"], "coupon_removed", code=given)
        return (await fill_orders(buyer.scope, [row], buyer.wants))[0]


async def _promotion(buyer: Buyer, given: str, typed: str) -> PromotionView:
    row = (
        await fetch_one(
            f"SELECT {COLUMNS} FROM promotion WHERE platform_id = $1 AND environment = $2 AND coupon_code = $3 "
            "AND enabled AND deleted_at IS NULL",
            buyer.scope.platform_id,
            buyer.scope.environment,
            given,
        )
        if given.isascii() and given.isprintable() and 0 < len(given) <= LONGEST
        else None
    )
    if row is None:
        raise CouponInvalid(typed)
    return promotion_view(row)


async def _check(buyer: Buyer, promotion: PromotionView, row: Row, typed: str) -> None:
    at = now()
    if promotion.ends_at is not None and promotion.ends_at <= at:
        raise CouponExpired(typed)
    if not promotion.runs(at):
        raise CouponInvalid(typed)
    if promotion.is_used_up:
        raise CouponUsedUp(typed, promotion.usage_limit or 0)
    limit = promotion.per_customer_usage_limit
    known = await known_of(buyer.scope, order_of(row)) if limit is not None else None
    if limit and known and (await times_used([promotion.id], known)).get(promotion.id, 0) >= limit:
        raise CouponUsedUp(typed, limit)


async def _write(row: Row, codes: list[str]) -> Row:
    text, at = orjson.dumps(codes).decode(), now()
    await execute(
        "UPDATE customer_order SET coupon_codes = $2, updated_at = $3 WHERE id = $1", row["id"], text, at
    )
    return {**row, "coupon_codes": text, "updated_at": at}
