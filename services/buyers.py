"""Whose cart it is: a customer, or a guest with an order of their own."""

from dataclasses import dataclass

from models import Customer
from services.orders.views import EVERYTHING, OrderPart
from services.tenants import Scope


@dataclass(slots=True)
class Buyer:
    """Somebody with a cart.

    A customer's cart is their one active order, the same on every channel. A guest's is `order_id`, which is
    set when the first item begins an order; the door keeps it. `customer` is there where the door has read them.
    `wants` are the parts of an order that the
    caller will look at: what isn't wanted isn't read.
    """

    scope: Scope
    channel: str
    customer_id: int | None = None
    order_id: int | None = None
    wants: frozenset[OrderPart] = EVERYTHING
    customer: Customer | None = None
