"""What is still to be paid of orders: how much and when, paying it or a part of it early, and calling an order off."""

from bot.flows import wallet
from bot.flows.parts import choice_page, reading_page, typed_amount
from bot.keywords import is_called
from bot.prompts import Ask, Choose, Confirm, Option, Page, choices
from bot.states import Context, Move, State, back, end, go, home, instead, state
from bot.text import Exact, Text, money, price, t
from core.errors import NotFound
from core.languages import Day, short
from services.checkout import PaymentMethodView, payment_methods
from services.deposits.cancelling import cancel_order, what_cancelling_does
from services.deposits.guessing import count_guess
from services.deposits.methods import collect_from_card
from services.deposits.notices import send_link
from services.deposits.paying import Which, pay_balance
from services.deposits.statements import BalanceView, balance_by_code, balances_of, movements_of
from services.sentences import in_language

KINDS = {"card", "mobile_money"}
LINK = "link"


@state
async def owed(ctx: Context) -> Page | Move:
    found = await balances_of(ctx.scope, ctx.customer_id)
    if not found:
        return back(t("balance.none"))
    if len(found) == 1:
        return instead(shown, code=found[0].order_code)
    rows = [(each.order_code, _row(each)) for each in found]
    return choice_page(ctx, t("balance.owed", total=_sum(found)), rows, ctx.world.long_rows)


@owed.answer
async def _(ctx: Context, code: str) -> Move:
    return go(shown, code=code)


@state
async def shown(ctx: Context) -> Choose:
    one = await _own(ctx)
    by = t("balance.by", method=Exact(one.method)) if one.method else t("balance.by_nothing")
    words = t("balance.shown", code=Exact(one.order_code), about=one.about, due=_due(one), by=by)
    ways = (
        ("all", t("balance.all")),
        ("part", t("balance.part")),
        ("movements", t("balance.movements")),
        ("cancel", t("balance.cancel")),
        ("from_card", t("balance.from_card")),
    )
    return Choose(words, choices(*ways))


@shown.answer
async def _(ctx: Context, wanted: str) -> Move:
    ways: dict[str, State] = {
        "part": amount,
        "movements": movements,
        "cancel": cancel,
        "from_card": from_card,
    }
    if wanted == "all":
        one = await _own(ctx)
        return go(method, code=one.order_code, amount=one.outstanding_minor)
    return go(ways[wanted], code=ctx.args["code"])


@state
async def amount(ctx: Context) -> Ask:
    one = await _any(ctx)
    return Ask(t("balance.amount", left=money(one.outstanding_minor, one.currency)))


@amount.answer
async def _(ctx: Context, typed: str) -> Move:
    return go(method, code=ctx.args["code"], amount=typed_amount(typed, ctx.scope.currency))


@state
async def to_pay(ctx: Context) -> Page | Move:
    """Which order an amount that was typed is for, where that isn't clear."""
    wanted = typed_amount(ctx.args["typed"], ctx.scope.currency)
    if ctx.args["code"]:
        return instead(method, code=ctx.args["code"], amount=wanted)
    found = await balances_of(ctx.scope, ctx.customer_id)
    # "pay 3k on my fridge": where no order is about that, it is for them to say which.
    meant = [each for each in found if is_called(each.about, ctx.args.get("what", ""))]
    if len(meant or found) == 1:
        return instead(method, code=(meant or found)[0].order_code, amount=wanted)
    if not found:
        return back(t("balance.none"))
    rows = [(each.order_code, _row(each)) for each in found]
    return choice_page(
        ctx, t("balance.for_which", total=money(wanted, ctx.scope.currency)), rows, ctx.world.long_rows
    )


@to_pay.answer
async def _(ctx: Context, code: str) -> Move:
    return go(method, code=code, amount=typed_amount(ctx.args["typed"], ctx.scope.currency))


@state
async def method(ctx: Context) -> Page:
    one = await _any(ctx)
    rows = [(way.code, t("item", name=way.name)) for way in await _ways(ctx)]
    title = t("balance.method", total=_amount(ctx), code=Exact(one.order_code))
    return choice_page(ctx, title, [*rows, (LINK, t("balance.link"))], ctx.world.rows)


@method.answer
async def _(ctx: Context, chosen: str) -> Move:
    if chosen == LINK:
        await send_link(ctx.scope, ctx.customer_id, ctx.args["code"], ctx.world.channel)
        return end(t("balance.link_sent"))
    way = next((way for way in await _ways(ctx) if way.code == chosen), None)
    if way is None:
        return back(t("error.method"), trouble=True)
    if way.kind == "mobile_money":
        return go(wallet.network, purpose="balance", method=chosen, **ctx.args)
    return go(confirm, method=chosen, name=way.name, **ctx.args)


@state
async def confirm(ctx: Context) -> Confirm:
    words = t("balance.confirm", method=ctx.args["name"], code=Exact(ctx.args["code"]))
    return Confirm(words, t("total", total=_amount(ctx)), Option("1", t("paying.yes"), "yes"))


@confirm.answer
async def _(ctx: Context, sure: str) -> Move:
    return go(pin, **ctx.args)


@state
async def pin(ctx: Context) -> Ask:
    return Ask(t("paying.pin", total=_amount(ctx)), secret=True)


@pin.answer
async def _(ctx: Context, typed: str) -> Move:
    paid = await pay_balance(
        ctx.buyer,
        Which(code=ctx.args["code"]),
        ctx.args["method"],
        amount_minor=ctx.args["amount"],
        pin=typed,
        idempotency_key=ctx.world.key,
    )
    words = t(
        "balance.paid", total=money(paid.amount_minor, ctx.scope.currency), code=Exact(ctx.args["code"])
    )
    return end(words)


@state
async def movements(ctx: Context) -> Page:
    one = await _own(ctx)
    found = await movements_of(ctx.scope, ctx.customer_id, one.order_uid)
    lines = [
        t("balance.movement", day=short(each.at), words=Exact(in_language(each.words, ctx.world.language)))
        for each in reversed(found)
    ]
    return reading_page(ctx, t("balance.movements"), lines, max(1, ctx.world.long_rows // 3))


@state
async def from_card(ctx: Context) -> Ask:
    one = await _own(ctx)
    return Ask(t("balance.card_pin", code=Exact(one.order_code), due=_due(one)), secret=True)


@from_card.answer
async def _(ctx: Context, typed: str) -> Move:
    one = await _own(ctx)
    await collect_from_card(ctx.scope, ctx.customer_id, one.order_uid, typed)
    return instead(shown, t("balance.changed"), code=one.order_code)


@state
async def cancel(ctx: Context) -> Confirm:
    one = await _own(ctx)
    done = await what_cancelling_does(ctx.scope, ctx.customer_id, one.order_uid)
    words = t(
        "balance.sure",
        code=Exact(one.order_code),
        back=money(done.returned_minor, one.currency),
        kept=money(done.kept_minor, one.currency),
    )
    return Confirm(words, t("balance.no_more"), Option("1", t("balance.yes_cancel"), "yes"))


@cancel.answer
async def _(ctx: Context, sure: str) -> Move:
    one = await _own(ctx)
    await cancel_order(ctx.scope, one.order_uid, customer_id=ctx.customer_id, reason="by chat")
    return home(t("balance.cancelled", code=Exact(one.order_code)))


async def _own(ctx: Context) -> BalanceView:
    """The customer's own order of which something is owed. Raises `NotFound`."""
    found = await balances_of(ctx.scope, ctx.customer_id)
    for each in found:
        if each.order_code == ctx.args["code"]:
            return each
    raise NotFound


async def _any(ctx: Context) -> BalanceView:
    """What is owed of the order with that code, whoever's it is: somebody else may pay it.

    Raises `NotFound`, and `TooManyTries` for who tries codes of others.
    """
    for each in await balances_of(ctx.scope, ctx.customer_id):
        if each.order_code == ctx.args["code"]:
            return each
    await count_guess(ctx.scope, f"customer:{ctx.customer_id}")
    return await balance_by_code(ctx.scope, ctx.args["code"])


async def _ways(ctx: Context) -> list[PaymentMethodView]:
    return [way for way in await payment_methods(ctx.buyer) if way.kind in KINDS and way.eligible]


def _amount(ctx: Context) -> Exact:
    return money(ctx.args["amount"], ctx.scope.currency)


def _row(each: BalanceView) -> Text:
    return t(
        "balance.row",
        code=Exact(each.order_code),
        amount=price(each.outstanding_minor, each.currency),
        day=short(each.next_due_at),
    )


def _due(each: BalanceView) -> Text:
    return t(
        "balance.due",
        amount=money(each.outstanding_minor, each.currency),
        day=Day(each.next_due_at),
    )


def _sum(found: list[BalanceView]) -> Exact:
    return money(sum(each.outstanding_minor for each in found), found[0].currency)
