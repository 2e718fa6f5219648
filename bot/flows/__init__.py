"""What can be talked about, one subject a file. Importing this registers every state."""

from bot.flows import (
    account,
    balance,
    card,
    cart,
    checkout,
    help,
    home,
    orders,
    paying,
    pin,
    product,
    resuming,
    search,
    signup,
    wallet,
)

__all__ = [
    "account",
    "balance",
    "card",
    "cart",
    "checkout",
    "help",
    "home",
    "orders",
    "paying",
    "pin",
    "product",
    "resuming",
    "search",
    "signup",
    "wallet",
]
