"""Whether a customer's account is open: whose isn't can neither sign in nor move money, at whichever door."""

from core.db import fetch_one, key_share
from core.errors import AccountLocked
from models import Customer

CLOSED = "This account is closed."


def check_open(customer: Customer) -> None:
    """Raises `AccountLocked` for an account that staff have locked or closed."""
    if customer.closed_at is not None:
        raise AccountLocked(CLOSED)
    if customer.locked_at is not None:
        raise AccountLocked


async def check_standing(customer_id: int | None) -> None:
    """That they may move money, and that they can't be locked or closed before the caller's transaction ends; nothing for
    a guest.

    To be asked before any row of an order, a payment or a card is locked. Raises `AccountLocked`.
    """
    if customer_id is None:
        return
    row = await fetch_one(
        f"SELECT locked_at, closed_at FROM customer WHERE id = $1{key_share()}", customer_id
    )
    if row is None or row["closed_at"] is not None:
        raise AccountLocked(CLOSED)
    if row["locked_at"] is not None:
        raise AccountLocked
