"""My channels: where I am known, leaving one, and joining another by a code shown on one and typed on the other."""

from bot.flows.parts import choice_page
from bot.prompts import Ask, Choose, Option, Page, choices
from bot.states import Context, Move, back, go, home, state
from bot.text import Exact, Text, t
from core.errors import NotFound
from core.phones import national
from services.accounts.linking import (
    LinkedChannel,
    channels_of,
    start_link,
    unlink_channel,
    use_link,
)
from services.accounts.trust import PHONE_CHANNELS
from services.codes import named_code


@state
async def listed(ctx: Context) -> Page:
    rows = [(each.id, _named(each)) for each in await channels_of(ctx.scope, ctx.customer_id)]
    return choice_page(ctx, t("links.listed"), rows, ctx.world.rows)


@listed.answer
async def _(ctx: Context, identity_id: int) -> Move:
    return go(one, identity=identity_id)


@state
async def one(ctx: Context) -> Choose:
    found = await channels_of(ctx.scope, ctx.customer_id)
    here = next((each for each in found if each.id == ctx.args["identity"]), None)
    if here is None:
        raise NotFound
    return Choose(_named(here), (Option("1", t("links.unlink"), "unlink"),))


@one.answer
async def _(ctx: Context, wanted: str) -> Move:
    if ctx.args["identity"] == ctx.world.identity_id:
        await ctx.world.sign_out()
        return home(t("account.signed_out"))
    await unlink_channel(ctx.scope, ctx.customer_id, ctx.args["identity"])
    return back(t("links.unlinked"))


@state
async def menu(ctx: Context) -> Choose:
    ways = (("show", t("links.show")), ("type", t("links.type")))
    return Choose(t("links.menu"), choices(*ways))


@menu.answer
async def _(ctx: Context, wanted: str) -> Move:
    if wanted == "type":
        return go(code)
    return go(shown, challenge=await start_link(ctx.scope, ctx.customer_id))


@state
async def shown(ctx: Context) -> Choose:
    return Choose(t("links.shown", code=Exact(named_code(ctx.args["challenge"]))))


@state
async def code(ctx: Context) -> Ask | Move:
    if ctx.world.customer_id is not None:
        return back(t("links.has_account"), trouble=True)
    return Ask(t("links.code"), secret=True)


@code.answer
async def _(ctx: Context, typed: str) -> Move:
    customer_id = await use_link(ctx.scope, typed, f"{ctx.world.channel}:{ctx.world.identity_id}")
    await ctx.world.sign_in(customer_id)
    return home(t("links.linked"))


def _named(each: LinkedChannel) -> Text:
    number = Exact(national(each.address)) if each.channel in PHONE_CHANNELS else ""
    return t(f"links.{each.channel}", number=number)
