"""Planning the payments of an order: how much of what is owed is paid how, and changing that until it is begun."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import orjson

from core.clock import now
from core.db import Row, execute, fetch_one, transaction
from core.errors import InvalidInput, OrderNotModifiable, PaymentPending
from core.ids import new_uid
from core.money import format_money, from_decimal
from services.accounts.customers import checked_text
from services.buyers import Buyer
from services.checkout.methods import by_hand_method, eligible_method
from services.deposits.charges import outstanding
from services.deposits.collecting import lock_order
from services.orders.access import Caller, seen
from services.orders.events import record as record_event
from services.paging import storable
from services.planned_payments.checking import CALLED_OFF, PAID
from services.planned_payments.reading import payments_of
from services.planned_payments.storing import insert_plan
from services.planned_payments.views import PlannedView
from services.properties import Given, set_properties
from services.properties.writing import uid_of
from services.staff import check_may, record
from services.values import as_uid

CHANNEL = "xorder"
LONGEST_COMMENT, LONGEST_OUTER, LONGEST_PART = 1_000, 128, 255
MOST_PLANS = 50  # of an order
# What can't be changed any more of a payment that was begun.
MONEY = frozenset({"amount", "currency", "price", "method", "seller_uid"})


@dataclass(frozen=True, slots=True)
class PaymentInput:
    """What is given of a payment; what isn't among the changes stays.

    `named` is its id, or whatever its client calls it. Changes: amount and price (major units), currency, method (a code),
    comment, outer_id, seller_uid, billing_address (parts by name, null takes one away).
    """

    named: str | None
    changes: Mapping[str, Any]
    properties: Sequence[Given] = field(default=())


async def plan_payment(caller: Caller, order_uid: UUID, given: PaymentInput) -> int:
    """Plan a payment of an order, or change one that is known by that name; the order's id.

    Without an amount it is all that is owed and not planned otherwise; without a method the shop's usual one. For the order's customer, and for a
    desk. Raises `Forbidden`, `NotFound`, `InvalidInput`, `IneligiblePaymentMethod`, and `PaymentPending` or
    `OrderNotModifiable` for one that was begun, made or called off.
    """
    if caller.desk is not None:
        check_may(caller.desk, "UpdateOrder")
    row = await seen(caller, order_uid)
    if caller.seller_id is not None:
        raise OrderNotModifiable("An order is paid to the market.", field="orderId")
    method = await _method(caller, row, given.changes)
    async with transaction():
        order = await lock_order(caller.scope, uid=as_uid(row["uid"]))
        known = (await payments_of([order["id"]]))[order["id"]]
        plan = _find(order, known, given.named)
        written = await _columns(order, given, known, plan, method)
        plan_id = await (_change(plan, written) if plan else _add(caller, order, given, written))
        await set_properties(caller.scope, "PaymentIn", plan_id, given.properties, order_id=order["id"])
        await record_event(order["id"], "payment_planned", plan=plan_id, amount=written.get("amount_minor"))
        if caller.desk is not None:
            act = "updated" if plan else "created"
            await record(caller.desk, act, "planned_payment", plan_id, order=order["code"])
    return int(row["id"])


def _find(order: Row, known: Sequence[PlannedView], named: str | None) -> PlannedView | None:
    """By its id, however that is written, by the name that it was planned under, or by its name in another system."""
    if not named:
        return None
    uids = {uid_of(named), _named_uid(order, named)}
    found = next((each for each in known if each.uid in uids), None)
    return found or next((each for each in known if each.outer_id == named), None)


def _named_uid(order: Row, named: str) -> UUID:
    """The id of a payment that its client calls so: the same call again finds it, whatever its outer id has become."""
    return uuid5(as_uid(order["uid"]), f"payment:{storable(named)}")


async def _method(caller: Caller, order: Row, changes: Mapping[str, Any]) -> Row | None:
    """The way to pay that was chosen. Raises `IneligiblePaymentMethod`."""
    if "method" not in changes:
        return None
    code = changes["method"]
    hand = await by_hand_method(caller.scope)
    if code == hand["code"]:
        return hand
    buyer = Buyer(caller.scope, CHANNEL, customer_id=order["customer_id"])
    return await eligible_method(buyer, str(code or ""))


async def _columns(
    order: Row,
    given: PaymentInput,
    known: Sequence[PlannedView],
    plan: PlannedView | None,
    method: Row | None,
) -> dict[str, Any]:
    """What is written, checked."""
    changes = given.changes
    if plan is not None:
        _check_open(plan, changes)
    if changes.get("currency") not in (None, order["currency"]):
        raise InvalidInput(f"This order is in {order['currency']}.", field="payment.currency")
    if changes.get("price"):
        raise InvalidInput("No way to pay costs anything here.", field="payment.price")
    written: dict[str, Any] = {}
    if plan is None or "amount" in changes:
        written["amount_minor"] = await _amount(order, changes.get("amount"), known, plan)
    if method is not None:
        written["method_id"] = method["id"]
    for name, longest in (("comment", LONGEST_COMMENT), ("outer_id", LONGEST_OUTER)):
        if name in changes:
            text = changes[name] or ""
            written[name] = checked_text(text, f"payment.{name}", longest) if text.strip() else ""
    if "seller_uid" in changes:
        written["seller_id"] = await _seller(order, changes["seller_uid"])
    if changes.get("billing_address") is not None:
        before = (plan.billing_address if plan else None) or {}
        written["billing_address"] = _address({**before, **changes["billing_address"]})
    return written


def _check_open(plan: PlannedView, changes: Mapping[str, Any]) -> None:
    """Raises `OrderNotModifiable`, `PaymentPending` where more than words would be changed of what was begun."""
    if plan.unplanned:
        raise OrderNotModifiable("This payment was made without a plan.", field="payment.id")
    if not MONEY & changes.keys():
        return
    if plan.paid or plan.cancelled_at:
        raise OrderNotModifiable(PAID if plan.paid else CALLED_OFF, field="payment.id")
    if plan.under_way:
        raise PaymentPending(field="payment.id")


async def _amount(
    order: Row, given: Decimal | None, known: Sequence[PlannedView], plan: PlannedView | None
) -> int:
    """An amount in minor units within what is owed and not planned otherwise; all of that where none is said."""
    planned = sum(
        each.amount_minor
        for each in known
        if not each.unplanned and not each.paid and not each.cancelled_at and each is not plan
    )
    left = await outstanding(order["id"]) - planned
    if left <= 0:
        raise InvalidInput("All that is owed of this order is planned already.", field="payment.amount")
    if given is None:
        return left
    amount = from_decimal(given, order["currency"], "payment.amount")
    if not 0 < amount <= left:
        most = format_money(left, order["currency"])
        raise InvalidInput(f"Up to {most} of what is owed is not planned otherwise.", field="payment.amount")
    return amount


async def _seller(order: Row, uid: UUID | None) -> int | None:
    if uid is None:
        return None
    row = await fetch_one(
        "SELECT s.id FROM seller s JOIN order_line l ON l.seller_id = s.id WHERE s.uid = $1 AND l.order_id = $2",
        uid,
        order["id"],
    )
    if row is None:
        raise InvalidInput("Nothing in this order is that seller's.", field="payment.vendorId")
    return int(row["id"])


def _address(parts: Mapping[str, Any]) -> str | None:
    clean: dict[str, Any] = {}
    for name, value in parts.items():
        if isinstance(value, str) and value.strip():
            clean[name] = checked_text(value, f"payment.billingAddress.{name}", LONGEST_PART)
        elif isinstance(value, int):
            clean[name] = value
    return orjson.dumps(clean).decode() if clean else None


async def _add(caller: Caller, order: Row, given: PaymentInput, written: dict[str, Any]) -> int:
    count = await fetch_one("SELECT COUNT(*) AS n FROM planned_payment WHERE order_id = $1", order["id"])
    if count and count["n"] >= MOST_PLANS:
        raise InvalidInput(f"An order has at most {MOST_PLANS} planned payments.", field="payment")
    if "method_id" not in written:
        usual = await _method(caller, order, {"method": caller.scope.default_gateway})
        assert usual is not None
        written["method_id"] = usual["id"]
    # Its client's own name for it, unless it says another.
    written.setdefault("outer_id", (given.named or "")[:LONGEST_OUTER])
    columns = {
        "uid": _named_uid(order, given.named) if given.named else new_uid(),
        "created_at": now(),
        "updated_at": now(),
        "platform_id": caller.scope.platform_id,
        "environment": caller.scope.environment,
        "order_id": order["id"],
        "currency": order["currency"],
        "comment": "",
        "cancel_reason": "",
        **written,
    }
    return await insert_plan(columns)


async def _change(plan: PlannedView, written: Mapping[str, Any]) -> int:
    assert plan.id is not None
    changed = {**written, "updated_at": now()}
    marks = ", ".join(f"{column} = ${n}" for n, column in enumerate(changed, 2))
    await execute(f"UPDATE planned_payment SET {marks} WHERE id = $1", plan.id, *changed.values())
    return plan.id
