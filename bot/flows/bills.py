"""Bills: what is sold, whom one paid for before, the last purchase again, and a token once more."""

from uuid import UUID

from bot.flows import buying
from bot.flows.billing import known_of
from bot.flows.parts import choice_page
from bot.prompts import Ask, Choose, Option, Page, choices
from bot.states import Context, Move, State, back, go, home, instead, state, stay
from bot.text import Exact, Text, price, t
from core.errors import NotFound
from core.phones import national
from services.bills import (
    KINDS,
    BeneficiaryView,
    beneficiaries,
    forget_beneficiary,
    kinds_sold,
    last_wanted,
    name_beneficiary,
    resend_token,
    token_purchases,
)

# These digits are published; what isn't sold leaves its own unused.
DIGITS = {"1": "airtime", "2": "data", "3": "electricity", "4": "cable"}
SAVED = "saved"


@state
async def menu(ctx: Context) -> Choose:
    sold = await kinds_sold(ctx.scope)
    kinds = [Option(digit, t(f"bills.{kind}"), kind) for digit, kind in DIGITS.items() if kind in sold]
    return Choose(t("bills.menu"), (*kinds, Option("5", t("bills.saved"), SAVED)))


@menu.answer
async def _(ctx: Context, wanted: str) -> Move:
    return go(saved) if wanted == SAVED else await buying.onward(ctx, {"kind": wanted})


@state
async def saved(ctx: Context) -> Choose:
    ways = (("repeat", t("bills.repeat")), ("people", t("bills.people")), ("tokens", t("bills.tokens")))
    return Choose(t("bills.saved"), choices(*ways))


@saved.answer
async def _(ctx: Context, wanted: str) -> Move:
    ways: dict[str, State] = {"people": people, "tokens": tokens}
    return go(ways[wanted]) if wanted in ways else await _again(ctx, go)


@state
async def repeat(ctx: Context) -> Move:
    return await _again(ctx, instead)


@state
async def people(ctx: Context) -> Page | Move:
    found = await beneficiaries(ctx.scope, ctx.customer_id)
    if not found:
        return back(t("bills.nobody"))
    rows = [(str(each.uid), row_of(each)) for each in found]
    return choice_page(ctx, t("bills.people"), rows, ctx.world.long_rows)


@people.answer
async def _(ctx: Context, uid: str) -> Move:
    return go(person, uid=uid)


@state
async def person(ctx: Context) -> Choose:
    one = await _person(ctx)
    ways = (("buy", t("bills.buy")), ("call", t("bills.call")), ("forget", t("bills.forget")))
    return Choose(t("bills.person", who=who(one), number=number_of(one)), choices(*ways))


@person.answer
async def _(ctx: Context, wanted: str) -> Move:
    if wanted == "buy":
        return await buying.onward(ctx, known_of(await _person(ctx)))
    return go(nickname if wanted == "call" else forget, **ctx.args)


@state
async def nickname(ctx: Context) -> Ask:
    return Ask(t("bills.nickname", number=number_of(await _person(ctx))))


@nickname.answer
async def _(ctx: Context, typed: str) -> Move:
    await name_beneficiary(ctx.scope, ctx.customer_id, UUID(ctx.args["uid"]), typed)
    return back(t("bills.named", name=typed))


@state
async def forget(ctx: Context) -> Choose:
    one = await _person(ctx)
    words = t("bills.sure", who=who(one), number=number_of(one))
    return Choose(words, choices(("yes", t("bills.yes_forget"))))


@forget.answer
async def _(ctx: Context, sure: str) -> Move:
    await forget_beneficiary(ctx.scope, ctx.customer_id, UUID(ctx.args["uid"]))
    return instead(menu, t("bills.forgotten"))


@state
async def tokens(ctx: Context) -> Page | Move:
    found = await token_purchases(ctx.scope, ctx.customer_id)
    if not found:
        return back(t("bills.no_token"))
    rows = [
        (
            each.reference,
            t(
                "bills.token_row",
                day=Exact(f"{each.created_at:%d %b}"),
                number=Exact(each.number),
                amount=price(each.amount_minor, each.currency),
            ),
        )
        for each in found
    ]
    return choice_page(ctx, t("bills.which_token"), rows, max(1, ctx.world.long_rows - 1))


@tokens.answer
async def _(ctx: Context, reference: str) -> Move:
    await resend_token(ctx.scope, ctx.customer_id, reference)
    return home(t("bills.token_sent"))


def row_of(one: BeneficiaryView) -> Text:
    """Somebody in a list of whom one paid for."""
    return t("bills.row", who=who(one), number=number_of(one))


def who(one: BeneficiaryView) -> str:
    """What the customer calls them, else what the biller does, with who that is."""
    return " ".join(part for part in (one.nickname or one.name, one.biller) if part)


def number_of(one: BeneficiaryView) -> Exact:
    """The number as people at home write it."""
    return Exact(national(one.number) if KINDS[one.kind].to_phone else one.number)


async def _again(ctx: Context, by: buying.Onto) -> Move:
    """What was bought last, once more: all but the PIN is known."""
    try:
        last = await last_wanted(ctx.scope, ctx.customer_id)
    except NotFound:
        nothing = t("bills.nothing")
        return stay(nothing) if by is go else back(nothing, trouble=True)
    known = {"kind": last.kind, "biller": str(last.service), "number": last.number}
    plan = {"plan": last.plan} if last.plan else {}
    return await buying.onward(ctx, {**known, **plan, "amount": last.amount_minor}, by)


async def _person(ctx: Context) -> BeneficiaryView:
    for one in await beneficiaries(ctx.scope, ctx.customer_id):
        if str(one.uid) == ctx.args["uid"]:
            return one
    raise NotFound
