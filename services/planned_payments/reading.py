"""Reading the payments of orders, planned and made: two statements for any number of orders."""

from collections.abc import Sequence
from uuid import UUID

from core.db import Row, fetch, fetch_one, placeholders
from core.errors import NotFound
from services.planned_payments.views import MethodView, PlannedView, Try
from services.values import as_json, as_time, as_uid

_METHOD = (
    "m.id AS method_id, m.code, m.name AS method_name, m.description, m.kind, m.position AS method_position"
)


async def payments_of(order_ids: Sequence[int]) -> dict[int, list[PlannedView]]:
    """The payments of these orders, in the order in which they were planned or made. The caller knows whose they are."""
    found: dict[int, list[PlannedView]] = {order_id: [] for order_id in order_ids}
    if not found:
        return found
    ids = list(found)
    plans = {
        row["id"]: _plan(row)
        for row in await fetch(
            f"SELECT p.*, {_METHOD}, s.uid AS seller_uid, s.name AS seller, "
            # With an order everything that was planned of it is called off.
            "CASE WHEN o.state = 'Cancelled' THEN o.updated_at END AS over_at FROM planned_payment p "
            "JOIN customer_order o ON o.id = p.order_id "
            "JOIN payment_method m ON m.id = p.method_id LEFT JOIN seller s ON s.id = p.seller_id "
            f"WHERE p.order_id IN ({placeholders(ids)}) ORDER BY p.id",
            *ids,
        )
    }
    for plan in plans.values():
        found[plan.order_id].append(plan)
    for row in await fetch(
        "SELECT p.id, p.uid, p.plan_id, p.order_id, p.customer_id, p.state, p.amount_minor, p.currency, p.reason, p.begun_by, "
        f"p.created_at, p.updated_at, p.settled_at, {_METHOD}, m.provider, a.reference, a.payment_url, "
        "COALESCE(a.attempts, 0) AS asked, "
        "COALESCE((SELECT SUM(r.amount_minor) FROM refund r WHERE r.payment_id = p.id), 0) AS returned_minor "
        "FROM payment p JOIN payment_method m ON m.id = p.method_id LEFT JOIN payment_attempt a ON a.payment_id = p.id "
        f"WHERE p.order_id IN ({placeholders(ids)}) ORDER BY p.id",
        *ids,
    ):
        made = _try(row)
        if made.plan_id is not None:
            plans[made.plan_id].tries.append(made)
        else:
            found[made.order_id].append(_unplanned(made, row["currency"]))
    for payments in found.values():
        payments.sort(key=lambda each: (each.created_at, each.number))
    return found


async def payment_of(order_id: int, uid: UUID) -> PlannedView:
    """One of an order's payments. Raises `NotFound`."""
    payments = (await payments_of([order_id]))[order_id]
    found = next((each for each in payments if each.uid == uid), None)
    if found is None:
        raise NotFound("There is no such payment.", field="paymentId")
    return found


async def order_of_payment(platform_id: int, environment: str, uid: UUID) -> int:
    """The order that a payment, planned or made, belongs to. Raises `NotFound`."""
    row = await fetch_one(
        "SELECT order_id FROM planned_payment WHERE uid = $1 AND platform_id = $2 AND environment = $3 UNION ALL "
        "SELECT order_id FROM payment WHERE uid = $1 AND platform_id = $2 AND environment = $3 AND order_id IS NOT NULL",
        uid,
        platform_id,
        environment,
    )
    if row is None:
        raise NotFound("There is no such payment.", field="paymentId")
    return int(row["order_id"])


def _method(row: Row) -> MethodView:
    return MethodView(
        row["method_id"],
        row["code"],
        row["method_name"],
        row["description"],
        row["kind"],
        row["method_position"],
    )


def _plan(row: Row) -> PlannedView:
    cancelled_at = row["cancelled_at"] or row["over_at"]
    return PlannedView(
        row["id"],
        as_uid(row["uid"]),
        row["number"],
        row["order_id"],
        _method(row),
        row["currency"],
        row["amount_minor"],
        as_uid(row["seller_uid"]) if row["seller_uid"] else None,
        row["seller"],
        as_json(row["billing_address"]),
        row["comment"],
        row["outer_id"],
        row["cancel_reason"],
        as_time(row["created_at"]),
        as_time(row["updated_at"]),
        as_time(cancelled_at) if cancelled_at else None,
    )


def _try(row: Row) -> Try:
    return Try(
        id=row["id"],
        uid=as_uid(row["uid"]),
        plan_id=row["plan_id"],
        order_id=row["order_id"],
        customer_id=row["customer_id"],
        method=_method(row),
        provider=row["provider"],
        state=row["state"],
        amount_minor=row["amount_minor"],
        returned_minor=int(row["returned_minor"]),
        reason=row["reason"],
        begun_by=row["begun_by"],
        reference=row["reference"],
        payment_url=row["payment_url"],
        asked=row["asked"],
        created_at=as_time(row["created_at"]),
        updated_at=as_time(row["updated_at"]),
        settled_at=as_time(row["settled_at"]) if row["settled_at"] else None,
    )


def _unplanned(made: Try, currency: str) -> PlannedView:
    """What was paid at another door. Its number is made of its id; no plan's has a dash."""
    return PlannedView(
        None,
        made.uid,
        f"PA-{made.id}",
        made.order_id,
        made.method,
        currency,
        made.amount_minor,
        None,
        None,
        None,
        "",
        "",
        made.reason if made.state == "Cancelled" else "",
        made.created_at,
        made.updated_at,
        made.updated_at if made.state == "Cancelled" else None,
        [made],
    )
