"""Links by which a balance is paid from a message: they name an order, and can't be guessed."""

from core.db import Row, fetch_one
from core.errors import NotFound
from services.secrets import is_keyed, keyed_hash

LENGTH = 10
_address = ""


def use_address(base_url: str) -> None:
    """Where the world reaches this market, from the settings."""
    global _address
    _address = base_url


def pay_link(order: Row) -> str:
    """The page where an order's balance is paid; `order` has its `code` and `uid`."""
    return link_to(f"/pay/{order['code']}-{keyed_hash(_subject(order))[:LENGTH]}")


def link_to(path: str) -> str:
    """A page of this market as the world reaches it."""
    return f"{_address}{path}"


async def order_of_link(name: str) -> Row:
    """The order that the end of a link names: id, platform_id, environment. Raises `NotFound` for a guessed one."""
    code, _, mark = name.rpartition("-")
    row = await fetch_one(
        "SELECT id, uid, code, platform_id, environment FROM customer_order WHERE code = $1", code[:20]
    )
    if row is None or not is_keyed(_subject(row), mark, LENGTH):
        raise NotFound("There is no such order.")
    return row


def _subject(order: Row) -> str:
    return f"pay:{order['uid']}"
