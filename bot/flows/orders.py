"""My orders: which there are, how far each is, and whether it is paid."""

from bot.flows import balance, receipts
from bot.flows.parts import pieces, reading_page
from bot.prompts import Ask, Choose, Option, Page, choices
from bot.states import Context, Move, State, back, go, state
from bot.text import Exact, Text, money, price, t
from core.errors import NotFound
from core.languages import Day
from services.orders import OrderView, get_order, list_orders

LONGEST_CODE = 20


@state
async def menu(ctx: Context) -> Choose:
    ways = (("all", t("orders.all")), ("track", t("orders.track")), ("verify", t("orders.verify")))
    return Choose(t("orders.menu"), choices(*ways))


@menu.answer
async def _(ctx: Context, wanted: str) -> Move:
    ways: dict[str, State] = {"all": listed, "track": code, "verify": receipts.code}
    return go(ways[wanted])


@state
async def listed(ctx: Context) -> Page | Move:
    take = ctx.world.long_rows
    orders, total = await list_orders(ctx.scope, ctx.customer_id, skip=ctx.skip, take=take)
    if not total:
        return back(t("orders.none"))
    rows = [
        (
            order.code,
            t(
                "orders.row",
                code=Exact(order.code),
                # A name here, which may be shortened: three rows must fit.
                state=_state(order).into(ctx.world.language).render(),
                total=price(order.total_minor, order.currency),
            ),
        )
        for order in orders
    ]
    return Page(t("orders.listed", total=total), choices(*rows), more=total > ctx.skip + len(rows))


@listed.answer
async def _(ctx: Context, chosen: str) -> Move:
    return go(shown, code=chosen)


@state
async def code(ctx: Context) -> Ask:
    return Ask(t("orders.code"))


@code.answer
async def _(ctx: Context, typed: str) -> Move:
    return go(shown, code=typed.upper()[:LONGEST_CODE])


@state
async def shown(ctx: Context) -> Choose | Move:
    order = await _order(ctx)
    if order is None:
        return back(t("orders.unknown", code=ctx.args["code"]), trouble=True)
    words = t(
        "orders.shown",
        code=Exact(order.code),
        state=_state(order),
        quantity=pieces(order.quantity),
        total=money(order.total_minor, order.currency),
        payment=_payment(order),
    )
    ways = [Option("1", t("orders.items"), "items")]
    if order.outstanding_minor:
        ways.append(Option("2", t("orders.owed"), "owed"))
    if order.placed_at is not None:
        ways.append(Option("3", t("orders.receipt"), "receipt"))
    return Choose(words, tuple(ways))


@shown.answer
async def _(ctx: Context, wanted: str) -> Move:
    ways: dict[str, State] = {"items": items, "owed": balance.shown, "receipt": receipts.mine}
    return go(ways[wanted], **ctx.args)


@state
async def items(ctx: Context) -> Page:
    order = await _order(ctx)
    if order is None:
        raise NotFound
    lines = [t("orders.item", quantity=line.quantity, name=line.name) for line in order.lines]
    return reading_page(ctx, t("orders.items"), lines, ctx.world.long_rows)


async def _order(ctx: Context) -> OrderView | None:
    """The customer's own order with that code; another's is as unknown as none."""
    return await get_order(ctx.scope, code=ctx.args["code"], customer_id=ctx.customer_id)


def _state(order: OrderView) -> Text:
    return t(f"order.{order.state}")


def _payment(order: OrderView) -> Text:
    """What is still owed and when, else how the newest payment stands."""
    if order.outstanding_minor:
        next_due = next(due for due in order.due if due.outstanding_minor)
        amount, day = money(order.outstanding_minor, order.currency), Day(next_due.at)
        return t("balance.due", amount=amount, day=day)
    return t(f"payment.{order.payments[-1].state}") if order.payments else t("payment.none")
