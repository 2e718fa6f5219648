"""What a merchant does with an order's balance: set aside, collect, let go, move. Source: the Downpay API's mutations."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from core.clock import now
from core.db import Row, execute, fetch_one, transaction
from core.errors import InvalidInput, NotFound, PaymentFailed
from models import IdempotencyRecord
from services.deposits import notices
from services.deposits.authorizing import release_authorization, set_aside
from services.deposits.charges import open_charges
from services.deposits.collecting import (
    Collection,
    collect,
    lock_order,
    no_payment_under_way,
    owed,
    stored_method,
)
from services.deposits.methods import method_of, release_method
from services.deposits.plan import first_step
from services.orders.events import record
from services.payments.attempts import start_stored
from services.tenants import Scope
from services.transactions import own_reference
from services.values import as_time, as_uid

LONGEST_DELAY = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class PaymentStatus:
    """The newest money movement of an order: `reference` is the provider's, or ours where none was asked. Times UTC."""

    order_id: int
    reference: str
    created_at: datetime
    updated_at: datetime


async def payment_status(scope: Scope, order_id: int) -> PaymentStatus:
    """The newest payment or authorization of an order. Raises `NotFound`."""
    order = await fetch_one(
        "SELECT id, created_at, updated_at FROM customer_order WHERE id = $1 AND platform_id = $2 AND environment = $3 "
        "AND placed_at IS NOT NULL",
        order_id,
        scope.platform_id,
        scope.environment,
    )
    if order is None:
        raise NotFound("There is no such order.", field="id")
    newest = await fetch_one(
        "SELECT * FROM (SELECT p.uid, a.reference, p.created_at, p.updated_at, p.id AS payment_id FROM payment p "
        "LEFT JOIN payment_attempt a ON a.payment_id = p.id WHERE p.order_id = $1 "
        "UNION ALL SELECT z.uid, NULL, z.created_at, z.updated_at, 0 FROM payment_authorization z WHERE z.order_id = $1"
        ") x ORDER BY created_at DESC, payment_id DESC LIMIT 1",
        order_id,
    )
    if newest is None:
        return PaymentStatus(order_id, "", as_time(order["created_at"]), as_time(order["updated_at"]))
    reference = newest["reference"] or own_reference(as_uid(newest["uid"]))
    return PaymentStatus(order_id, reference, as_time(newest["created_at"]), as_time(newest["updated_at"]))


async def authorize_payment(
    scope: Scope,
    order_id: int,
    *,
    amount_minor: int | None = None,
    currency: str | None = None,
    idempotency_key: str | None = None,
) -> PaymentStatus:
    """Set all that is owed of an order, or `amount_minor` of it, aside for a later collection.

    Raises `NotFound`, `InvalidInput` (nothing or less is owed, another currency), `PaymentFailed` (no stored
    method), `PaymentPending` (set aside already, or another payment under way), `InsufficientFunds`.
    """

    async def authorize() -> int:
        order = await _order_with_balance(scope, order_id, currency)
        amount = await owed(order, amount_minor)
        await no_payment_under_way(order)
        method = await stored_method(order)
        if method["kind"] == "mobile_money":
            raise InvalidInput("Nothing can be set aside of a mobile money wallet.", field="id")
        return await set_aside(scope, order, method, amount)

    made = await _once(scope, order_id, idempotency_key, ["authorize", amount_minor, currency], authorize)
    return await _status("payment_authorization", made)


async def collect_payment(
    scope: Scope,
    order_id: int,
    *,
    amount_minor: int | None = None,
    currency: str | None = None,
    idempotency_key: str | None = None,
) -> PaymentStatus:
    """Collect all that is owed of an order, or `amount_minor` of it, with its stored method, now.

    From a shopping card it is there when this returns, from a stored card usually; a wallet's owner is asked on
    their phone. Raises as `authorize_payment`, and `PaymentFailed` with the reason of a decline.
    """
    begun: list[Collection] = []

    async def begin() -> int:
        order = await _order_with_balance(scope, order_id, currency)
        amount = await owed(order, amount_minor)
        await no_payment_under_way(order)
        begun.append(await collect(scope, order, await stored_method(order), amount, "merchant"))
        return begun[0].payment_id

    made = await _once(scope, order_id, idempotency_key, ["collect", amount_minor, currency], begin)
    if begun and begun[0].opened is not None and begun[0].opened.lease is not None:
        await start_stored(begun[0].opened)
    return await _status("payment", made)


async def _status(table: Literal["payment", "payment_authorization"], row_id: int) -> PaymentStatus:
    """How one payment or authorization stands, which is the same for a replay. Raises `PaymentFailed` for a declined one."""
    columns = (
        "p.reason, a.reference FROM payment p LEFT JOIN payment_attempt a ON a.payment_id = p.id"
        if table == "payment"
        else "'' AS reason, NULL AS reference FROM payment_authorization p"
    )
    row = await fetch_one(
        f"SELECT p.order_id, p.uid, p.state, p.created_at, p.updated_at, {columns} WHERE p.id = $1", row_id
    )
    assert row is not None
    if row["state"] == "Declined":
        raise PaymentFailed(row["reason"], field="id")
    reference = row["reference"] or own_reference(as_uid(row["uid"]))
    return PaymentStatus(row["order_id"], reference, as_time(row["created_at"]), as_time(row["updated_at"]))


async def void_authorization(scope: Scope, order_id: int) -> None:
    """Let go of what is set aside for an order. Raises `NotFound`, `InvalidInput` where nothing is, `PaymentPending`."""
    async with transaction():
        order = await lock_order(scope, order_id=order_id)
        await no_payment_under_way(order)
        if not await release_authorization(scope, order):
            raise InvalidInput("This order has no active authorization.", field="id")


async def remove_payment_method(scope: Scope, order_id: int) -> None:
    """Forget what an order's balance is collected with; its customer can still pay by link.

    Raises `NotFound`, `InvalidInput` where there is none or something is set aside on it, `PaymentPending`.
    """
    async with transaction():
        order = await lock_order(scope, order_id=order_id)
        await no_payment_under_way(order)
        method = await method_of(order)
        if method is None:
            raise InvalidInput("This order has no stored payment method.", field="id")
        if await fetch_one(
            "SELECT id FROM payment_authorization WHERE order_id = $1 AND state = 'Active'", order_id
        ):
            raise InvalidInput("This order has an active authorization. Void it first.", field="id")
        await release_method(order)
        await record(order_id, "method_removed", method=method["label"])


async def update_due_date(scope: Scope, order_id: int, due_at: datetime) -> datetime:
    """Let all that is still owed of an order fall due at `due_at` (UTC), with its notices and tries; that time.

    Raises `NotFound`, `InvalidInput` where nothing is owed or the date isn't to come, within five years.
    """
    at = now()
    if not at < due_at <= at + LONGEST_DELAY:
        raise InvalidInput("The due date must be in the future, and within five years.", field="date")
    async with transaction():
        order = await lock_order(scope, order_id=order_id)
        amount = await owed(order, None)
        step, when = first_step(due_at, at)
        before = [charge["due_at"].isoformat() for charge in await open_charges(order_id)]
        await execute(
            "UPDATE scheduled_charge SET due_at = $2, step = $3, next_step_at = $4, state = 'Waiting', reason = '', "
            "updated_at = $5 WHERE order_id = $1 AND state IN ('Waiting', 'Overdue')",
            order_id,
            due_at,
            step,
            when,
            at,
        )
        await record(order_id, "due_date_moved", before=before, to=due_at.isoformat())
        await notices.moved(scope, order, amount, due_at)
    return due_at


async def _order_with_balance(scope: Scope, order_id: int, currency: str | None) -> Row:
    order = await lock_order(scope, order_id=order_id)
    if currency is not None and currency != order["currency"]:
        raise InvalidInput(f"This order is in {order['currency']}.", field="amount")
    return order


async def _once(
    scope: Scope, order_id: int, key: str | None, given: list[object], work: Callable[[], Awaitable[int]]
) -> int:
    """Do `work` in one transaction; the id of what it made, under a key that is known already of what was made then."""
    if not key:
        async with transaction():
            return await work()
    owner = f"merchant:{scope.platform_id}:{scope.environment}"
    made: int = await IdempotencyRecord.once(owner, key, [order_id, *given], work)
    return made
