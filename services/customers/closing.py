"""Closing an account at the desk: refused while money or goods are on their way, and then a worker exports and erases it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.expressions import F

from core.clock import now
from core.db import transaction
from core.errors import IllegalTransition, NotFound
from core.ids import new_token
from core.jobs import enqueue
from models import AccountClosing, Customer, ShopSession, StoredMethod
from services.accounts.contact import warn
from services.accounts.customers import checked_text, get_customer
from services.customers.locking import LONGEST_REASON, held_customer
from services.customers.obstacles import obstacles_to_closing
from services.sellers.files import link_to
from services.staff import Desk, check_may, record

# For so long whoever went can have the file with what was held of them.
FILE_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ClosingView:
    """How a closing stands. `file_bytes` is the size of the export, None before there is one and after it is gone."""

    id: int
    customer_id: int
    state: str
    reason: str
    requested_at: datetime
    exported_at: datetime | None
    erased_at: datetime | None
    kept_until: datetime | None
    file_bytes: int | None


async def close_customer(desk: Desk, customer_id: int, reason: str) -> ClosingView:
    """End an account for good: at once nothing of it can be used; a worker exports it and erases who it was.

    Doing it again tells how it stands. Raises `Forbidden`, `NotFound`, `InvalidInput` without a reason, and
    `IllegalTransition`, which says all that is in the way and what to do about it.
    """
    check_may(desk, "DeleteCustomer")
    words = checked_text(reason, "reason", LONGEST_REASON)
    async with transaction():
        # From here on nothing new is begun: who pays has either committed, and is seen, or will be refused.
        customer = await held_customer(desk.scope, customer_id)
        if customer.closed_at is None:
            if found := await obstacles_to_closing(desk.scope, customer_id):
                raise IllegalTransition("Open", "Closed", (), " ".join(each.sentence for each in found))
            await warn(desk.scope, customer, "account_closed")
            await _end(customer)
            await _store(desk, customer_id, words)
            await record(desk, "closed", "customer", customer_id, reason=words)
    view = await closing_of(desk, customer_id)
    assert view is not None
    return view


async def _end(customer: Customer) -> None:
    at = now()
    await Customer.filter(id=customer.id).update(
        locked_at=customer.locked_at or at,
        closed_at=at,
        secret_epoch=F("secret_epoch") + 1,
        updated_at=at,
    )
    await ShopSession.filter(customer_id=customer.id).delete()
    # Nothing is owed, so nothing is collected again: what a provider keeps for that is forgotten there.
    kept = StoredMethod.filter(customer_id=customer.id, removed_at__isnull=True)
    await kept.filter(kind="stored").update(next_attempt_at=at)
    await kept.update(removed_at=at, updated_at=at)


async def _store(desk: Desk, customer_id: int, reason: str) -> None:
    closing = await AccountClosing.create(
        platform_id=desk.scope.platform_id,
        environment=desk.scope.environment,
        customer_id=customer_id,
        staff_id=desk.staff_id,
        reason=reason,
        file_key=f"private/{new_token()}.zip",
        next_attempt_at=now(),
    )
    await enqueue("work_closing", closing.id)


async def closing_of(desk: Desk, customer_id: int) -> ClosingView | None:
    """How a customer's closing stands; None where there is none. Raises `Forbidden`."""
    check_may(desk, "ReadCustomer")
    closing = await _closing(desk, customer_id)
    return None if closing is None else _view(closing)


async def obstacles_at_desk(desk: Desk, customer_id: int) -> list[str]:
    """What is in the way of closing an account, in sentences. Raises `Forbidden`, `NotFound`."""
    check_may(desk, "ReadCustomer")
    customer = await get_customer(desk.scope, customer_id)
    if customer.closed_at is not None:
        return []
    return [each.sentence for each in await obstacles_to_closing(desk.scope, customer_id)]


async def export_link(desk: Desk, customer_id: int) -> str:
    """What names the export of a closed account in a link for ten minutes; that it was asked for is in the audit log.

    Raises `Forbidden`, and `NotFound` before there is one and after 30 days.
    """
    check_may(desk, "ExportCustomer")
    closing = await _closing(desk, customer_id)
    if closing is None or closing.file_bytes is None:
        raise NotFound("There is no export of that customer.")
    async with transaction():
        await record(desk, "exported", "customer", customer_id)
    return link_to(closing.file_key, f"customer-{customer_id}")


async def _closing(desk: Desk, customer_id: int) -> AccountClosing | None:
    return await AccountClosing.get_or_none(
        platform_id=desk.scope.platform_id, environment=desk.scope.environment, customer_id=customer_id
    )


def _view(closing: AccountClosing) -> ClosingView:
    return ClosingView(
        closing.id,
        closing.customer_id,
        closing.state,
        closing.reason,
        closing.created_at,
        closing.exported_at,
        closing.erased_at,
        closing.kept_until,
        closing.file_bytes,
    )
