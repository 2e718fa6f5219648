"""The transaction PIN: four digits, locked after five wrong tries on all channels together."""

from core.clock import now
from core.db import execute, fetch
from core.errors import InvalidInput, NotSignedIn, PinLocked, PinMissing, PinWrong
from core.ids import new_token
from models import Customer
from services.accounts.customers import get_customer
from services.secrets import keyed_hash, verify_secret
from services.tenants import Scope

MAX_TRIES = 5
KEYED = "keyed$"


def checked_pin(pin: str) -> str:
    """Raises `InvalidInput` for anything but four ASCII digits."""
    if not (len(pin) == 4 and pin.isascii() and pin.isdigit()):
        raise InvalidInput("A PIN is four digits.", field="pin")
    return pin


def hash_pin(customer_id: int, pin: str) -> str:
    """How a PIN is kept: a hash keyed with the server's secret.

    Ten thousand PINs are tried in minutes however slow the hash; without the key none can be tried at all.
    And paying must not wait for a slow hash.
    """
    return KEYED + keyed_hash(f"pin:{customer_id}:{pin}")


async def set_first_pin(scope: Scope, customer_id: int, pin: str) -> None:
    """Give a PIN to a customer who has none. Raises `InvalidInput` where there is one: that needs the old one."""
    customer = await get_customer(scope, customer_id)
    hashed = hash_pin(customer.id, checked_pin(pin))
    given = await Customer.filter(id=customer.id, pin_hash__isnull=True).update(pin_hash=hashed)
    if not given:
        raise InvalidInput("You have a PIN already.", field="pin")


async def change_pin(scope: Scope, customer_id: int, old: str, new: str) -> Customer:
    """Raises as `check_pin` where `old` isn't it, `InvalidInput` for a `new` one."""
    checked_pin(new)
    await check_pin(scope, customer_id, old)
    return await set_pin(await get_customer(scope, customer_id), new)


async def set_pin(customer: Customer, new: str) -> Customer:
    """Give a customer, who has proven who they are, a new PIN; a locked one is open again. Raises `InvalidInput`.

    `customer` is as it was at the proof: of several changes by the same one the first is made, and the others raise
    `NotSignedIn`.
    """
    # Never twice the same, so that a proof for the old one ends also where the new PIN has the same digits.
    hashed = f"{hash_pin(customer.id, checked_pin(new))}${new_token()[:16]}"
    written = {"pin_hash": hashed, "pin_tries": 0, "updated_at": now()}
    unchanged = {"pin_hash": customer.pin_hash} if customer.pin_hash else {"pin_hash__isnull": True}
    if not await Customer.filter(id=customer.id, **unchanged).update(**written):
        raise NotSignedIn("The PIN was changed meanwhile.")
    return customer.update_from_dict(written)


async def check_pin(scope: Scope, customer_id: int, pin: str) -> None:
    """Raises `PinWrong`, `PinLocked` after five wrong ones in a row, `PinMissing`, `NotFound`.

    One statement judges and counts, so that tries at the same moment on many channels count one by one.
    """
    right = hash_pin(customer_id, pin[:16])
    judged = await fetch(
        f"UPDATE customer SET pin_tries = CASE WHEN SUBSTR(pin_hash, 1, {len(right)}) = $4 THEN 0 ELSE pin_tries + 1 END "
        "WHERE id = $1 AND platform_id = $2 AND environment = $3 AND pin_tries < $5 AND pin_hash IS NOT NULL "
        "RETURNING pin_hash, pin_tries",
        customer_id,
        scope.platform_id,
        scope.environment,
        right,
        MAX_TRIES,
    )
    if not judged:
        customer = await get_customer(scope, customer_id)
        raise PinMissing if customer.pin_hash is None else PinLocked
    kept, tries = judged[0]["pin_hash"], judged[0]["pin_tries"]
    if kept.startswith(right) or await _is_old(customer_id, kept, pin[:16]):
        return
    raise PinWrong if tries < MAX_TRIES else PinLocked


async def _is_old(customer_id: int, kept: str, pin: str) -> bool:
    """Whether it is right by the hash of an earlier release, which is then replaced."""
    if kept.startswith(KEYED) or not await verify_secret(kept, pin):
        return False
    await execute(
        "UPDATE customer SET pin_hash = $2, pin_tries = 0 WHERE id = $1",
        customer_id,
        hash_pin(customer_id, pin),
    )
    return True
