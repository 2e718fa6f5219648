"""The cart: what is in it, changing it, and what to do while it is being paid."""

from bot.flows import checkout, coupon, paying, search, wishes
from bot.flows.parts import choice_page, filled_cart, pieces, stock, whole_number
from bot.flows.terms import chosen_option, options_of, terms_page
from bot.prompts import Ask, Choose, Option, Page, Value, choices
from bot.states import Context, Move, State, back, go, home, instead, state, stay
from bot.text import Exact, Text, money, price, t
from core.errors import NotFound
from services.carts import clear_cart, find_cart, remove_line, set_line_quantity
from services.checkout import transition_order
from services.orders import LineView, OrderView, get_order

OPEN = {"Created", "Pending"}


@state
async def added(ctx: Context) -> Choose:
    order = await filled_cart(ctx)
    ways = choices(("check_out", t("cart.check_out")), ("see", t("cart.see")), ("go_on", t("cart.go_on")))
    return Choose(t("cart.added", quantity=pieces(order.quantity), total=_total(order)), ways)


@added.answer
async def _(ctx: Context, wanted: str) -> Move:
    ways: dict[str, State] = {"check_out": checkout.delivery, "see": lines}
    return go(ways[wanted]) if wanted in ways else back()


@state
async def lines(ctx: Context) -> Choose:
    order = await find_cart(ctx.buyer)
    if order is None or not order.lines:
        return _shopping(t("cart.empty"), ("shop", t("cart.shop")))
    if order.state == "AddingItems":
        return _shopping(
            t("cart.lines", quantity=pieces(order.quantity), total=_total(order)),
            ("check_out", t("cart.check_out")),
            ("items", t("cart.items")),
            ("clear", t("cart.clear")),
            off=_off(order),
        )
    if any(payment.state in OPEN for payment in order.payments):
        ways = choices(
            (order.id, t("cart.check_again")), ("pay", t("cart.other_way")), ("reopen", t("cart.reopen"))
        )
        return Choose(t("cart.being_paid", total=_total(order)), ways)
    ways = choices(("pay", t("cart.pay")), ("reopen", t("cart.reopen")))
    return Choose(t("cart.to_pay", total=_total(order)), ways)


@lines.answer
async def _(ctx: Context, wanted: str | int) -> Move:
    ways: dict[str, State] = {
        "shop": search.begin,
        "check_out": checkout.delivery,
        "items": items,
        "clear": clear,
        "pay": paying.method,
        "saved": wishes.listed,
        "coupon": coupon.given,
    }
    if isinstance(wanted, int):
        return await _checked(ctx, wanted)
    if wanted == "reopen":
        await transition_order(ctx.buyer, "AddingItems")
        return stay(t("cart.reopened"), trouble=False)
    return go(ways[wanted])


@state
async def items(ctx: Context) -> Page:
    order = await filled_cart(ctx)
    rows = [(each.id, _row(each, order.currency)) for each in order.lines]
    return choice_page(ctx, t("cart.which"), rows, ctx.world.long_rows)


@items.answer
async def _(ctx: Context, line_id: int) -> Move:
    return go(line, line=line_id)


@state
async def line(ctx: Context) -> Choose:
    one, currency = await _line(ctx), ctx.scope.currency
    words = t(
        "cart.line",
        name=one.name,
        quantity=one.quantity,
        price=price(one.unit_price_minor, currency),
        total=money(one.total_minor, currency),
    )
    if one.option is not None:
        words = t("cart.line_on_terms", line=words, terms=one.option.description)
    ways = [("change", t("cart.change")), ("remove", t("cart.remove"))]
    if await options_of(ctx, one.variant_id):
        ways.append(("terms", t("cart.terms")))
    return Choose(words, choices(*ways))


@line.answer
async def _(ctx: Context, wanted: str) -> Move:
    if wanted in ("change", "terms"):
        return go(quantity if wanted == "change" else terms, **ctx.args)
    await remove_line(ctx.changer, ctx.args["line"])
    return instead(lines, t("cart.removed"))


@state
async def quantity(ctx: Context) -> Ask:
    one = await _line(ctx)
    return Ask(t("cart.how_many", name=one.name, stock=stock(one.available)))


@quantity.answer
async def _(ctx: Context, typed: str) -> Move:
    await set_line_quantity(ctx.changer, ctx.args["line"], whole_number(typed))
    return instead(lines, t("cart.changed"))


@state
async def terms(ctx: Context) -> Page:
    one = await _line(ctx)
    return await terms_page(ctx, one.variant_id)


@terms.answer
async def _(ctx: Context, chosen: int) -> Move:
    one = await _line(ctx)
    await set_line_quantity(ctx.changer, one.id, one.quantity, option_id=chosen_option(chosen))
    return instead(lines, t("cart.changed"))


@state
async def clear(ctx: Context) -> Choose:
    return Choose(t("cart.sure"), choices(("yes", t("cart.yes"))))


@clear.answer
async def _(ctx: Context, sure: str) -> Move:
    await clear_cart(ctx.changer)
    return home(t("cart.cleared"))


async def _checked(ctx: Context, order_id: int) -> Move:
    """Look again whether the money for an order has come."""
    order = await get_order(ctx.scope, order_id=order_id, customer_id=ctx.customer_id)
    if order is None:
        raise NotFound
    if order.placed_at is not None:
        return home(t("cart.paid", code=Exact(order.code)))
    waits = any(payment.state in OPEN for payment in order.payments)
    return stay(t("cart.still_waiting" if waits else "cart.not_paid"), trouble=False)


def _shopping(words: Text, *ways: tuple[Value, Text], off: Text | None = None) -> Choose:
    """The cart's choices; what is saved for later has the same digit, filled or empty."""
    last = [Option("4", t("cart.saved"), "saved")]
    if off is not None:
        last.append(Option("5", off, "coupon"))
    return Choose(words, (*choices(*ways), *last))


def _off(order: OrderView) -> Text:
    """The way to give coupon codes, which says what promotions take off where they do."""
    if not order.discount_minor:
        return t("cart.coupon")
    return t("cart.off", discount=price(order.discount_minor, order.currency))


def _total(order: OrderView) -> Exact:
    return money(order.total_minor, order.currency)


def _row(each: LineView, currency: str) -> Text:
    total = price(each.total_minor, currency)
    return t("cart.item", quantity=each.quantity, name=each.name, total=total)


async def _line(ctx: Context) -> LineView:
    order = await filled_cart(ctx)
    for one in order.lines:
        if one.id == ctx.args["line"]:
            return one
    raise NotFound
