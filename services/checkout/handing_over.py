"""Handing over a cart at a shop or by carrier, where no request may wait for the carriers: a worker asks them."""

from uuid import UUID

from core.db import Row, fetch, transaction
from core.errors import InvalidInput
from models import DeliveryQuote
from services.accounts.customers import get_customer
from services.buyers import Buyer
from services.carts import find_cart
from services.checkout.delivery import open_cart
from services.delivery.asking import gateway_of
from services.delivery.choosing import deliver_by_carrier, deliver_by_pickup
from services.delivery.locations import active_locations, location_near
from services.delivery.places import country_name
from services.delivery.quotes import HEAVIEST_G, quote_later
from services.orders.reading import fill_orders
from services.orders.views import OrderView
from services.tenants import Scope

# What a piece weighs isn't known; for most spare parts this is enough, and a carrier weighs what it fetches.
PIECE_G = 1000


async def ways_to_hand_over(scope: Scope) -> set[str]:
    """Which of `pickup` and `carrier` a platform has beside its flat methods."""
    rows = await fetch(
        "SELECT DISTINCT kind FROM shipping_method WHERE platform_id = $1 AND environment = $2 AND kind <> 'flat'",
        scope.platform_id,
        scope.environment,
    )
    kinds = {row["kind"] for row in rows} if await active_locations(scope) else set()
    try:
        gateway_of(scope.environment)
    except InvalidInput:
        return kinds - {"carrier"}
    return kinds


async def pick_up_at(buyer: Buyer, location_uid: UUID) -> OrderView:
    """The customer fetches the cart at a location, for nothing.

    Raises `NotFound`, `NoActiveOrder`, `OrderNotModifiable`.
    """
    async with transaction():
        row = await open_cart(buyer)
        await deliver_by_pickup(row["id"], buyer.scope, location_uid)
    return await _filled(buyer, row)


async def ask_carriers(buyer: Buyer, town: str, street: str) -> tuple[DeliveryQuote, UUID, str]:
    """Have the carriers asked for the cart, from the location near the town, in the caller's transaction.

    The question, that location's uid, and the address as it was asked for. Raises `InvalidInput`, `NotFound`,
    `TooManyTries`.
    """
    assert buyer.customer_id is not None
    order = await find_cart(buyer)
    pieces, value_minor = (order.pieces, order.goods_minor) if order else (1, 0)
    address = f"{street}, {town}, {country_name(buyer.scope.country)}"
    location = await location_near(buyer.scope, town)
    customer = await get_customer(buyer.scope, buyer.customer_id)
    weight_g = min(max(pieces, 1) * PIECE_G, HEAVIEST_G)
    asked = await quote_later(
        buyer.scope, customer, location.uid, address, weight_g, value_minor, tell_on=buyer.channel
    )
    return asked, location.uid, address


async def bring_by_carrier(buyer: Buyer, location_uid: UUID, address: str, rate_id: str) -> OrderView:
    """A carrier brings the cart at a quoted rate, whose price is frozen.

    Raises as `deliver_by_carrier`, and `NoActiveOrder`, `OrderNotModifiable`.
    """
    async with transaction():
        row = await open_cart(buyer)
        await deliver_by_carrier(
            row["id"], buyer.scope, buyer.customer_id or 0, location_uid, address, rate_id=rate_id
        )
    return await _filled(buyer, row)


async def _filled(buyer: Buyer, row: Row) -> OrderView:
    return (await fill_orders(buyer.scope, [row], buyer.wants))[0]
