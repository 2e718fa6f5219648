"""Home: the five doors. Their digits are published (docs/chat.md) and never change."""

from bot.flows import account, card, cart, orders, search
from bot.prompts import Choose, choices
from bot.states import Context, Move, go, state
from bot.text import t


@state
async def menu(ctx: Context) -> Choose:
    doors = choices(
        ("shop", t("home.shop")),
        ("cart", t("home.cart")),
        ("orders", t("home.orders")),
        ("card", t("home.card")),
        ("account", t("home.account")),
    )
    return Choose(t("home.menu", shop=ctx.scope.name), doors, root=True)


@menu.answer
async def _(ctx: Context, door: str) -> Move:
    behind = {
        "shop": search.begin,
        "cart": cart.lines,
        "orders": orders.menu,
        "card": card.balance,
        "account": account.menu,
    }
    return go(behind[door])
