"""Talking to a person of staff: what it is about, and then what is written is theirs to read and answer."""

from bot.prompts import Ask, Choose, choices
from bot.states import Context, Move, instead, state, stay
from bot.text import t
from services.support.threads import standing_of, tell_staff

ABOUT = ("order", "payment", "delivery", "other")
# Answers to a call come by SMS.
ANSWERED_ELSEWHERE = {"ussd"}


@state
async def about(ctx: Context) -> Choose | Move:
    if await standing_of(ctx.scope, ctx.world.conversation_id):
        return instead(talk)
    return Choose(t("person.about"), choices(*((what, t(f"person.{what}")) for what in ABOUT)))


@about.answer
async def _(ctx: Context, what: str) -> Move:
    return instead(talk, about=what)


@state
async def talk(ctx: Context) -> Ask:
    standing = await standing_of(ctx.scope, ctx.world.conversation_id)
    if standing and standing.answer:
        return Ask(t("person.answered", words=standing.answer))
    return Ask(t("person.talk"))


@talk.answer
async def _(ctx: Context, typed: str) -> Move:
    await tell_staff(
        ctx.scope,
        ctx.world.conversation_id,
        about=ctx.args.get("about", "other"),
        channel=ctx.world.channel,
        address=ctx.world.sender,
        text=typed,
    )
    elsewhere = ctx.world.channel in ANSWERED_ELSEWHERE
    return stay(t("person.sent_call" if elsewhere else "person.sent"), trouble=False)
