"""Working on a closing: export, then erase, then throw the export away; each step once, however often a worker is killed."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from core.clock import now
from core.db import Row, execute, fetch, fetch_one, for_update, transaction
from models import AccountClosing, Customer
from services.accounts.customers import get_customer
from services.customers.closing import FILE_KEPT
from services.customers.exporting import export_of
from services.customers.holding import GONE, HELD, Held
from services.customers.person import Person, person_of, with_former
from services.customers.states import CLOSING_STATES
from services.files import forget, store
from services.orders.states import move_order
from services.sellers.files import type_of_key
from services.tenants import scope_by_id

# Reading all of somebody and keeping it may take longer than a call.
LONG = timedelta(minutes=2)
# A last message goes out first, and a provider is told to forget a card; but nobody waits longer than that for it.
WAITS, AT_MOST = timedelta(seconds=10), timedelta(hours=24)


class _Lost(Exception):
    """The lease is another worker's by now: nothing of this one's step holds."""


async def work_closing(closing: AccountClosing) -> None:
    """Take a claimed closing one step on."""
    scope = await scope_by_id(closing.platform_id, closing.environment)  # type: ignore[arg-type]
    person = await with_former(await person_of(scope, await get_customer(scope, closing.customer_id)))
    await _STEPS[closing.state](closing, person)


async def _export(closing: AccountClosing, person: Person) -> None:
    if not await closing.renew(LONG):
        return
    at = now()
    content = await export_of(person, at)
    await store(closing.file_key, content, type_of_key(closing.file_key))
    # Due again at once, for the next step.
    await _move(closing, "Exported", timedelta(0), file_bytes=len(content), exported_at=at)


async def _erase(closing: AccountClosing, person: Person) -> None:
    if now() - closing.created_at < AT_MOST and await _something_waits(person):
        await closing.release(retry_in=WAITS)
        return
    picture = person.customer.avatar_path
    try:
        async with transaction():
            await erase(person)
            at = now()
            if not await _move(closing, "Erased", FILE_KEPT, erased_at=at, kept_until=at + FILE_KEPT):
                raise _Lost
    except _Lost:
        return
    if picture:
        await forget(picture)


async def _forget_file(closing: AccountClosing, person: Person) -> None:
    """Throw the export away; and what was written meanwhile by a request that was under way at the closing."""
    async with transaction():
        await erase(person)
    await forget(closing.file_key)
    await _move(closing, "Done", None, file_bytes=None)


_STEPS: dict[str, Callable[[AccountClosing, Person], Awaitable[None]]] = {
    "Requested": _export,
    "Exported": _erase,
    "Erased": _forget_file,
}


async def _move(closing: AccountClosing, to: str, retry_in: timedelta | None, **changes: object) -> bool:
    CLOSING_STATES.check(closing.state, to)
    return await closing.release(retry_in=retry_in, state=to, updated_at=now(), **changes)


async def _something_waits(person: Person) -> bool:
    """Whether a message to them is still to be sent, or a provider still to be told to forget what it keeps."""
    condition, values = person.bound(
        'EXISTS (SELECT 1 FROM outbound_message WHERE "to" IN ({addresses}, {former}) AND platform_id = {platform} '
        "AND environment = {environment} AND next_attempt_at IS NOT NULL) "
        "OR EXISTS (SELECT 1 FROM stored_method WHERE customer_id = {customer} AND next_attempt_at IS NOT NULL)"
    )
    row: Row | None = await fetch_one(f"SELECT {condition} AS waits", *values)
    return bool(row and row["waits"])


async def erase(person: Person) -> None:
    """Take out of every table what says who they were, in the caller's transaction; doing it again does nothing more.

    Orders are locked before the customer, as everywhere.
    """
    await _end_carts(person)
    for held in HELD:
        await _erase_rows(held, person)
    await Customer.filter(id=person.customer.id, closed_at__isnull=True).update(closed_at=now())


async def _erase_rows(held: Held, person: Person) -> None:
    if held.erase is not GONE and not held.erase:
        return
    condition, values = person.bound(f"({held.whose}){f' AND {held.only}' if held.only else ''}")
    if held.erase is GONE:
        await execute(f"DELETE FROM {held.table} WHERE {condition}", *values)
        return
    written = ", ".join(f"{column} = {value}" for column, value in held.erase.items())
    await execute(f"UPDATE {held.table} SET {written} WHERE {condition}", *values)


async def _end_carts(person: Person) -> None:
    """What was never bought is nobody's cart any more."""
    carts = await fetch(
        "SELECT id, state FROM customer_order WHERE customer_id = $1 AND state IN ('AddingItems', 'ArrangingPayment') "
        f"ORDER BY id{for_update()}",
        person.customer.id,
    )
    for cart in carts:
        await move_order(cart["id"], cart["state"], "Cancelled")
