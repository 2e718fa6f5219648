"""My account: who I am here."""

from bot.flows import help, pin, signup
from bot.prompts import Ask, Choose, Option
from bot.states import Context, Move, State, back, go, state
from bot.text import Exact, t
from core.phones import national
from services.accounts.customers import checked_text, complete_profile, get_customer

HELP = Option("3", t("account.help"), "help")


@state
async def menu(ctx: Context) -> Choose:
    if ctx.world.customer_id is None:
        return Choose(t("account.guest"), (Option("1", t("account.sign_up"), "sign_up"), HELP))
    customer = await get_customer(ctx.scope, ctx.customer_id)
    options = [Option("1", t("account.name"), "name"), HELP]
    if customer.pin_hash is None:
        options.insert(1, Option("2", t("account.pin"), "pin"))
    number = Exact(national(customer.phone)) if customer.phone else ""
    who = t("account.shown", name=customer.full_name or t("account.nameless"), phone=number)
    return Choose(who, tuple(options))


@menu.answer
async def _(ctx: Context, wanted: str) -> Move:
    ways: dict[str, State] = {
        "sign_up": signup.name,
        "name": full_name,
        "pin": pin.choose,
        "help": help.topics,
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
