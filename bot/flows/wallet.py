"""Mobile money, for an order, its balance or the card: which network, which number, the last look."""

from collections.abc import Awaitable, Callable

from bot.flows import paying
from bot.flows.parts import filled_cart
from bot.prompts import Ask, Choose, Confirm, Option, choices
from bot.states import Context, Move, end, go, state, stay
from bot.text import Exact, Text, money, t
from core.phones import national, parse_phone
from services.accounts.customers import get_customer
from services.checkout import pay
from services.deposits.paying import Which, pay_balance
from services.payments.funding import fund_card

NETWORKS = ("mtn", "telecel", "at")
OTHER = "other"

Wallet = dict[str, str]


@state
async def network(ctx: Context) -> Choose:
    networks = [(code, t(f"network.{code}")) for code in NETWORKS]
    from_where = Exact(national(await _phone(ctx)))
    words = t("wallet.network", total=await _amount(ctx), phone=from_where)
    return Choose(words, choices(*networks, (OTHER, t("wallet.other"))))


@network.answer
async def _(ctx: Context, code: str) -> Move:
    if code == OTHER:
        return go(number, **ctx.args)
    return go(confirm, **{**ctx.args, "phone": await _phone(ctx), "network": code})


@state
async def number(ctx: Context) -> Ask:
    return Ask(t("wallet.number"))


@number.answer
async def _(ctx: Context, typed: str) -> Move:
    return go(network, **{**ctx.args, "phone": parse_phone(typed, ctx.scope.country)})


@state
async def confirm(ctx: Context) -> Confirm:
    words = t(
        "wallet.confirm",
        phone=Exact(national(ctx.args["phone"])),
        network=t(f"network.{ctx.args['network']}"),
    )
    return Confirm(words, await _total(ctx), Option("1", t("paying.yes"), await _seen(ctx)))


@confirm.answer
async def _(ctx: Context, shown: str) -> Move:
    if shown != await _seen(ctx):
        return stay()
    how = {name: ctx.args[name] for name in ("phone", "network")}
    amount = await _amount(ctx)
    await PAYS_FOR[ctx.args["purpose"]](ctx, how, shown)
    return end(t("wallet.approve", total=amount, phone=Exact(national(how["phone"]))))


async def _phone(ctx: Context) -> str:
    """The wallet's number (E.164): the one that was typed, else the customer's own."""
    typed: str | None = ctx.args.get("phone")
    if typed:
        return typed
    customer = await get_customer(ctx.scope, ctx.customer_id)
    return str(customer.phone)


async def _amount(ctx: Context) -> Exact:
    if ctx.args["purpose"] != "order":
        return money(ctx.args["amount"], ctx.scope.currency)
    order = await filled_cart(ctx)
    return money(order.due_now_minor, order.currency)


async def _total(ctx: Context) -> Text:
    if ctx.args["purpose"] != "order":
        return t("total", total=await _amount(ctx))
    return paying.total(await filled_cart(ctx))


async def _seen(ctx: Context) -> str:
    """Stands for the amounts of the last look."""
    if ctx.args["purpose"] != "order":
        return str(ctx.args["amount"])
    return paying.seen(await filled_cart(ctx))


async def _onto_card(ctx: Context, how: Wallet, shown: str) -> None:
    await fund_card(
        ctx.buyer, ctx.args["amount"], method_code=ctx.args["method"], idempotency_key=ctx.world.key, **how
    )


async def _for_cart(ctx: Context, how: Wallet, shown: str) -> None:
    await pay(
        ctx.buyer,
        ctx.args["method"],
        phone=how["phone"],
        network=how["network"],
        shown=paying.amounts(shown),
        idempotency_key=ctx.world.key,
    )


async def _for_balance(ctx: Context, how: Wallet, shown: str) -> None:
    await pay_balance(
        ctx.buyer,
        Which(code=ctx.args["code"]),
        ctx.args["method"],
        amount_minor=ctx.args["amount"],
        phone=how["phone"],
        network=how["network"],
        idempotency_key=ctx.world.key,
    )


PAYS_FOR: dict[str, Callable[[Context, Wallet, str], Awaitable[None]]] = {
    "card": _onto_card,
    "order": _for_cart,
    "balance": _for_balance,
}
