"""Changing a cart also while a payment page waits: REST has no other way back from there."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from core.errors import OrderNotModifiable
from services.buyers import Buyer
from services.checkout.reopening import reopen_cart

Changed = TypeVar("Changed")


async def with_open_cart(buyer: Buyer, change: Callable[[], Awaitable[Changed]]) -> Changed:
    """What `change` gives, once more after the cart was reopened where it was being paid for.

    Raises as `change` and `reopen_cart`.
    """
    try:
        return await change()
    except OrderNotModifiable:
        await reopen_cart(buyer)
        return await change()
