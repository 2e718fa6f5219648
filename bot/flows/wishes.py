"""Saved for later: what the customer means to buy, into the cart with it, or off the list."""

from uuid import UUID

from bot.flows import cart, product
from bot.flows.parts import stock
from bot.prompts import Choose, Page, choices
from bot.states import Context, Move, back, go, instead, state
from bot.text import money, price, t
from services.wishlists import count_wishes, get_wish, list_wishes, move_to_cart, remove_wishes


@state
async def listed(ctx: Context) -> Page | Move:
    total = await count_wishes(ctx.scope, ctx.customer_id)
    found = await list_wishes(ctx.scope, ctx.customer_id, skip=ctx.skip, take=ctx.world.long_rows)
    if not found:
        return back(t("wishes.none"))
    rows = [
        (
            str(each.uid),
            t(
                "item.priced",
                name=each.variant.name,
                price=price(each.variant.price_minor, ctx.scope.currency),
            ),
        )
        for each in found
    ]
    return Page(t("wishes.listed", total=total), choices(*rows), more=total > ctx.skip + len(found))


@listed.answer
async def _(ctx: Context, uid: str) -> Move:
    return go(item, uid=uid)


@state
async def item(ctx: Context) -> Choose:
    one = await get_wish(ctx.scope, ctx.customer_id, UUID(ctx.args["uid"]))
    amount = money(one.variant.price_minor, ctx.scope.currency)
    words = t("wishes.item", name=one.variant.name, price=amount, stock=stock(one.available))
    ways = (("buy", t("wishes.buy")), ("see", t("wishes.see")), ("remove", t("wishes.remove")))
    return Choose(words, choices(*ways))


@item.answer
async def _(ctx: Context, wanted: str) -> Move:
    uid = UUID(ctx.args["uid"])
    if wanted == "buy":
        await move_to_cart(ctx.buyer, [uid])
        return instead(cart.added)
    if wanted == "see":
        one = await get_wish(ctx.scope, ctx.customer_id, uid)
        return go(product.shown, product=one.variant.product_id)
    await remove_wishes(ctx.scope, ctx.customer_id, [uid])
    return instead(cart.lines, t("wishes.removed"))
