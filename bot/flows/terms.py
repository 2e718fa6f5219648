"""On which terms something is bought: all at once, or with one of its purchase options."""

from bot.flows.parts import choice_page
from bot.prompts import Page
from bot.states import Context
from bot.text import t
from services.purchase_options.offers import options_by_variant
from services.purchase_options.views import OptionView

IN_FULL = 0


async def options_of(ctx: Context, variant_id: int) -> list[OptionView]:
    """The options that a variant may be bought with now."""
    return (await options_by_variant(ctx.scope, [variant_id])).get(variant_id, [])


async def terms_page(ctx: Context, variant_id: int) -> Page:
    """The terms to choose from; all at once is one of them, unless an option is required."""
    options = await options_of(ctx, variant_id)
    rows = [(each.id, t("item", name=each.description)) for each in options]
    if not any(each.required for each in options):
        rows.insert(0, (IN_FULL, t("product.in_full")))
    descriptor = options[0].descriptor if options else ""
    return choice_page(ctx, t("product.option", descriptor=descriptor), rows, ctx.world.long_rows)


def chosen_option(chosen: int) -> int | None:
    """The option that was chosen on such a page; None for all at once."""
    return None if chosen == IN_FULL else chosen
