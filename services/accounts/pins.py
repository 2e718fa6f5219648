"""The transaction PIN: four digits, locked after five wrong tries on all channels together."""

import asyncio

from tortoise.expressions import F

from core.errors import InvalidInput, PinLocked, PinMissing, PinWrong
from models import Customer
from services.accounts.customers import get_customer
from services.secrets import hash_secret, verify_secret
from services.tenants import Scope

MAX_TRIES = 5


def checked_pin(pin: str) -> str:
    """Raises `InvalidInput` for anything but four ASCII digits."""
    if not (len(pin) == 4 and pin.isascii() and pin.isdigit()):
        raise InvalidInput("A PIN is four digits.", field="pin")
    return pin


async def set_first_pin(scope: Scope, customer_id: int, pin: str) -> None:
    """Give a PIN to a customer who has none. Raises `InvalidInput` where there is one: that needs the old one."""
    hashed = await hash_secret(checked_pin(pin))
    customer = await get_customer(scope, customer_id)
    given = await Customer.filter(id=customer.id, pin_hash__isnull=True).update(pin_hash=hashed)
    if not given:
        raise InvalidInput("You have a PIN already.", field="pin")


async def check_pin(scope: Scope, customer_id: int, pin: str) -> None:
    """Raises `PinWrong`, `PinLocked` after five wrong ones in a row, `PinMissing`.

    A try is counted before it is judged, so that tries at the same moment on many channels count one by one.
    """
    customer = await get_customer(scope, customer_id)
    if customer.pin_hash is None:
        raise PinMissing
    await _count_try(customer)
    if not await verify_secret(customer.pin_hash, pin[:16]):
        left = MAX_TRIES - 1 - customer.pin_tries
        raise PinWrong if left > 0 else PinLocked
    await Customer.filter(id=customer.id).update(pin_tries=0)


async def _count_try(customer: Customer) -> None:
    """Count a try, or find the PIN locked.

    Right PINs that are being judged at this moment count too, until they are found right: so look again shortly.
    """
    for wait_s in (0.1, 0.2, 0.3, 0.0):
        counted = await Customer.filter(id=customer.id, pin_tries__lt=MAX_TRIES).update(
            pin_tries=F("pin_tries") + 1
        )
        if counted:
            return
        await asyncio.sleep(wait_s)
    raise PinLocked
