"""Help: how to get about, from everywhere."""

from bot.flows.parts import reading_page
from bot.prompts import Page
from bot.states import Context, state
from bot.text import t

TOPICS = ("help.numbers", "help.back", "help.question", "help.words", "help.resume", "help.pin")


@state
async def topics(ctx: Context) -> Page:
    return reading_page(ctx, t("help.topics"), [t(topic) for topic in TOPICS], ctx.world.long_rows)
