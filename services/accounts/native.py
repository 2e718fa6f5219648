"""Accounts by e-mail address and password, as Vendure's storefronts have them: whether there are any, and entering one."""

from core.errors import NotVerified, PasswordsClosed
from models import Customer
from services.accounts.login import login
from services.tenants import Scope

_open = True


def use_passwords(open_: bool) -> None:
    """Whether there are such accounts, from the settings."""
    global _open
    _open = open_


def check_passwords_open() -> None:
    """Raises `PasswordsClosed`."""
    if not _open:
        raise PasswordsClosed


async def login_proven(scope: Scope, identifier: str, password: str) -> Customer:
    """The customer whose password it is, where their number or their address has proven itself.

    Raises as `login`, and `NotVerified`: only to who knows the password.
    """
    customer = await login(scope, identifier, password)
    if customer.phone is None and customer.email_verified_at is None:
        raise NotVerified
    return customer
