"""My account: who I am here, my PIN, the language I am spoken to in, and what lies behind More."""

from bot.flows import help, links, person, pin, profile, signup
from bot.flows.parts import choice_page
from bot.languages import LANGUAGES
from bot.prompts import Ask, Choose, Option, Page, choices
from bot.states import Context, Move, State, back, go, home, state
from bot.text import Exact, t
from core.phones import national
from services.accounts.customers import checked_text, complete_profile, get_customer
from services.accounts.trust import check_proven


@state
async def menu(ctx: Context) -> Choose:
    guest = ctx.world.customer_id is None
    options = (
        Option("1", t("account.sign_up" if guest else "account.name"), "sign_up" if guest else "name"),
        Option("2", t("account.pin"), "pin"),
        Option("3", t("account.help"), "help"),
        Option("4", t("account.language"), "language"),
        Option("5", t("account.more"), "more"),
    )
    if guest:
        return Choose(t("account.guest"), options)
    customer = await get_customer(ctx.scope, ctx.customer_id)
    number = Exact(national(customer.phone)) if customer.phone else ""
    who = t("account.shown", name=customer.full_name or t("account.nameless"), phone=number)
    return Choose(who, options)


@menu.answer
async def _(ctx: Context, wanted: str) -> Move:
    ways: dict[str, State] = {
        "sign_up": signup.name,
        "name": full_name,
        "pin": pin.menu,
        "help": help.topics,
        "language": language,
        "more": more,
    }
    return go(ways[wanted])


@state
async def full_name(ctx: Context) -> Ask:
    return Ask(t("account.new_name"))


@full_name.answer
async def _(ctx: Context, typed: str) -> Move:
    new = checked_text(typed, "name", signup.LONGEST_NAME)
    await complete_profile(ctx.scope, ctx.customer_id, full_name=new)
    return back(t("account.named", name=new))


@state
async def language(ctx: Context) -> Page:
    rows = [(code, t("item", name=Exact(name))) for code, name in LANGUAGES.items()]
    return choice_page(ctx, t("account.which_language"), rows, ctx.world.rows)


@language.answer
async def _(ctx: Context, code: str) -> Move:
    await ctx.world.choose_language(code)
    return back(t("account.language_chosen", language=Exact(LANGUAGES[code])))


@state
async def more(ctx: Context) -> Choose:
    ways = (
        ("profile", t("account.profile")),
        ("channels", t("account.channels")),
        ("link", t("account.link")),
        ("person", t("account.person")),
        ("sign_out", t("account.sign_out")),
    )
    return Choose(t("account.more"), choices(*ways))


@more.answer
async def _(ctx: Context, wanted: str) -> Move:
    ways: dict[str, State] = {
        "profile": profile.menu,
        "channels": links.listed,
        "link": links.menu,
        "person": person.about,
        "sign_out": leave,
    }
    return go(ways[wanted])


@state
async def leave(ctx: Context) -> Choose | Move:
    if ctx.world.customer_id is None:
        return back(t("account.guest"))
    return Choose(t("account.sure"), (Option("1", t("account.yes_sign_out"), "yes"),))


@leave.answer
async def _(ctx: Context, sure: str) -> Move:
    check_proven()
    await ctx.world.sign_out()
    return home(t("account.signed_out"))
