"""Coupon codes of the cart: giving one, and taking it back."""

from bot.flows import cart
from bot.prompts import Ask, Choose, Value, choices
from bot.states import Context, Move, back, go, instead, state
from bot.text import Exact, Text, price, t
from services.carts import find_cart
from services.promotions.coupons import apply_coupon, remove_coupon

ANOTHER = 0
# As many as there is room for beside the way to give another.
MOST_ROWS = 4


@state
async def given(ctx: Context) -> Choose | Ask:
    codes = await _codes(ctx)
    if not codes:
        return Ask(t("coupon.code"))
    rows: list[tuple[Value, Text]] = [(ANOTHER, t("coupon.another"))]
    rows.extend((i, t("coupon.take_back", code=code)) for i, code in enumerate(codes[:MOST_ROWS], 1))
    return Choose(t("coupon.given", codes=", ".join(codes)), choices(*rows))


@given.answer
async def _(ctx: Context, chosen: str | int) -> Move:
    if isinstance(chosen, str):
        return await _taken(ctx, chosen)
    if chosen == ANOTHER:
        return go(code)
    codes = await _codes(ctx)
    if chosen > len(codes):
        return back()
    await remove_coupon(ctx.buyer, codes[chosen - 1])
    return instead(cart.lines, t("coupon.gone", code=Exact(codes[chosen - 1])))


@state
async def code(ctx: Context) -> Ask:
    return Ask(t("coupon.code"))


@code.answer
async def _(ctx: Context, typed: str) -> Move:
    return await _taken(ctx, typed)


@state
async def taken(ctx: Context) -> Move:
    """`coupon AKWAABA10`, from wherever that is typed."""
    return await _taken(ctx, ctx.args["code"])


async def _taken(ctx: Context, typed: str) -> Move:
    before = await find_cart(ctx.buyer)
    order = await apply_coupon(ctx.buyer, typed)
    known = Exact(typed.strip().upper())
    if before and known in before.coupon_codes:
        return instead(cart.lines)
    off = order.discount_minor - (before.discount_minor if before else 0)
    if off <= 0:
        return instead(cart.lines, t("coupon.waits", code=known))
    return instead(cart.lines, t("coupon.taken", code=known, discount=price(off, order.currency)))


async def _codes(ctx: Context) -> list[str]:
    order = await find_cart(ctx.buyer)
    return order.coupon_codes if order else []
