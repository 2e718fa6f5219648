"""Checking out: how it is delivered, and where to."""

from bot.flows import paying
from bot.flows.parts import choice_page, filled_cart
from bot.prompts import Ask, Choose, Page, choices
from bot.states import Context, Move, back, go, state
from bot.text import price, t
from models import Customer
from services.accounts.customers import checked_text, complete_profile, get_customer
from services.checkout import choose_shipping, set_addresses, shipping_methods

LONGEST_TOWN, LONGEST_STREET = 60, 120


@state
async def delivery(ctx: Context) -> Page | Move:
    await filled_cart(ctx)
    methods = await shipping_methods(ctx.buyer)
    if not methods:
        return back(t("checkout.no_delivery"), trouble=True)
    rows = [
        (m.id, t("item.priced", name=m.name, price=price(m.price_minor, ctx.scope.currency))) for m in methods
    ]
    return choice_page(ctx, t("checkout.delivery"), rows, ctx.world.long_rows)


@delivery.answer
async def _(ctx: Context, method_id: int) -> Move:
    await choose_shipping(ctx.buyer, [method_id])
    customer = await get_customer(ctx.scope, ctx.customer_id)
    return go(address) if customer.city and customer.street else go(town)


@state
async def address(ctx: Context) -> Choose | Move:
    customer = await get_customer(ctx.scope, ctx.customer_id)
    where = t("checkout.address", street=customer.street or "", city=customer.city or "")
    return Choose(where, choices(("use", t("checkout.use_it")), ("another", t("checkout.another"))))


@address.answer
async def _(ctx: Context, wanted: str) -> Move:
    if wanted == "another":
        return go(town)
    customer = await get_customer(ctx.scope, ctx.customer_id)
    return await _deliver_to(ctx, customer, customer.city or "", customer.street or "")


@state
async def town(ctx: Context) -> Ask:
    return Ask(t("checkout.town"))


@town.answer
async def _(ctx: Context, typed: str) -> Move:
    return go(street, town=checked_text(typed, "city", LONGEST_TOWN))


@state
async def street(ctx: Context) -> Ask:
    return Ask(t("checkout.street", town=ctx.args["town"]))


@street.answer
async def _(ctx: Context, typed: str) -> Move:
    customer = await get_customer(ctx.scope, ctx.customer_id)
    at = checked_text(typed, "street", LONGEST_STREET)
    move = await _deliver_to(ctx, customer, ctx.args["town"], at)
    if customer.full_name and not customer.street:
        await complete_profile(
            ctx.scope, customer.id, full_name=customer.full_name, city=ctx.args["town"], street=at
        )
    return move


async def _deliver_to(ctx: Context, customer: Customer, city: str, at: str) -> Move:
    where = {
        "full_name": customer.full_name,
        "phone": customer.phone,
        "city": city,
        "street": at,
        "country": ctx.scope.country,
    }
    await set_addresses(ctx.buyer, shipping=where)
    return go(paying.method)
