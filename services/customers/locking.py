"""Locking a customer's account and opening it again: their sessions end, their money stays, what comes in is still booked."""

from typing import Any

from tortoise.expressions import F

from core.clock import now
from core.db import fetch, for_update, transaction
from core.errors import IllegalTransition
from models import Customer, ShopSession
from services.accounts.customers import checked_text, get_customer
from services.staff import Desk, check_may, record
from services.tenants import Scope

LONGEST_REASON = 255


async def lock_customer(desk: Desk, customer_id: int, reason: str) -> Customer:
    """Let them neither sign in nor move money, on any channel, until they are unlocked; what is under way runs to its end.

    What falls due is still collected, as was agreed. Doing it again changes nothing but the reason. Raises `Forbidden`,
    `NotFound`, `InvalidInput` without a reason, `IllegalTransition` for a closed account.
    """
    check_may(desk, "UpdateCustomer")
    words = checked_text(reason, "reason", LONGEST_REASON)
    async with transaction():
        customer = await held_customer(desk.scope, customer_id)
        if customer.closed_at is not None:
            raise IllegalTransition("Closed", "Locked", ())
        written: dict[str, Any] = {"lock_reason": words, "locked_at": customer.locked_at or now()}
        await _write(customer_id, written | {"secret_epoch": F("secret_epoch") + 1})
        await ShopSession.filter(customer_id=customer_id).delete()
        await record(desk, "locked", "customer", customer_id, reason=words)
    return await get_customer(desk.scope, customer_id)


async def unlock_customer(desk: Desk, customer_id: int) -> Customer:
    """Let them sign in again; nothing happens where they may. Raises `Forbidden`, `NotFound`, `IllegalTransition` for a
    closed account.
    """
    check_may(desk, "UpdateCustomer")
    async with transaction():
        customer = await held_customer(desk.scope, customer_id)
        if customer.closed_at is not None:
            raise IllegalTransition("Closed", "Open", ())
        if customer.locked_at is not None:
            await _write(customer_id, {"locked_at": None, "lock_reason": ""})
            await record(desk, "unlocked", "customer", customer_id)
    return await get_customer(desk.scope, customer_id)


async def held_customer(scope: Scope, customer_id: int) -> Customer:
    """A customer, whose messages and money wait until the caller's transaction ends (see `check_standing`): what was begun
    before is there to be seen. Raises `NotFound`.
    """
    await fetch(
        "SELECT id FROM conversation WHERE customer_id = $1 AND platform_id = $2 AND environment = $3"
        f"{for_update()}",
        customer_id,
        scope.platform_id,
        scope.environment,
    )
    await fetch(
        f"SELECT id FROM customer WHERE id = $1 AND platform_id = $2 AND environment = $3{for_update()}",
        customer_id,
        scope.platform_id,
        scope.environment,
    )
    return await get_customer(scope, customer_id)


async def _write(customer_id: int, written: dict[str, Any]) -> None:
    await Customer.filter(id=customer_id).update(**written, updated_at=now())
