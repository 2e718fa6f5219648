"""What the buyer of an order is known by, so that nobody uses a promotion more often than one may."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.db import fetch_one
from core.errors import InvalidInput
from core.phones import parse_phone
from services.tenants import Scope

if TYPE_CHECKING:  # as in reading.py
    from services.orders.views import OrderView


@dataclass(frozen=True, slots=True)
class Known:
    """Any of the three is enough to be recognised. Phone in E.164, e-mail in lower case."""

    customer_id: int | None
    email: str | None
    phone: str | None


async def known_of(scope: Scope, order: "OrderView") -> Known | None:
    """What the order's buyer is known by; None for a guest who left nothing. A customer takes a statement."""
    if order.customer_id is not None:
        row = await fetch_one("SELECT email, phone FROM customer WHERE id = $1", order.customer_id)
        return Known(order.customer_id, row["email"] if row else None, row["phone"] if row else None)
    email = (order.guest or {}).get("email")
    known = Known(None, str(email).strip().lower() if email else None, guest_phone(scope, order))
    return known if known.email or known.phone else None


def guest_phone(scope: Scope, order: "OrderView") -> str | None:
    """The number (E.164) that a guest left, with their name or with an address, where it is one."""
    for place in (order.guest, order.shipping_address, order.billing_address):
        if place and place.get("phone"):
            try:
                return parse_phone(str(place["phone"]), scope.country)
            except InvalidInput:
                continue
    return None
