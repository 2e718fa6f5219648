"""Help: how to get about, from everywhere."""

from bot.prompts import Option, Page
from bot.states import Context, state
from bot.text import t

TOPICS = ("help.numbers", "help.back", "help.question", "help.words", "help.resume", "help.pin")


@state
async def topics(ctx: Context) -> Page:
    here = TOPICS[ctx.skip : ctx.skip + ctx.world.long_rows]
    lines = tuple(Option("", t(topic), topic) for topic in here)
    return Page(t("help.topics"), lines, more=len(TOPICS) > ctx.skip + len(here))
