"""My card: what is on it, what moved, more money onto it, and bills from it. Its digits are published."""

from bot.flows import balance as balances
from bot.flows import bills, wallet
from bot.flows.parts import typed_amount
from bot.prompts import Ask, Choose, Option, Page
from bot.states import Context, Move, State, back, go, state, stay
from bot.text import Exact, money, price, t
from core.languages import short
from services.bills import kinds_sold
from services.cards import card_of, statement
from services.checkout import payment_methods
from services.deposits.statements import balances_of
from services.sentences import in_language


@state
async def balance(ctx: Context) -> Choose:
    card = await card_of(ctx.scope, ctx.customer_id)
    words = t("card.balance", number=Exact(card.number), balance=money(card.balance_minor, card.currency))
    ways = [Option("1", t("card.top_up"), "top_up"), Option("2", t("card.movements"), "movements")]
    if await balances_of(ctx.scope, ctx.customer_id):
        ways.append(Option("3", t("card.owed"), "owed"))
    if await kinds_sold(ctx.scope):
        ways.append(Option("4", t("card.bills"), "bills"))
    return Choose(words, tuple(ways))


@balance.answer
async def _(ctx: Context, wanted: str) -> Move:
    ways: dict[str, State] = {
        "top_up": amount,
        "movements": movements,
        "owed": balances.owed,
        "bills": bills.menu,
    }
    return go(ways[wanted])


@state
async def movements(ctx: Context) -> Page | Move:
    rows = ctx.world.long_rows
    # One more than fits shows whether there is a next page.
    lines = await statement(ctx.scope, ctx.customer_id, skip=ctx.skip, take=rows + 1)
    if not lines:
        return back(t("card.no_movements"))
    shown = tuple(
        Option(
            "",
            t(
                "card.movement",
                day=short(line.at),
                narrative=in_language(line.narrative, ctx.world.language),
                amount=price(line.amount_minor, ctx.scope.currency),
            ),
            "",
        )
        for line in lines[:rows]
    )
    return Page(t("card.movements"), shown, more=len(lines) > rows)


@state
async def amount(ctx: Context) -> Ask:
    return Ask(t("card.amount", currency=Exact(ctx.scope.currency)))


@amount.answer
async def _(ctx: Context, typed: str) -> Move:
    wanted = typed_amount(typed, ctx.scope.currency)
    ways = await payment_methods(ctx.buyer)
    by_phone = next((way for way in ways if way.kind == "mobile_money" and way.eligible), None)
    if by_phone is None:
        return stay(t("card.no_wallet"))
    return go(wallet.network, method=by_phone.code, purpose="card", amount=wanted)
