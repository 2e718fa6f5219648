"""What falls due: a batch of charges at a time, each with what its plan says now. Many workers may do it at once.

One transaction a batch, so a worker that is killed leaves nothing half done. Orders and charges are locked together
and passed over where somebody else holds them; everything is read after that.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from core.clock import now
from core.db import Row, execute, fetch, for_update, placeholders, transaction
from core.errors import InsufficientFunds
from services.deposits import notices
from services.deposits.charges import set_steps
from services.deposits.collecting import collect, lock_order
from services.deposits.methods import method_of
from services.deposits.opening import open_attempts
from services.deposits.plan import FIRST_TRY, PLAN, next_step
from services.deposits.telling import tell_due
from services.deposits.tries import Try
from services.deposits.wallets import take_from_cards
from services.notifications.queue import queue_messages
from services.tenants import scope_by_id
from services.values import as_time

log = structlog.get_logger(__name__)

# As many as are locked for half a second; with half as many each costs a tenth more.
MOST = 1_000
ONE_BY_ONE = 50
# How long a charge waits whose order is just being paid another way, or whose work failed.
LATER = timedelta(minutes=10)
POOR = "There is not enough money on your shopping card."

# What is known of an order's open charges, once the order is locked.
DUE_COLUMNS = (
    "c.id, c.order_id, c.platform_id, c.environment, c.currency, c.amount_minor, "
    "c.amount_minor - c.collected_minor AS outstanding_minor, c.due_at, c.step, c.next_step_at, c.state, "
    "o.uid, o.code, o.channel, o.customer_id, o.state AS order_state, s.id AS stored_method_id, s.method_id, s.kind, "
    "s.provider, s.label, s.code AS stored_code, s.email AS stored_email, s.phone AS stored_phone, s.network, "
    "u.phone, u.stated_phone, u.language, CASE WHEN u.email_verified_at IS NULL THEN NULL ELSE u.email END AS email, "
    "CASE WHEN o.channel = 'telegram' THEN (SELECT i.external_id FROM channel_identity i "
    "WHERE i.customer_id = o.customer_id AND i.channel = 'telegram' AND i.blocked_at IS NULL ORDER BY i.id DESC LIMIT 1) END AS chat, "
    "CASE WHEN s.kind = 'card' THEN (SELECT l.id FROM ledger_account l WHERE l.customer_id = o.customer_id "
    "AND l.kind = 'card' AND l.currency = c.currency) END AS account_id, "
    "(SELECT p.id FROM payment p WHERE p.order_id = o.id AND p.state IN ('Created', 'Pending')) AS open_payment_id, "
    "(SELECT z.id FROM payment_authorization z WHERE z.order_id = o.id AND z.state = 'Active') AS authorization_id"
)
DUE_TABLES = (
    "scheduled_charge c JOIN customer_order o ON o.id = c.order_id JOIN customer u ON u.id = c.customer_id "
    "LEFT JOIN stored_method s ON s.id = o.stored_method_id AND s.removed_at IS NULL"
)


async def work_charges() -> int:
    """Do what is due for one batch of charges; how many there were. Where a batch fails, each of it is tried alone."""
    try:
        return await _work(MOST)
    except Exception:
        log.exception("a batch of charges failed")
    return await _one_by_one()


async def _one_by_one() -> int:
    rows = await fetch(
        "SELECT id FROM scheduled_charge WHERE next_step_at <= $1 ORDER BY next_step_at LIMIT $2",
        now(),
        ONE_BY_ONE,
    )
    for row in rows:
        try:
            await _work(1, row["id"])
        except Exception:
            log.exception("a charge failed", charge=row["id"])
            await postpone([row["id"]])
    return len(rows)


async def _work(limit: int, charge_id: int | None = None) -> int:
    async with transaction():
        order_ids, due_ids = await _lock_due(limit, charge_id)
        if not due_ids:
            return 0
        charges = await _read(order_ids)
        due = [charge for charge in charges if charge["id"] in due_ids]
        await _say([charge for charge in due if PLAN[charge["step"]].kind == "notice"])
        await _try([charge for charge in due if PLAN[charge["step"]].kind == "try"], charges)
        return len(due_ids)


async def _lock_due(limit: int, charge_id: int | None) -> tuple[list[int], set[int]]:
    """Lock due charges with their orders, whichever nobody holds: the ids of the orders and of the charges."""
    one = "" if charge_id is None else f"AND c.id = {int(charge_id)} "
    lock = for_update() and " FOR UPDATE OF o, c SKIP LOCKED"
    rows = await fetch(
        "SELECT c.id, c.order_id FROM scheduled_charge c JOIN customer_order o ON o.id = c.order_id "
        f"WHERE c.next_step_at <= $1 {one}ORDER BY c.next_step_at LIMIT $2{lock}",
        now(),
        limit,
    )
    return sorted({row["order_id"] for row in rows}), {row["id"] for row in rows}


async def _read(order_ids: Sequence[int]) -> list[Row]:
    """All that is still owed of locked orders, earliest first."""
    rows = await fetch(
        f"SELECT {DUE_COLUMNS} FROM {DUE_TABLES} WHERE c.order_id IN ({placeholders(order_ids)}) "
        "AND c.state IN ('Waiting', 'Overdue') ORDER BY c.due_at, c.id",
        *order_ids,
    )
    return [_caught_up(row, as_time(row["due_at"])) for row in rows]


def _caught_up(row: Row, due_at: datetime) -> Row:
    """What has fallen due meanwhile is tried, and not spoken of as what is to come."""
    step = max(row["step"], FIRST_TRY) if due_at <= now() else row["step"]
    return {**row, "due_at": due_at, "step": step}


async def _say(charges: Sequence[Row]) -> None:
    """Tell that charges fall due soon."""
    at = now()
    messages = [
        notices.message_about(charge, f"soon:{charge['step']}", *notices.soon(charge)) for charge in charges
    ]
    await queue_messages([message for message in messages if message])
    await set_steps([(charge["id"], *next_step(charge["due_at"], charge["step"], at)) for charge in charges])


async def _try(due: Sequence[Row], charges: Sequence[Row]) -> None:
    """Try to collect what is due of each order, together, in the way that its stored method allows."""
    at = now()
    await tell_due([charge for charge in due if charge["step"] == FIRST_TRY])
    of_order: dict[int, list[Row]] = defaultdict(list)
    for charge in charges:
        of_order[charge["order_id"]].append(charge)
    ways: dict[str, list[Try]] = defaultdict(list)
    for order_id in dict.fromkeys(charge["order_id"] for charge in due):
        owed = of_order[order_id]
        falls_due = [charge for charge in owed if charge["state"] == "Waiting" and charge["due_at"] <= at]
        amount = sum(charge["outstanding_minor"] for charge in falls_due)
        later = sum(charge["outstanding_minor"] for charge in owed) - amount
        attempt = Try(tuple(falls_due), amount, later)
        ways[_way(falls_due[0])].append(attempt)
    await postpone([charge["id"] for attempt in ways["busy"] for charge in attempt.charges])
    await fail_tries(ways["nothing"], "", notices.unpaid)
    await open_attempts(ways["provider"])
    await fail_tries(await take_from_cards(ways["card"]), POOR)
    for attempt in ways["held"]:
        await _take_held(attempt)


def _way(charge: Row) -> str:
    if charge["open_payment_id"] is not None:
        return "busy"
    if charge["kind"] is None:
        return "nothing"
    if charge["kind"] != "card":
        return "provider"
    return "held" if charge["authorization_id"] is not None else "card"


async def fail_tries(tries: Sequence[Try], reason: str, told: notices.Told = notices.failed) -> None:
    """Nothing was taken: the plan goes on, and the customers are told when."""
    at = now()
    messages, steps = [], []
    for attempt in tries:
        mine = [
            (charge["id"], *next_step(charge["due_at"], charge["step"], at)) for charge in attempt.charges
        ]
        again = min((when for _, _, when in mine if when), default=None)
        charge = {**attempt.charges[0], "outstanding_minor": attempt.amount_minor}
        messages.append(
            notices.message_about(charge, f"tried:{charge['step']}", *told(charge, reason, again))
        )
        steps += mine
    await queue_messages([message for message in messages if message])
    await set_steps(steps, reason)


async def _take_held(attempt: Try) -> None:
    """From a shopping card of which something is set aside for this order."""
    charge = attempt.charges[0]
    scope = await scope_by_id(charge["platform_id"], charge["environment"])
    order = await lock_order(scope, order_id=charge["order_id"])
    method = await method_of(order)
    assert method is not None
    try:
        async with transaction():
            await collect(scope, order, method, attempt.amount_minor, "schedule")
    except InsufficientFunds:
        await fail_tries([attempt], POOR)


async def postpone(charge_ids: Sequence[int]) -> None:
    """Look at charges again a little later."""
    if charge_ids:
        await execute(
            f"UPDATE scheduled_charge SET next_step_at = $1 WHERE id IN ({placeholders(charge_ids, 2)})",
            now() + LATER,
            *charge_ids,
        )
