"""The transaction PIN: four digits, locked after five wrong tries on all channels together."""

from core.clock import now, timestamp
from core.db import execute, fetch, placeholders, transaction
from core.errors import InvalidInput, NotSignedIn, PinLocked, PinMissing, PinWrong
from core.ids import new_token
from models import Customer
from services.accounts.contact import warn
from services.accounts.customers import get_customer
from services.accounts.standing import check_open
from services.accounts.trust import believe_speaker, check_proven
from services.secrets import is_keyed, key_name, keyed_hash, keyed_hashes, verify_secret
from services.tenants import Scope

MAX_TRIES = 5
PROOF_LASTS_S = 15 * 60
KEYED = "keyed$"
SEAL = 32  # hexadecimal digits


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
    return f"{KEYED}{keyed_hash(_subject(customer_id, pin))}${key_name()}"


def hashes_of_pin(customer_id: int, pin: str) -> list[str]:
    """How the hash of a PIN may begin, the one with the newest key first."""
    return [KEYED + each for each in keyed_hashes(_subject(customer_id, pin))]


def _subject(customer_id: int, pin: str) -> str:
    return f"pin:{customer_id}:{pin}"


async def set_first_pin(scope: Scope, customer_id: int, pin: str) -> None:
    """Give a PIN to a customer who has none. Raises `InvalidInput` where there is one: that needs the old one;
    `NumberUnproven`.
    """
    check_proven()
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


def proof_of(customer: Customer) -> str:
    """What stands in a session, once somebody has proven to be this customer, for the right to a new PIN.

    Good for a quarter of an hour and for the PIN that it replaces; it tells nothing about it.
    """
    until = timestamp() + PROOF_LASTS_S
    return f"{until}.{keyed_hash(_sealed(customer, until))[:SEAL]}"


async def replace_pin(scope: Scope, customer_id: int, proof: str, new: str) -> Customer:
    """Set a PIN by a `proof_of` the customer; who owns the account is told. Raises `InvalidInput`, also for a proof
    that isn't good any more.
    """
    customer = await get_customer(scope, customer_id)
    until, _, seal = proof.partition(".")
    good = until.isdigit() and int(until) > timestamp()
    if not good or not is_keyed(_sealed(customer, int(until)), seal, SEAL):
        raise InvalidInput("That took too long. Please begin again.", field="pin")
    async with transaction():
        changed = await set_pin(customer, new)
        await warn(scope, changed, "pin_changed")
        await believe_speaker()
    return changed


def _sealed(customer: Customer, until: int) -> str:
    return f"pin proof:{customer.id}:{until}:{customer.pin_hash}"


async def check_pin(scope: Scope, customer_id: int, pin: str) -> None:
    """Raises `PinWrong`, `PinLocked` after five wrong ones in a row, `PinMissing`, `AccountLocked`, `NotFound`.

    One statement judges and counts, so that tries at the same moment on many channels count one by one.
    """
    right = hashes_of_pin(customer_id, pin[:16])
    judged = await fetch(
        f"UPDATE customer SET pin_tries = CASE WHEN SUBSTR(pin_hash, 1, {len(right[0])}) IN ({placeholders(right, 5)}) THEN 0 ELSE pin_tries + 1 END "
        "WHERE id = $1 AND platform_id = $2 AND environment = $3 AND pin_tries < $4 AND pin_hash IS NOT NULL "
        "AND locked_at IS NULL RETURNING pin_hash, pin_tries",
        customer_id,
        scope.platform_id,
        scope.environment,
        MAX_TRIES,
        *right,
    )
    if not judged:
        customer = await get_customer(scope, customer_id)
        check_open(customer)
        raise PinMissing if customer.pin_hash is None else PinLocked
    kept, tries = judged[0]["pin_hash"], judged[0]["pin_tries"]
    if kept.startswith(tuple(right)) or await _is_old(kept, pin[:16]):
        if not kept.startswith(right[0]):
            await _keep_anew(customer_id, kept, pin[:16])
        await believe_speaker()
        return
    raise PinWrong if tries < MAX_TRIES else PinLocked


async def _is_old(kept: str, pin: str) -> bool:
    """Whether it is right by the hash of an earlier release."""
    return not kept.startswith(KEYED) and await verify_secret(kept, pin)


async def _keep_anew(customer_id: int, kept: str, pin: str) -> None:
    """Replace the hash of an earlier release, or with a former key."""
    await execute(
        "UPDATE customer SET pin_hash = $3, pin_tries = 0 WHERE id = $1 AND pin_hash = $2",
        customer_id,
        kept,
        hash_pin(customer_id, pin),
    )
