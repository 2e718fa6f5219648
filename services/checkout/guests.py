"""Who buys without an account, and what an app keeps with a cart."""

from dataclasses import dataclass
from typing import Any

import orjson

from core.clock import now
from core.db import execute, transaction
from core.errors import AlreadyRegistered, AlreadySignedIn, GuestsNotAllowed, InvalidInput, NoActiveOrder
from core.phones import parse_phone
from services.accounts.customers import checked_text, customer_by_email
from services.accounts.emails import checked_email
from services.buyers import Buyer
from services.carts import lock_cart
from services.checkout.delivery import LARGEST_CUSTOM, open_cart
from services.orders.reading import fill_orders
from services.orders.views import OrderView

TAKEN = "There is an account with that e-mail address. Please sign in."
LONGEST_NAME, LONGEST_TITLE = 99, 20


@dataclass(frozen=True, slots=True)
class Guest:
    """Who a guest says to be. The address is not proven, nor is the number."""

    first_name: str
    last_name: str
    email: str
    phone: str | None = None
    title: str | None = None
    custom: Any = None


def check_guest(buyer: Buyer) -> None:
    """Raises `GuestsNotAllowed` for a guest where the platform sells to customers with an account only."""
    if buyer.customer_id is None and not buyer.scope.guest_checkout:
        raise GuestsNotAllowed


async def set_guest(buyer: Buyer, guest: Guest) -> OrderView:
    """Write who buys the cart without an account, in place of who was said before.

    Raises `AlreadySignedIn`, `NoActiveOrder`, `GuestsNotAllowed`, `AlreadyRegistered` where the address is an account's,
    `InvalidInput`, `OrderNotModifiable`.
    """
    if buyer.customer_id is not None:
        raise AlreadySignedIn
    async with transaction():
        if await lock_cart(buyer) is None:
            raise NoActiveOrder
        check_guest(buyer)
        who = _checked(buyer, guest)
        if await customer_by_email(buyer.scope, who["email"]) is not None:
            raise AlreadyRegistered(TAKEN, field="emailAddress")
        return await _write(buyer, "guest", who)


async def set_custom(buyer: Buyer, custom: Any) -> OrderView:
    """Keep small JSON with the cart, in place of what was kept before. Raises `InvalidInput`, `NoActiveOrder`, `OrderNotModifiable`."""
    async with transaction():
        return await _write(buyer, "custom", _checked_custom(custom))


async def clear_address(buyer: Buyer, which: str) -> OrderView:
    """Take an address (`billing_address` or `shipping_address`) out of the cart. Raises `NoActiveOrder`, `OrderNotModifiable`."""
    async with transaction():
        return await _write(buyer, which, None)


async def _write(buyer: Buyer, column: str, value: Any) -> OrderView:
    row, at = await open_cart(buyer), now()
    text = None if value is None else orjson.dumps(value).decode()
    await execute(
        f"UPDATE customer_order SET {column} = $2, updated_at = $3 WHERE id = $1", row["id"], text, at
    )
    return (await fill_orders(buyer.scope, [{**row, column: text, "updated_at": at}], buyer.wants))[0]


def _checked(buyer: Buyer, guest: Guest) -> dict[str, Any]:
    first = checked_text(guest.first_name, "firstName", LONGEST_NAME)
    last = checked_text(guest.last_name, "lastName", LONGEST_NAME)
    who: dict[str, Any] = {
        "full_name": f"{first} {last}",
        "first_name": first,
        "last_name": last,
        "email": checked_email(guest.email),
    }
    if guest.phone and guest.phone.strip():
        who["phone"] = parse_phone(guest.phone, buyer.scope.country, "phoneNumber")
    if guest.title and guest.title.strip():
        who["title"] = checked_text(guest.title, "title", LONGEST_TITLE)
    if guest.custom:
        who["custom"] = _checked_custom(guest.custom)
    return who


def _checked_custom(custom: Any) -> Any:
    if custom is None:
        return None
    if not isinstance(custom, dict) or len(orjson.dumps(custom)) > LARGEST_CUSTOM:
        raise InvalidInput("Custom fields are a small JSON object.", field="customFields")
    return custom
