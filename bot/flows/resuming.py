"""Coming back after having left in the middle of something that matters: on with it, or from the start."""

from bot.prompts import Choose, choices
from bot.states import Context, Move, back, home, state
from bot.text import t

# What is gone on with within a day, by its flow, and what it is called. Whatever else somebody left, they begin anew.
MATTERS = {
    "checkout": "resuming.checkout",
    "paying": "resuming.paying",
    "wallet": "resuming.paying",
    "balance": "resuming.balance",
    "buying": "resuming.bill",
}


@state
async def offer(ctx: Context) -> Choose:
    where = t(ctx.args["where"])
    ways = choices(("on", t("resuming.go_on", where=where)), ("anew", t("resuming.anew")))
    return Choose(t("welcome_back"), ways)


@offer.answer
async def _(ctx: Context, wanted: str) -> Move:
    return back() if wanted == "on" else home()
