"""Where an order goes and how."""

from typing import Any

import orjson

from core.clock import now
from core.db import Row, execute, fetch, transaction
from core.errors import (
    IneligibleShippingMethod,
    InvalidInput,
    NoActiveOrder,
    OrderNotModifiable,
)
from services.accounts.customers import checked_text
from services.buyers import Buyer
from services.carts import active_order_id, cart_of, lock_cart
from services.orders.reading import ORDER_COLUMNS, fill_orders
from services.orders.views import OrderView
from services.shipping import ShippingMethodView, eligible, is_choice, methods_of, served, without_way

# What an address holds, and how long each may be.
ADDRESS_FIELDS = {
    "full_name": 200,
    "company": 200,
    "street": 255,
    "street2": 255,
    "city": 120,
    "region": 120,
    "postal_code": 20,
    "country": 2,
    "phone": 20,
}
LARGEST_CUSTOM = 2000


async def set_addresses(
    buyer: Buyer, *, billing: dict[str, Any] | None = None, shipping: dict[str, Any] | None = None
) -> OrderView:
    """Write one or both addresses of the cart. Keys are those of `ADDRESS_FIELDS`, and `custom` (small JSON).

    Raises `InvalidInput`, `NoActiveOrder`, `OrderNotModifiable`.
    """
    written = {
        column: checked_address(address)
        for column, address in (("billing_address", billing), ("shipping_address", shipping))
        if address is not None
    }
    whose, value = cart_of(buyer)
    changes = "".join(f", {column} = ${n}" for n, column in enumerate(written, 5))
    # One statement, so that nothing else is asked of the database in the usual case.
    rows = await fetch(
        f"UPDATE customer_order AS o SET updated_at = $4{changes} WHERE o.platform_id = $1 AND o.environment = $2 "
        f"AND {whose} AND o.active AND o.state IN ('AddingItems', 'ArrangingPayment') "
        f"RETURNING {ORDER_COLUMNS.replace('o.', '')}",
        buyer.scope.platform_id,
        buyer.scope.environment,
        value,
        now(),
        *(orjson.dumps(address).decode() for address in written.values()),
    )
    if not rows:
        raise NoActiveOrder if await active_order_id(buyer) is None else OrderNotModifiable
    return (await fill_orders(buyer.scope, rows, buyer.wants))[0]


async def shipping_methods(buyer: Buyer) -> list[ShippingMethodView]:
    """The delivery methods of the market, and of the sellers whose goods are in the cart; none without a cart."""
    sellers = await _sellers_in_cart(buyer)
    return [] if sellers is None else eligible(await methods_of(buyer.scope), sellers)


async def ways_to_deliver(buyer: Buyer) -> list[list[ShippingMethodView]]:
    """The choices of methods that bring the whole cart, for a door where one answer chooses: one of the market's, or
    each seller's own, the cheapest where there are several sellers, beside the market's first for who has none.
    """
    offered = await methods_of(buyer.scope)
    sellers = served(offered, await _sellers_in_cart(buyer) or [])
    known = eligible(offered, sellers) if sellers else []
    markets = [[method] for method in known if method.seller_id is None]
    owns = [[method for method in known if method.seller_id == seller] for seller in sellers]
    if len(owns) == 1:
        return markets + [[method] for method in owns[0]]
    cheapest = [min(own, key=lambda method: method.price_minor) for own in owns if own]
    together = cheapest + (markets[0] if markets and not all(owns) else [])
    return markets + ([together] if cheapest and is_choice(together, sellers) else [])


async def choose_shipping(buyer: Buyer, method_ids: list[int]) -> OrderView:
    """Deliver by these methods together, each at its own price, in place of any chosen before.

    Raises `IneligibleShippingMethod` where one is neither the market's nor of a seller in the cart, where a seller's
    goods are brought by none of them or by two, `NoActiveOrder`, `OrderNotModifiable`.
    """
    known = {method.id: method for method in await methods_of(buyer.scope)}
    chosen = list(dict.fromkeys(method_ids))
    if not chosen or any(method_id not in known for method_id in chosen):
        raise IneligibleShippingMethod(field="shippingMethodId")
    ways = [known[method_id] for method_id in chosen]
    async with transaction():
        row = await open_cart(buyer)
        if any(way.seller_id is not None for way in ways):
            await _check_choice(ways, list(known.values()), row["id"])
        await execute("DELETE FROM shipping_line WHERE order_id = $1", row["id"])
        for way in ways:
            await execute(
                "INSERT INTO shipping_line (order_id, method_id, price_minor) VALUES ($1, $2, $3)",
                row["id"],
                way.id,
                way.price_minor,
            )
    return (await fill_orders(buyer.scope, [row], buyer.wants))[0]


async def _check_choice(
    ways: list[ShippingMethodView], offered: list[ShippingMethodView], order_id: int
) -> None:
    rows = await fetch(
        "SELECT l.seller_id, s.name FROM order_line l JOIN seller s ON s.id = l.seller_id WHERE l.order_id = $1 "
        "ORDER BY l.id",
        order_id,
    )
    names = {row["seller_id"]: row["name"] for row in rows}
    sellers = served(offered, names)
    if is_choice(ways, sellers):
        return
    if strangers := [way.name for way in ways if way.seller_id not in {None, *names}]:
        why = f"{strangers[0]} is of a seller of whom nothing is in the cart."
    elif missing := without_way(ways, sellers):
        why = f"Choose a delivery method for {names[missing[0]]}, too."
    else:
        why = "Choose one delivery method for each seller."
    raise IneligibleShippingMethod(why, field="shippingMethodId")


async def _sellers_in_cart(buyer: Buyer) -> list[int] | None:
    """The sellers whose goods are in the cart, in the order in which it was filled; None without a cart."""
    whose, value = cart_of(buyer)
    if value is None:
        return None
    rows = await fetch(
        "SELECT l.seller_id FROM customer_order o LEFT JOIN order_line l ON l.order_id = o.id "
        f"WHERE o.platform_id = $1 AND o.environment = $2 AND {whose} AND o.active ORDER BY l.id",
        buyer.scope.platform_id,
        buyer.scope.environment,
        value,
    )
    found = dict.fromkeys(row["seller_id"] for row in rows)
    return [seller for seller in found if seller is not None] if rows else None


async def open_cart(buyer: Buyer) -> Row:
    """The row of the buyer's cart, locked until the transaction ends. Raises `NoActiveOrder`, `OrderNotModifiable`."""
    row = await lock_cart(buyer)
    if row is None:
        raise NoActiveOrder
    if row["state"] != "AddingItems":
        raise OrderNotModifiable
    return row


def checked_address(address: dict[str, Any]) -> dict[str, Any]:
    """An address as it is kept: known fields, without control characters. Raises `InvalidInput`."""
    clean: dict[str, Any] = {
        field: checked_text(str(address[field]), field, longest)
        for field, longest in ADDRESS_FIELDS.items()
        if address.get(field)
    }
    if not clean.get("street"):
        raise InvalidInput("An address needs a street.", field="streetLine1")
    custom = address.get("custom")
    if custom:
        clean["custom"] = checked_custom(custom)
    return clean


def checked_custom(custom: Any) -> Any:
    """What an app keeps with an address, any JSON that is small. Raises `InvalidInput`."""
    if len(orjson.dumps(custom)) > LARGEST_CUSTOM:
        raise InvalidInput("The custom fields are too large.", field="customFields")
    return custom
