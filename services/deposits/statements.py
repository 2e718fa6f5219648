"""What is owed and what moved, in words that a customer understands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.db import Row, fetch, fetch_one, placeholders
from core.errors import NotFound
from core.languages import SOURCE, Day
from core.money import format_money
from services.accounts.trust import check_proven
from services.orders.views import DueView
from services.tenants import Scope
from services.values import as_json, as_time, as_uid


@dataclass(frozen=True, slots=True)
class BalanceView:
    """An order of which something is still owed, in minor units of `currency`; `method` is what it is collected with."""

    order_id: int
    order_uid: UUID
    order_code: str
    currency: str
    total_minor: int
    paid_minor: int
    outstanding_minor: int
    due: list[DueView]
    method: str | None
    about: str  # its first item

    @property
    def next_due_at(self) -> datetime:
        """When the next of it falls, or fell, due."""
        return next(due.at for due in self.due if due.outstanding_minor)


@dataclass(frozen=True, slots=True)
class Movement:
    """Something that happened to an order's money, in words. `amount_minor` is above zero where the customer paid,
    below where money came back, zero where none moved.
    """

    at: datetime
    words: str
    amount_minor: int


async def balances_of(scope: Scope, customer_id: int) -> list[BalanceView]:
    """The orders that a customer still owes something for, the soonest due first; three statements.

    Raises `NumberUnproven`.
    """
    check_proven()
    rows = await fetch(
        "SELECT o.id, o.uid, o.code, o.currency, o.total_minor, s.label, COALESCE((SELECT p.name FROM order_line l "
        "JOIN variant v ON v.id = l.variant_id JOIN product p ON p.id = v.product_id WHERE l.order_id = o.id "
        "ORDER BY l.id LIMIT 1), '') AS about FROM customer_order o "
        "LEFT JOIN stored_method s ON s.id = o.stored_method_id AND s.removed_at IS NULL "
        "WHERE o.platform_id = $1 AND o.environment = $2 AND o.customer_id = $3 AND o.state = 'PaymentAuthorized'",
        scope.platform_id,
        scope.environment,
        customer_id,
    )
    dues = await dues_of([row["id"] for row in rows])
    found = [_balance(row, dues.get(row["id"], [])) for row in rows]
    return sorted((each for each in found if each.outstanding_minor), key=lambda each: each.next_due_at)


async def balance_by_code(scope: Scope, code: str) -> BalanceView:
    """What is owed of the order with that code: for whoever was given it, to pay. Raises `NotFound` where nothing is."""
    row = await fetch_one(
        "SELECT o.id, o.uid, o.code, o.currency, o.total_minor, NULL AS label, '' AS about FROM customer_order o "
        "WHERE o.platform_id = $1 AND o.environment = $2 AND o.code = $3 AND o.state = 'PaymentAuthorized'",
        scope.platform_id,
        scope.environment,
        code,
    )
    found = _balance(row, (await dues_of([row["id"]])).get(row["id"], [])) if row else None
    if found is None or not found.outstanding_minor:
        raise NotFound("Nothing is owed for an order with that code.", field="code")
    return found


async def owed_after(payment_id: int) -> int:
    """What is still owed of the order that a payment was for, in minor units, whatever became of the payment."""
    row = await fetch_one(
        "SELECT CAST(COALESCE(SUM(c.amount_minor - c.collected_minor), 0) AS BIGINT) AS owed FROM payment p "
        "JOIN scheduled_charge c ON c.order_id = p.order_id AND c.state IN ('Waiting', 'Overdue') WHERE p.id = $1",
        payment_id,
    )
    return int(row["owed"]) if row else 0


async def movements_of(scope: Scope, customer_id: int, uid: UUID) -> list[Movement]:
    """All that happened to the money of a customer's placed order, oldest first. Raises `NotFound`, `NumberUnproven`."""
    check_proven()
    order = await fetch_one(
        "SELECT id, code, currency, total_minor, deferred_minor, placed_at FROM customer_order WHERE uid = $1 "
        "AND platform_id = $2 AND environment = $3 AND customer_id = $4 AND placed_at IS NOT NULL",
        uid,
        scope.platform_id,
        scope.environment,
        customer_id,
    )
    if order is None:
        raise NotFound("There is no such order.", field="id")
    since = [*await _payments(order), *await _refunds(order), *await _events(order)]
    # The deposit is settled a moment before the order is placed, and is told of after it all the same.
    return [_bought(order), *sorted(since, key=lambda movement: movement.at)]


async def dues_of(order_ids: list[int]) -> dict[int, list[DueView]]:
    """What of placed orders fell or falls due, by order, the earliest first; none for one without. One statement."""
    if not order_ids:
        return {}
    rows = await fetch(
        "SELECT order_id, uid, due_at, amount_minor, tax_minor, collected_minor, state, reason FROM scheduled_charge "
        f"WHERE order_id IN ({placeholders(order_ids)}) ORDER BY due_at, id",
        *order_ids,
    )
    found: dict[int, list[DueView]] = {}
    for row in rows:
        due = {**row, "at": as_time(row["due_at"]), "uid": as_uid(row["uid"])}
        del due["due_at"], due["order_id"]
        found.setdefault(row["order_id"], []).append(DueView(**due))
    return found


def _balance(row: Row, dues: list[DueView]) -> BalanceView:
    outstanding = sum(due.outstanding_minor for due in dues)
    return BalanceView(
        order_id=row["id"],
        order_uid=as_uid(row["uid"]),
        order_code=row["code"],
        currency=row["currency"],
        total_minor=row["total_minor"],
        paid_minor=row["total_minor"] - outstanding,
        outstanding_minor=outstanding,
        due=dues,
        method=row["label"],
        about=row["about"],
    )


def _bought(order: Row) -> Movement:
    total = format_money(order["total_minor"], order["currency"])
    return Movement(as_time(order["placed_at"]), f"You bought order {order['code']} for {total}.", 0)


async def _payments(order: Row) -> list[Movement]:
    rows = await fetch(
        "SELECT p.settled_at, p.purpose, p.begun_by, p.amount_minor, p.customer_id, o.customer_id AS owner_id, "
        "m.name AS method FROM payment p JOIN payment_method m ON m.id = p.method_id "
        "JOIN customer_order o ON o.id = p.order_id WHERE p.order_id = $1 AND p.state = 'Settled'",
        order["id"],
    )
    return [
        Movement(as_time(row["settled_at"]), _paid(row, order["currency"]), row["amount_minor"])
        for row in rows
    ]


def _paid(row: Row, currency: str) -> str:
    amount, method = format_money(row["amount_minor"], currency), row["method"]
    if row["purpose"] == "order":
        return f"You paid {amount} at checkout ({method})."
    if row["begun_by"] != "customer":
        why = "because it was due" if row["begun_by"] == "schedule" else "by the shop"
        return f"{amount} was taken {why} ({method})."
    if row["customer_id"] != row["owner_id"]:
        return f"Somebody paid {amount} for you ({method})."
    return f"You paid {amount} ({method})."


async def _refunds(order: Row) -> list[Movement]:
    rows = await fetch(
        "SELECT r.created_at, r.amount_minor, r.state FROM refund r JOIN payment p ON p.id = r.payment_id "
        "WHERE p.order_id = $1",
        order["id"],
    )
    ways = {"OnCard": "came back onto the shopping card", "Done": "was sent back the way it came"}
    return [
        Movement(
            as_time(row["created_at"]),
            f"{format_money(row['amount_minor'], order['currency'])} "
            f"{ways.get(row['state'], 'is on its way back')}.",
            -row["amount_minor"],
        )
        for row in rows
    ]


async def _events(order: Row) -> list[Movement]:
    rows = await fetch(
        f"SELECT kind, data, at FROM order_event WHERE order_id = $1 AND kind IN ({placeholders(list(_TOLD), 2)})",
        order["id"],
        *_TOLD,
    )
    return [
        Movement(as_time(row["at"]), _TOLD[row["kind"]](as_json(row["data"]), order["currency"]), 0)
        for row in rows
    ]


def _moved(data: Mapping[str, Any], _: str) -> str:
    return f"What is left is now due on {Day(datetime.fromisoformat(data['to'])).written(SOURCE)}."


def _declined(data: Mapping[str, Any], _: str) -> str:
    return f"A payment did not go through: {data['reason']}"


def _called_off(data: Mapping[str, Any], currency: str) -> str:
    kept = f" {format_money(data['kept'], currency)} of what you paid is kept." if data["kept"] else ""
    return f"The order was called off; nothing more is owed.{kept}"


def _aside(data: Mapping[str, Any], currency: str) -> str:
    return f"The shop set {format_money(data['amount'], currency)} aside."


def _no_longer_aside(data: Mapping[str, Any], currency: str) -> str:
    return f"{format_money(data['amount'], currency)} is no longer set aside."


_TOLD: dict[str, Callable[[Mapping[str, Any], str], str]] = {
    "due_date_moved": _moved,
    "balance_declined": _declined,
    "called_off": _called_off,
    "authorized": _aside,
    "authorization_released": _no_longer_aside,
}
