"""Where an order goes and how."""

from dataclasses import dataclass
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
from services.carts import find_cart, lock_cart
from services.orders.views import OrderView

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


@dataclass(frozen=True, slots=True)
class ShippingMethodView:
    """`price_minor` contains tax."""

    id: int
    code: str
    name: str
    description: str
    price_minor: int


async def set_addresses(
    buyer: Buyer, *, billing: dict[str, Any] | None = None, shipping: dict[str, Any] | None = None
) -> OrderView:
    """Write one or both addresses of the cart. Keys are those of `ADDRESS_FIELDS`, and `custom` (small JSON).

    Raises `InvalidInput`, `NoActiveOrder`, `OrderNotModifiable`.
    """
    written = {
        column: orjson.dumps(_checked_address(address)).decode()
        for column, address in (("billing_address", billing), ("shipping_address", shipping))
        if address is not None
    }
    async with transaction():
        row = await _open_cart(buyer, "AddingItems", "ArrangingPayment")
        for column, address in written.items():
            await execute(
                f"UPDATE customer_order SET {column} = $2, updated_at = $3 WHERE id = $1",
                row["id"],
                address,
                now(),
            )
    return await _cart(buyer)


async def shipping_methods(buyer: Buyer) -> list[ShippingMethodView]:
    """The platform's delivery methods; none without a cart."""
    if await find_cart(buyer) is None:
        return []
    return [ShippingMethodView(**row) for row in await _methods(buyer)]


async def choose_shipping(buyer: Buyer, method_ids: list[int]) -> OrderView:
    """Deliver by these methods together, each at its own price, in place of any chosen before.

    Raises `IneligibleShippingMethod` where one isn't the platform's, `NoActiveOrder`, `OrderNotModifiable`.
    """
    known = {row["id"]: row for row in await _methods(buyer)}
    if not method_ids or any(method_id not in known for method_id in method_ids):
        raise IneligibleShippingMethod(field="shippingMethodId")
    async with transaction():
        row = await _open_cart(buyer, "AddingItems")
        await execute("DELETE FROM shipping_line WHERE order_id = $1", row["id"])
        for method_id in dict.fromkeys(method_ids):
            await fetch(
                "INSERT INTO shipping_line (order_id, method_id, price_minor) VALUES ($1, $2, $3) RETURNING id",
                row["id"],
                method_id,
                known[method_id]["price_minor"],
            )
    return await _cart(buyer)


async def _open_cart(buyer: Buyer, *states: str) -> Row:
    row = await lock_cart(buyer)
    if row is None:
        raise NoActiveOrder
    if row["state"] not in states:
        raise OrderNotModifiable
    return row


async def _cart(buyer: Buyer) -> OrderView:
    order = await find_cart(buyer)
    if order is None:
        raise NoActiveOrder
    return order


async def _methods(buyer: Buyer) -> list[Row]:
    return await fetch(
        "SELECT id, code, name, description, price_minor FROM shipping_method "
        "WHERE platform_id = $1 AND environment = $2 ORDER BY position, id",
        buyer.scope.platform_id,
        buyer.scope.environment,
    )


def _checked_address(address: dict[str, Any]) -> dict[str, Any]:
    clean: dict[str, Any] = {
        field: checked_text(str(address[field]), field, longest)
        for field, longest in ADDRESS_FIELDS.items()
        if address.get(field)
    }
    if not clean.get("street"):
        raise InvalidInput("An address needs a street.", field="streetLine1")
    custom = address.get("custom")
    if custom:
        if len(orjson.dumps(custom)) > LARGEST_CUSTOM:
            raise InvalidInput("The custom fields are too large.", field="customFields")
        clean["custom"] = custom
    return clean
