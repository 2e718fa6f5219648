"""A number that may be somebody else's by now proves itself: by the PIN, or by a code to what its customer has proven."""

from bot.flows import pin as pins
from bot.prompts import Ask
from bot.states import Context, Move, resume, state, stay
from bot.text import t
from services.accounts.customers import get_customer
from services.accounts.pins import check_pin

FORGOT = "1"


@state
async def pin(ctx: Context) -> Ask:
    customer = await get_customer(ctx.scope, ctx.customer_id)
    return Ask(t("proving.pin" if customer.pin_hash else "proving.no_pin"), secret=True)


@pin.answer
async def _(ctx: Context, typed: str) -> Move:
    if typed == FORGOT:
        return await pins.forgotten(ctx, ctx.customer_id)
    customer = await get_customer(ctx.scope, ctx.customer_id)
    if customer.pin_hash is None:
        return stay()
    await check_pin(ctx.scope, customer.id, typed)
    return resume(t("proving.done"))
