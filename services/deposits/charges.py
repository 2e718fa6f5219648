"""Scheduled charges: what is owed of an order, in the order in which it falls due, and what was collected of it."""

from collections.abc import Sequence
from datetime import datetime

from core.clock import now
from core.db import Row, as_given, execute, fetch, for_update, given
from core.ids import new_uid
from core.states import StateTable
from services.deposits.plan import first_step
from services.deposits.splitting import Due
from services.deposits.telling import TOLD, tell_overdue
from services.tenants import Scope
from services.values import as_time

CHARGE_STATES = StateTable.of(
    "charge",
    "scheduled_charge",
    Waiting="Paid Overdue Cancelled",
    Overdue="Waiting Paid Cancelled",
    Paid="",
    Cancelled="",
)
OPEN = ("Waiting", "Overdue")


async def add_charges(scope: Scope, order: Row, dues: Sequence[Due]) -> dict[int, int]:
    """Store what of a placed order falls due later, in the caller's transaction; the charge's id for each line."""
    at = now()
    charge_of: dict[int, int] = {}
    for due in dues:
        step, when = first_step(due.at, at)
        rows = await fetch(
            "INSERT INTO scheduled_charge (uid, created_at, updated_at, platform_id, environment, order_id, customer_id, "
            "state, currency, amount_minor, tax_minor, collected_minor, due_at, step, next_step_at, reason) "
            "VALUES ($1, $2, $2, $3, $4, $5, $6, 'Waiting', $7, $8, $9, 0, $10, $11, $12, '') RETURNING id",
            new_uid(),
            at,
            scope.platform_id,
            scope.environment,
            order["id"],
            order["customer_id"],
            order["currency"],
            due.amount_minor,
            due.tax_minor,
            due.at,
            step,
            when,
        )
        charge_id: int = rows[0]["id"]
        charge_of.update((line_id, charge_id) for line_id in due.line_ids)
    return charge_of


async def open_charges(order_id: int) -> list[Row]:
    """What is still owed of an order, earliest first, locked until the transaction ends. The order is locked already."""
    rows = await fetch(
        "SELECT id, state, amount_minor, collected_minor, amount_minor - collected_minor AS outstanding_minor, due_at, "
        "step, next_step_at FROM scheduled_charge WHERE order_id = $1 AND state IN ('Waiting', 'Overdue') "
        f"ORDER BY due_at, id{for_update()}",
        order_id,
    )
    return [{**row, "due_at": as_time(row["due_at"])} for row in rows]


async def outstanding(order_id: int) -> int:
    """What is still owed of an order, in minor units."""
    return sum(charge["outstanding_minor"] for charge in await open_charges(order_id))


async def next_charge(order_id: int) -> Row:
    """The next of what is owed of an order to fall due, as `open_charges` has it; the order has something that is owed."""
    return (await open_charges(order_id))[0]


async def allocate(order_id: int, amount_minor: int) -> int:
    """Count money that came towards what is owed, earliest first, in the caller's transaction; how much it filled."""
    left = amount_minor
    for charge in await open_charges(order_id):
        part = min(left, charge["outstanding_minor"])
        if part <= 0:
            break
        left -= part
        collected = charge["collected_minor"] + part
        if collected == charge["amount_minor"]:
            await CHARGE_STATES.move(
                charge["id"], charge["state"], "Paid", collected_minor=collected, next_step_at=None, reason=""
            )
        else:
            await execute(
                "UPDATE scheduled_charge SET collected_minor = $2, updated_at = $3 WHERE id = $1",
                charge["id"],
                collected,
                now(),
            )
    return amount_minor - left


async def set_steps(steps: Sequence[tuple[int, int, datetime | None]], reason: str | None = None) -> None:
    """Write where the plan stands for charges (id, step, when), in one statement; after the last try they are overdue."""
    if not steps:
        return
    rows = [{"id": charge_id, "step": step, "at": at} for charge_id, step, at in steps]
    written = await fetch(
        "UPDATE scheduled_charge SET step = given.step, next_step_at = given.at, updated_at = $2, "
        "reason = COALESCE($3, reason), state = CASE WHEN given.at IS NULL THEN 'Overdue' ELSE state END "
        f"FROM {given('$1', id='bigint', step='integer', at='timestamptz')} "
        "WHERE scheduled_charge.id = given.id AND scheduled_charge.state IN ('Waiting', 'Overdue') "
        f"RETURNING {TOLD}",
        as_given(rows),
        now(),
        reason if reason is None else reason[:255],
    )
    await tell_overdue([row for row in written if row["state"] == "Overdue"])
