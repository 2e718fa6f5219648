"""One product: what it costs, what it fits, and into the cart with it."""

import textwrap

from bot.flows import cart
from bot.flows.parts import choice_page, reading_page, stock, whole_number
from bot.flows.terms import chosen_option, options_of, terms_page
from bot.prompts import Ask, Choose, Option, Page
from bot.states import Context, Move, State, back, go, instead, state, stay
from bot.text import Exact, Text, Value, money, price, t
from core.errors import NotFound
from services.carts import add_to_cart
from services.catalogue import get_product, get_variants
from services.catalogue.views import FitmentView, ProductView, VariantView
from services.wishlists import add_wish

EVERYTHING = frozenset({"variants", "fitments", "assets"})
VARIANTS = frozenset({"variants"})
# A description is read in pieces that fill about a screen of a plain telephone.
PARAGRAPH = 100


@state
async def shown(ctx: Context) -> Choose:
    product = await _product(ctx, EVERYTHING)
    several = len(product.variants) > 1
    options = [Option("1", t("product.choose" if several else "product.add"), "add")]
    options.append(Option("2", t("product.details"), "details"))
    if product.fitments:
        options.append(Option("3", t("product.all_fits"), "fits"))
    options.append(Option("4", t("product.save"), "save"))
    picture = product.assets[0].preview if product.assets else ""
    return Choose(_summary(ctx, product), tuple(options), picture=picture)


@shown.answer
async def _(ctx: Context, wanted: str) -> Move:
    product = await _product(ctx)
    if wanted == "add" and len(product.variants) == 1:
        return go(quantity, variant=product.variants[0].id)
    if wanted == "save":
        await add_wish(ctx.scope, ctx.customer_id, product.uid)
        return stay(t("product.saved"), trouble=False)
    ways: dict[str, State] = {"add": variants, "details": details, "fits": fits}
    return go(ways[wanted], product=product.id)


@state
async def variants(ctx: Context) -> Page:
    product = await _product(ctx)
    rows = [
        (v.id, t("item.priced", name=v.option or v.name, price=price(v.price_minor, ctx.scope.currency)))
        for v in product.variants
    ]
    return choice_page(ctx, t("product.variants", name=product.name), rows, ctx.world.long_rows)


@variants.answer
async def _(ctx: Context, variant_id: int) -> Move:
    return go(quantity, variant=variant_id)


@state
async def details(ctx: Context) -> Page | Move:
    product = await _product(ctx)
    lines = [t("as_said", sentence=Exact(piece)) for piece in textwrap.wrap(product.description, PARAGRAPH)]
    if not lines:
        return back(t("product.no_details"), trouble=True)
    return reading_page(ctx, t("item", name=product.name), lines, max(1, ctx.world.long_rows // 3))


@state
async def fits(ctx: Context) -> Page:
    product = await _product(ctx, EVERYTHING)
    lines = [_fit(fitment) for fitment in product.fitments]
    return reading_page(ctx, t("item", name=product.name), lines, ctx.world.long_rows)


@state
async def quantity(ctx: Context) -> Ask:
    variant = await _variant(ctx)
    each = money(variant.price_minor, ctx.scope.currency)
    return Ask(t("product.how_many", name=variant.name, price=each, stock=stock(variant.available)))


@quantity.answer
async def _(ctx: Context, typed: str) -> Move:
    pieces = whole_number(typed)
    if await options_of(ctx, ctx.args["variant"]):
        return go(option, variant=ctx.args["variant"], pieces=pieces)
    await add_to_cart(ctx.changer, ctx.args["variant"], pieces)
    return instead(cart.added)


@state
async def option(ctx: Context) -> Page:
    return await terms_page(ctx, ctx.args["variant"])


@option.answer
async def _(ctx: Context, chosen: int) -> Move:
    await add_to_cart(ctx.changer, ctx.args["variant"], ctx.args["pieces"], option_id=chosen_option(chosen))
    return instead(cart.added)


def _summary(ctx: Context, product: ProductView) -> Text:
    least = min(product.variants, key=lambda v: v.price_minor)
    one_price = all(v.price_minor == least.price_minor for v in product.variants)
    amount = money(least.price_minor, ctx.scope.currency)
    values: dict[str, Value] = {
        "name": product.name,
        "price": t("product.price" if one_price else "product.price_from", price=amount),
        "stock": stock(sum(max(v.available, 0) for v in product.variants)),
    }
    if not product.fitments:
        return t("product.shown", **values)
    return t("product.fitting", fits=_fit(product.fitments[0], more=len(product.fitments) - 1), **values)


def _fit(fitment: FitmentView, more: int = 0) -> Text:
    one_year = fitment.year_from == fitment.year_to
    years = Exact(fitment.year_from if one_year else f"{fitment.year_from}-{fitment.year_to}")
    key = "product.fit_more" if more else "product.fit"
    return t(key, make=fitment.make, model=fitment.model, years=years, more=more)


async def _product(ctx: Context, include: frozenset[str] = VARIANTS) -> ProductView:
    found = await get_product(ctx.scope, product_id=ctx.args["product"], include=include)
    if found is None or not found.variants:
        raise NotFound
    return found


async def _variant(ctx: Context) -> VariantView:
    found = await get_variants(ctx.scope, [ctx.args["variant"]])
    if not found:
        raise NotFound
    return found[0]
