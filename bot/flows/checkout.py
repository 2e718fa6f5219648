"""Checking out: how it is handed over, and where."""

from uuid import UUID

from bot.flows import paying
from bot.flows.parts import choice_page, filled_cart
from bot.prompts import Ask, Choose, Page, Value, choices
from bot.states import Context, Move, back, go, state, stay
from bot.text import Text, price, t
from core.clock import now
from models import Customer
from services.accounts.customers import checked_text, complete_profile, get_customer
from services.checkout import (
    ShippingMethodView,
    ask_carriers,
    bring_by_carrier,
    choose_shipping,
    pick_up_at,
    set_addresses,
    ways_to_deliver,
    ways_to_hand_over,
)
from services.delivery.locations import active_locations
from services.delivery.quotes import quote_of_own

LONGEST_TOWN, LONGEST_STREET = 60, 120
PICKUP, CARRIER, AGAIN = "pickup", "carrier", "again"
# Between the methods of one choice, where sellers deliver by themselves.
TOGETHER = "+"
# What there may be beside the flat methods, in this order.
BESIDES = {PICKUP: "checkout.pick_up", CARRIER: "checkout.carrier"}


@state
async def delivery(ctx: Context) -> Page | Move:
    await filled_cart(ctx)
    rows = [_row_of(ways, ctx.scope.currency) for ways in await ways_to_deliver(ctx.buyer)]
    besides = await ways_to_hand_over(ctx.scope)
    rows.extend((kind, t(key)) for kind, key in BESIDES.items() if kind in besides)
    if not rows:
        return back(t("checkout.no_delivery"), trouble=True)
    return choice_page(ctx, t("checkout.delivery"), rows, ctx.world.rows)


@delivery.answer
async def _(ctx: Context, chosen: int | str) -> Move:
    if chosen == PICKUP:
        return go(locations)
    if chosen != CARRIER:
        await choose_shipping(ctx.buyer, [int(method) for method in str(chosen).split(TOGETHER)])
    by = {"by": CARRIER} if chosen == CARRIER else {}
    customer = await get_customer(ctx.scope, ctx.customer_id)
    return go(address if customer.city and customer.street else town, None, **by)


@state
async def locations(ctx: Context) -> Page:
    rows = [
        (str(each.uid), t("checkout.location", name=each.name, city=each.city))
        for each in await active_locations(ctx.scope)
    ]
    return choice_page(ctx, t("checkout.locations"), rows, ctx.world.long_rows)


@locations.answer
async def _(ctx: Context, uid: str) -> Move:
    await pick_up_at(ctx.buyer, UUID(uid))
    return go(paying.method)


@state
async def address(ctx: Context) -> Choose | Move:
    customer = await get_customer(ctx.scope, ctx.customer_id)
    where = t("checkout.address", street=customer.street or "", city=customer.city or "")
    return Choose(where, choices(("use", t("checkout.use_it")), ("another", t("checkout.another"))))


@address.answer
async def _(ctx: Context, wanted: str) -> Move:
    if wanted == "another":
        return go(town, **ctx.args)
    customer = await get_customer(ctx.scope, ctx.customer_id)
    return await _deliver_to(ctx, customer, customer.city or "", customer.street or "")


@state
async def town(ctx: Context) -> Ask:
    return Ask(t("checkout.town"))


@town.answer
async def _(ctx: Context, typed: str) -> Move:
    return go(street, **{**ctx.args, "town": checked_text(typed, "city", LONGEST_TOWN)})


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


@state
async def carriers(ctx: Context) -> Page | Choose | Move:
    asked, rates = await quote_of_own(ctx.scope, ctx.customer_id, ctx.args["quote"])
    if asked.state == "Stored":
        return Choose(t("checkout.asking"), choices((AGAIN, t("checkout.again"))))
    if asked.state == "Refused" or (not rates and asked.expires_at > now()):
        return back(t("checkout.no_carrier"), trouble=True)
    if not rates:
        return back(t("checkout.over"), trouble=True)
    rows = [
        (
            each.rate_id,
            t(
                "checkout.rate",
                name=each.carrier_name,
                price=price(each.price_minor, each.currency),
                time=each.delivery_time,
            ),
        )
        for each in rates
    ]
    return choice_page(ctx, t("checkout.carriers"), rows, ctx.world.long_rows)


@carriers.answer
async def _(ctx: Context, rate_id: str) -> Move:
    if rate_id == AGAIN:
        return stay()
    await bring_by_carrier(ctx.buyer, UUID(ctx.args["location"]), ctx.args["to"], rate_id)
    return go(paying.method)


def _row_of(ways: list[ShippingMethodView], currency: str) -> tuple[Value, Text]:
    """A choice of delivery methods, with what they cost together."""
    name = f" {TOGETHER} ".join(way.name for way in ways)
    cost = price(sum(way.price_minor for way in ways), currency)
    row = t("item.priced", name=name, price=cost)
    return ways[0].id if len(ways) == 1 else TOGETHER.join(str(way.id) for way in ways), row


async def _deliver_to(ctx: Context, customer: Customer, city: str, at: str) -> Move:
    if ctx.args.get("by") == CARRIER:
        asked, location, to = await ask_carriers(ctx.buyer, city, at)
        return go(carriers, quote=asked.id, location=str(location), to=to)
    where = {
        "full_name": customer.full_name,
        "phone": customer.phone,
        "city": city,
        "street": at,
        "country": ctx.scope.country,
    }
    await set_addresses(ctx.buyer, shipping=where)
    return go(paying.method)
