"""How a session ends without goods: called off by the merchant or the customer, or passed by."""

from uuid import UUID

from core.clock import now
from core.db import Row, fetch, fetch_one, transaction
from core.errors import Forbidden, IllegalTransition
from core.jobs import enqueue
from services.deposits.cancelling import cancel_order
from services.financing.accepting import withdraw_requests
from services.financing.events import record
from services.financing.reading import lock_session, session_by_id
from services.financing.states import SESSION_STATES
from services.financing.views import SessionView
from services.tenants import Scope, scope_by_id
from services.values import as_uid

AT_ONCE = 100
ONLY_THE_SHOP = "An offer was accepted, so only the shop can call this off now. Please ask them."


async def cancel_session(scope: Scope, uid: UUID, reason: str = "") -> SessionView:
    """Call a session off for the merchant, and with it the order that came of it: what was paid goes back as the platform's
    policy says.

    Called off once more, nothing happens. Raises `NotFound`, `IllegalTransition` where it is delivered or passed by, and as
    `cancel_order` where an order came of it.
    """
    return await _call_session_off(scope, uid, reason, by_merchant=True)


async def give_up_session(scope: Scope, uid: UUID, reason: str = "") -> SessionView:
    """The same for who only holds the session's link or its id: until an offer is accepted. From then on the lender and the
    merchant rely on it, and a link that is passed on, or an app that anybody has, calls nobody's order off.

    Raises `Forbidden`, too.
    """
    return await _call_session_off(scope, uid, reason, by_merchant=False)


async def _call_session_off(scope: Scope, uid: UUID, reason: str, *, by_merchant: bool) -> SessionView:
    async with transaction():
        row = await lock_session(scope, uid)
        if row["state"] == "Cancelled":
            return await session_by_id(scope, row["id"])
        _check(row["state"], by_merchant)
        if row["order_id"] is not None:
            await _call_off(scope, row["order_id"], reason)
        woken = await _end(scope, row, "Cancelled", "Withdrawn")
        await record(scope, row, "cancelled", reason=reason[:200])
    for request_id in woken:
        await enqueue("work_financing", request_id)
    return await session_by_id(scope, row["id"])


def _check(state: str, by_merchant: bool) -> None:
    if state == "Delivered":
        raise IllegalTransition(state, "Cancelled", (), "It is delivered already.")
    SESSION_STATES.check(state, "Cancelled")
    if state != "Open" and not by_merchant:
        raise Forbidden(ONLY_THE_SHOP)


async def expire_sessions() -> int:
    """End what nobody came back for in time, some at once; how many there were. Their lender is told."""
    rows = await fetch(
        "SELECT uid, platform_id, environment FROM financing_application WHERE state IN ('Open', 'Accepting', 'Accepted') "
        "AND expires_at <= $1 ORDER BY expires_at LIMIT $2",
        now(),
        AT_ONCE,
    )
    for passed in rows:
        scope = await scope_by_id(passed["platform_id"], passed["environment"])
        await _expire(scope, as_uid(passed["uid"]))
    return len(rows)


async def _expire(scope: Scope, uid: UUID) -> None:
    async with transaction():
        row = await lock_session(scope, uid)
        # Checked out at the very end of its time, or called off.
        if not SESSION_STATES.allows(row["state"], "Expired"):
            return
        woken = await _end(scope, row, "Expired", "Expired")
        await record(scope, row, "expired")
    for request_id in woken:
        await enqueue("work_financing", request_id)


async def _end(scope: Scope, row: Row, state: str, of_requests: str) -> list[int]:
    session = await session_by_id(scope, row["id"])
    await SESSION_STATES.move(row["id"], row["state"], state)
    return await withdraw_requests(session, to=of_requests)


async def _call_off(scope: Scope, order_id: int, reason: str) -> None:
    order = await fetch_one("SELECT uid, state FROM customer_order WHERE id = $1", order_id)
    # The desk may have called it off before.
    if order is not None and order["state"] != "Cancelled":
        await cancel_order(scope, as_uid(order["uid"]), reason=reason or "financing called off")
