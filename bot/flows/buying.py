"""Buying a bill: for whom, how much or which plan, the last look with its total, and the PIN."""

from collections.abc import Callable
from dataclasses import replace

from bot.flows import bills, card
from bot.flows.billing import (
    Known,
    bill_of,
    biller_of,
    check_amount,
    checked_number,
    known_of,
    named,
    own_line,
    plan_of,
    saved_for,
    shown_number,
)
from bot.flows.parts import choice_page, typed_amount
from bot.prompts import Ask, Choose, Confirm, Option, Page, choices
from bot.states import Context, Move, State, back, end, go, instead, state, stay
from bot.text import Exact, Text, money, price, t
from core.errors import NotFound
from core.phones import national
from models import BillPlan
from providers.bills import BillKind
from services.bills import (
    KINDS,
    Wanted,
    ask_plans,
    ask_whose,
    billers_of,
    buy_bill,
    check_limits,
    kinds_sold,
    listed_plans,
    network_of,
    whose,
)
from services.cards import card_of

# What must be known of each kind, in the order in which it is asked. A network is guessed from a line, and what a plan
# costs is its amount.
STEPS: dict[BillKind, tuple[str, ...]] = {
    "airtime": ("amount", "number", "biller"),
    "data": ("number", "biller", "plan", "amount"),
    "electricity": ("biller", "number", "plan", "amount"),
    "cable": ("biller", "number", "plan", "amount"),
}
ME, OTHER, AGAIN = "me", "other", "again"

Onto = Callable[..., Move]


async def onward(ctx: Context, known: Known, by: Onto = go, note: Text | None = None) -> Move:
    """To the first screen that asks for what isn't `known` yet, and to the last look once everything is."""
    kind: BillKind = known["kind"]
    line = KINDS[kind].to_phone
    if line and "number" in known and "biller" not in known:
        network = network_of(known["number"], await billers_of(ctx.scope, kind))
        known = {**known, "biller": str(network.uid)} if network else known
    if not line and {"number", "biller"} <= known.keys() and not known.get("name"):
        await ask_whose(ctx.scope, ctx.customer_id, await biller_of(ctx, known), known["number"])
    missing = next((step for step in STEPS[kind] if step not in known), None)
    if missing == "plan":
        await ask_plans(ctx.scope, ctx.customer_id, await biller_of(ctx, known))
    return by(await _asks(ctx, missing, known), note, **known)


async def _asks(ctx: Context, missing: str | None, known: Known) -> State:
    screens = {None: confirm, "amount": amount, "biller": biller, "plan": plans}
    if missing != "number":
        return screens[missing]
    some = KINDS[known["kind"]].to_phone or await saved_for(ctx, known)
    return whom if some else number


@state
async def wanted(ctx: Context) -> Move:
    """What was typed at once: "airtime 500 for mum" as `kind`, `typed` and `whom`."""
    kind, name = ctx.args["kind"], ctx.args.get("whom", "")
    if kind not in await kinds_sold(ctx.scope):
        return back(t("buying.not_sold", what=t(f"bills.{kind}")), trouble=True)
    typed = ctx.args.get("typed")
    amounts = {"amount": typed_amount(typed, ctx.scope.currency)} if typed else {}
    found = await named(ctx, kind, name) if name else {}
    unknown = t("buying.unknown", name=name) if name and not found else None
    return await onward(ctx, {"kind": kind, **amounts, **found}, instead, unknown)


@state
async def amount(ctx: Context) -> Ask:
    what = t(f"bills.{ctx.args['kind']}")
    return Ask(t("buying.how_much", what=what, currency=Exact(ctx.scope.currency)))


@amount.answer
async def _(ctx: Context, typed: str) -> Move:
    wanted = typed_amount(typed, ctx.scope.currency)
    await check_amount(ctx, wanted)
    return await onward(ctx, {**ctx.args, "amount": wanted})


@state
async def whom(ctx: Context) -> Page:
    line = KINDS[ctx.args["kind"]].to_phone
    mine = await own_line(ctx) if line else None
    rows: list[tuple[str | int, Text]] = [(ME, t("buying.me", number=Exact(national(mine))))] if mine else []
    rows.append((OTHER, t("buying.other")))
    rows.extend((str(each.uid), bills.row_of(each)) for each in await saved_for(ctx, ctx.args))
    title = t("buying.whom" if line else "buying.which")
    return choice_page(ctx, title, rows, ctx.world.long_rows)


@whom.answer
async def _(ctx: Context, chosen: str) -> Move:
    if chosen == OTHER:
        return go(number, **ctx.args)
    if chosen == ME:
        return await onward(ctx, {**ctx.args, "number": await own_line(ctx)})
    one = next((each for each in await saved_for(ctx, ctx.args) if str(each.uid) == chosen), None)
    if one is None:
        raise NotFound
    return await onward(ctx, {**known_of(one), **ctx.args})


@state
async def number(ctx: Context) -> Ask:
    return Ask(t(f"buying.number.{ctx.args['kind']}"))


@number.answer
async def _(ctx: Context, typed: str) -> Move:
    return await onward(ctx, {**ctx.args, "number": checked_number(ctx, ctx.args["kind"], typed)})


@state
async def biller(ctx: Context) -> Page:
    kind = ctx.args["kind"]
    rows = [
        (str(each.uid), t("item", name=each.name))
        for each in await billers_of(ctx.scope, kind)
        if each.active
    ]
    return choice_page(ctx, t(f"buying.biller.{kind}"), rows, ctx.world.rows)


@biller.answer
async def _(ctx: Context, uid: str) -> Move:
    return await onward(ctx, {**ctx.args, "biller": uid})


@state
async def plans(ctx: Context) -> Page | Choose:
    one = await biller_of(ctx, ctx.args)
    rows = [(each.slug, _plan_row(ctx, each)) for each in await listed_plans(one)]
    if not rows:
        return Choose(t("buying.reading", biller=one.name), choices((AGAIN, t("buying.again"))))
    title = t("buying.plans", biller=one.name, number=shown_number(ctx.args))
    return choice_page(ctx, title, rows, ctx.world.long_rows)


@plans.answer
async def _(ctx: Context, slug: str) -> Move:
    if slug == AGAIN:
        return stay()
    chosen = await plan_of(await biller_of(ctx, ctx.args), slug)
    costs = {} if chosen.amount_minor is None else {"amount": chosen.amount_minor}
    return await onward(ctx, {**ctx.args, "plan": slug, **costs})


@state
async def confirm(ctx: Context) -> Confirm | Move:
    bill = await bill_of(ctx)
    check_limits(ctx.scope, bill.biller, bill.amount_minor)
    total = t("buying.total", total=money(bill.amount_minor, ctx.scope.currency))
    yes = Option("1", t("paying.yes"), "yes")
    shown = shown_number(ctx.args)
    if KINDS[bill.kind].to_phone:
        words = t("buying.line", what=bill.what, number=shown, biller=bill.biller.name)
        return Confirm(words, total, yes, (Option("2", t("buying.network"), "network"),))
    asked = await whose(ctx.customer_id, bill.biller, bill.number)
    if asked is not None and asked.state == "Nobodys":
        nobodys = t("buying.nobodys", biller=bill.biller.name, number=shown)
        again = {"kind": bill.kind, "biller": ctx.args["biller"]}
        return replace(instead(number, nobodys, **again), trouble=True)
    if asked is not None and asked.least_minor and bill.amount_minor < asked.least_minor:
        least = t("buying.least", number=shown, least=money(asked.least_minor, ctx.scope.currency))
        return back(least, trouble=True)
    name = ctx.args.get("name") or (asked.name if asked else "")
    said = t("buying.account", what=bill.what, number=shown, name=name)
    return Confirm(said if name else t("buying.unchecked", what=bill.what, number=shown), total, yes)


@confirm.answer
async def _(ctx: Context, wanted: str) -> Move:
    if wanted == "network":
        known = {name: value for name, value in ctx.args.items() if name not in ("biller", "plan")}
        return go(biller, **known)
    has = await card_of(ctx.scope, ctx.customer_id)
    if has.balance_minor < ctx.args["amount"]:
        return go(card.amount, t("buying.short", balance=money(has.balance_minor, has.currency)))
    return go(pin, **ctx.args)


@state
async def pin(ctx: Context) -> Ask:
    bill = await bill_of(ctx)
    return Ask(t("paying.pin", total=money(bill.amount_minor, ctx.scope.currency)), secret=True)


@pin.answer
async def _(ctx: Context, typed: str) -> Move:
    bill = await bill_of(ctx)
    wanted = Wanted(
        kind=bill.kind,
        service=bill.biller.uid,
        amount_minor=bill.amount_minor,
        number=bill.number,
        plan=ctx.args.get("plan"),
    )
    # A worker asks the biller: the turn is a transaction, and waits for nobody.
    await buy_bill(ctx.scope, ctx.customer_id, wanted, pin=typed, key=ctx.world.key, at_once=False)
    return end(t("buying.bought", what=bill.what, number=shown_number(ctx.args)))


def _plan_row(ctx: Context, plan: BillPlan) -> Text:
    if plan.amount_minor is None:
        return t("item", name=plan.name)
    return t("item.priced", name=plan.name, price=price(plan.amount_minor, ctx.scope.currency))
