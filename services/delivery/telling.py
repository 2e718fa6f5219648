"""Telling carriers' prices to who was promised them."""

from collections.abc import Sequence

from core.money import format_money
from models import DeliveryQuote
from providers.delivery import Rate
from services.accounts.contact import tell
from services.accounts.customers import get_customer
from services.tenants import scope_by_id

# So many fit into a message; all of them are on the screen.
MOST = 3
LONGEST_NAME = 30


async def tell_prices(quote: DeliveryQuote, rates: Sequence[Rate]) -> None:
    """The cheapest of them, or that there are none; in the caller's transaction, and nothing where none was promised."""
    if not quote.tell_on:
        return
    scope = await scope_by_id(quote.platform_id, quote.environment)  # type: ignore[arg-type]
    cheapest = sorted(rates, key=lambda rate: rate.amount_minor)[:MOST]
    prices = ", ".join(
        f"{each.carrier_name[:LONGEST_NAME]} {format_money(each.amount_minor, each.currency)}"
        for each in cheapest
    )
    await tell(
        scope,
        await get_customer(scope, quote.customer_id),
        "delivery_prices" if prices else "delivery_none",
        {"prices": prices},
        dedupe_key=f"delivery-prices:{quote.id}",
        like=quote.tell_on,
    )
