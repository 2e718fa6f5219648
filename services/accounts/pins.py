"""The transaction PIN: four digits, locked after five wrong tries on all channels together."""

import asyncio
import hmac
from uuid import UUID

from core.clock import now
from core.db import Row, execute, fetch, fetch_one
from core.errors import InvalidInput, PinLocked, PinMissing, PinWrong
from models import Customer
from services.accounts.customers import get_customer
from services.secrets import keyed_hash, verify_secret
from services.tenants import Scope
from services.values import as_uid

MAX_TRIES = 5
KEYED = "keyed$"


def checked_pin(pin: str) -> str:
    """Raises `InvalidInput` for anything but four ASCII digits."""
    if not (len(pin) == 4 and pin.isascii() and pin.isdigit()):
        raise InvalidInput("A PIN is four digits.", field="pin")
    return pin


def hash_pin(customer_uid: UUID, pin: str) -> str:
    """How a PIN is kept: a hash keyed with the server's secret.

    Ten thousand PINs are tried in minutes however slow the hash; without the key none can be tried at all.
    And paying must not wait for a slow hash.
    """
    return KEYED + keyed_hash(f"pin:{customer_uid}:{pin}")


async def set_first_pin(scope: Scope, customer_id: int, pin: str) -> None:
    """Give a PIN to a customer who has none. Raises `InvalidInput` where there is one: that needs the old one."""
    customer = await get_customer(scope, customer_id)
    hashed = hash_pin(customer.uid, checked_pin(pin))
    given = await Customer.filter(id=customer.id, pin_hash__isnull=True).update(pin_hash=hashed)
    if not given:
        raise InvalidInput("You have a PIN already.", field="pin")


async def change_pin(scope: Scope, customer_id: int, old: str, new: str) -> Customer:
    """Raises as `check_pin` where `old` isn't it, `InvalidInput` for a `new` one."""
    checked_pin(new)
    await check_pin(scope, customer_id, old)
    return await set_pin(scope, customer_id, new)


async def set_pin(scope: Scope, customer_id: int, new: str) -> Customer:
    """Give a customer, who has proven who they are, a new PIN; a locked one is open again. Raises `InvalidInput`."""
    customer = await get_customer(scope, customer_id)
    written = {"pin_hash": hash_pin(customer.uid, checked_pin(new)), "pin_tries": 0, "updated_at": now()}
    await Customer.filter(id=customer.id).update(**written)
    return customer.update_from_dict(written)


async def check_pin(scope: Scope, customer_id: int, pin: str) -> None:
    """Raises `PinWrong`, `PinLocked` after five wrong ones in a row, `PinMissing`, `NotFound`.

    A try is counted before it is judged, so that tries at the same moment on many channels count one by one.
    """
    counted = await _count_try(scope, customer_id)
    if not await _fits(customer_id, counted, pin[:16]):
        raise PinWrong if counted["pin_tries"] < MAX_TRIES else PinLocked
    await execute("UPDATE customer SET pin_tries = 0 WHERE id = $1", customer_id)


async def _count_try(scope: Scope, customer_id: int) -> Row:
    """Count a try, or find the PIN locked.

    Right PINs that are being judged at this moment count too, until they are found right: so look again shortly.
    """
    mine = (customer_id, scope.platform_id, scope.environment)
    where = "id = $1 AND platform_id = $2 AND environment = $3"
    for wait_s in (0.1, 0.2, 0.3, 0.0):
        counted = await fetch(
            f"UPDATE customer SET pin_tries = pin_tries + 1 WHERE {where} AND pin_tries < $4 "
            "AND pin_hash IS NOT NULL RETURNING uid, pin_hash, pin_tries",
            *mine,
            MAX_TRIES,
        )
        if counted:
            return counted[0]
        await asyncio.sleep(wait_s)
        if await fetch_one(f"SELECT id FROM customer WHERE {where} AND pin_hash IS NULL", *mine):
            raise PinMissing
    await get_customer(scope, customer_id)
    raise PinLocked


async def _fits(customer_id: int, kept: Row, pin: str) -> bool:
    uid, hashed = as_uid(kept["uid"]), kept["pin_hash"]
    if hashed.startswith(KEYED):
        return hmac.compare_digest(hashed, hash_pin(uid, pin))
    # Kept by an earlier release, as passwords are.
    if not await verify_secret(hashed, pin):
        return False
    await execute("UPDATE customer SET pin_hash = $2 WHERE id = $1", customer_id, hash_pin(uid, pin))
    return True
