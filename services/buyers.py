"""Whose cart it is: a customer, or a guest with an order of their own."""

from dataclasses import dataclass

from services.tenants import Scope


@dataclass(slots=True)
class Buyer:
    """Somebody with a cart.

    A customer's cart is their one active order, the same on every channel. A guest's is `order_id`, which is
    set when the first item begins an order; the door keeps it.
    """

    scope: Scope
    channel: str
    customer_id: int | None = None
    order_id: int | None = None
