"""Paying for the cart: which way, the last look, and the PIN for one's own card."""

from bot.flows import wallet
from bot.flows.parts import choice_page, filled_cart
from bot.prompts import Ask, Confirm, Option, Page
from bot.states import Context, Move, back, end, go, state, stay
from bot.text import Exact, Text, money, price, t
from core.languages import Day, short
from services.checkout import PaymentMethodView, pay, payment_methods
from services.orders import OrderView

# The ways that a plain telephone can pay; a payment page needs a browser.
KINDS = {"card", "mobile_money"}


@state
async def method(ctx: Context) -> Page | Move:
    order = await filled_cart(ctx)
    rows = [(way.code, t("item", name=way.name)) for way in await _ways(ctx)]
    if not rows:
        return back(t("paying.none"), trouble=True)
    title = t("paying.method", total=now(order))
    return choice_page(ctx, title, rows, ctx.world.rows)


@method.answer
async def _(ctx: Context, code: str) -> Move:
    way = next((way for way in await _ways(ctx) if way.code == code), None)
    if way is None:
        return back(t("error.method"), trouble=True)
    if way.kind == "mobile_money":
        return go(wallet.network, method=code, purpose="order")
    return go(confirm, method=code, name=way.name)


@state
async def confirm(ctx: Context) -> Confirm:
    order = await filled_cart(ctx)
    words = t("paying.confirm", method=ctx.args["name"])
    return Confirm(words, total(order), Option("1", t("paying.yes"), seen(order)))


@confirm.answer
async def _(ctx: Context, shown: str) -> Move:
    if shown != seen(await filled_cart(ctx)):
        return stay()
    return go(pin, method=ctx.args["method"], shown=shown)


@state
async def pin(ctx: Context) -> Ask | Move:
    order = await filled_cart(ctx)
    if ctx.args.get("shown") != seen(order):
        return back()
    return Ask(t("paying.pin", total=now(order)), secret=True)


@pin.answer
async def _(ctx: Context, typed: str) -> Move:
    if ctx.args.get("shown") != seen(await filled_cart(ctx)):
        return back()
    order = await pay(
        ctx.buyer,
        ctx.args["method"],
        pin=typed,
        shown=amounts(ctx.args["shown"]),
        idempotency_key=ctx.world.key,
    )
    if order.due:
        later = money(order.outstanding_minor, order.currency)
        return end(
            t(
                "paying.deposit_done",
                total=now(order),
                code=Exact(order.code),
                later=later,
                day=Day(order.due[0].at),
            )
        )
    return end(t("paying.done", total=now(order), code=order.code))


def seen(order: OrderView) -> str:
    """Stands for what a last look shows of an order's money: the answer to it holds for these amounts and no others."""
    return f"{order.total_minor}/{order.due_now_minor}"


def amounts(shown: str) -> tuple[int, int]:
    """The total, and what is paid of it now, in minor units, for which `seen` stands."""
    whole, _, at_once = shown.partition("/")
    return int(whole), int(at_once)


def now(order: OrderView) -> Exact:
    """What is paid of an order at checkout."""
    return money(order.due_now_minor, order.currency)


def total(order: OrderView) -> Text:
    """What an order costs, how much of that is delivery, or paid later and when, and what was taken off."""
    return reduced(_total(order), order)


def reduced(words: Text, order: OrderView) -> Text:
    """With a line that says what promotions take off, where they do."""
    if not order.discount_minor:
        return words
    return t("total_reduced", total=words, discount=price(order.discount_minor, order.currency))


def _total(order: OrderView) -> Text:
    whole = money(order.total_minor, order.currency)
    if order.due:
        later = price(order.deferred_minor, order.currency)
        return t(
            "total_in_parts",
            total=whole,
            now=price(order.due_now_minor, order.currency),
            later=later,
            day=short(order.due[0].at),
        )
    if not order.shipping_minor:
        return t("total", total=whole)
    return t("total_with_delivery", total=whole, fee=money(order.shipping_minor, order.currency))


async def _ways(ctx: Context) -> list[PaymentMethodView]:
    return [way for way in await payment_methods(ctx.buyer) if way.kind in KINDS and way.eligible]
