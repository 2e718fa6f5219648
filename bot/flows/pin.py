"""Giving oneself a PIN, typed twice."""

from bot.prompts import Ask
from bot.states import Context, Move, back, go, resume, state
from bot.text import t
from services.accounts.pins import checked_pin, set_first_pin
from services.secrets import keyed_digits


@state
async def choose(ctx: Context) -> Ask:
    return Ask(t("pin.choose"), secret=True)


@choose.answer
async def _(ctx: Context, typed: str) -> Move:
    return go(again, first=_sealed(ctx, checked_pin(typed)))


@state
async def again(ctx: Context) -> Ask:
    return Ask(t("pin.again"), secret=True)


@again.answer
async def _(ctx: Context, typed: str) -> Move:
    if _sealed(ctx, typed) != ctx.args["first"]:
        return back(t("pin.different"), trouble=True)
    await set_first_pin(ctx.scope, ctx.customer_id, typed)
    return resume(t("pin.set"))


def _sealed(ctx: Context, typed: str) -> str:
    """What stands for the first PIN in the session: without the signing key nobody reads four digits out of it."""
    return keyed_digits(f"first pin:{ctx.customer_id}:{typed}", 24)
