"""What a customer is told of a balance: before it falls due, when it was taken or could not be, and how to pay it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.db import Row, fetch_one
from core.errors import NotFound
from core.money import format_money
from models import Customer
from services.accounts.contact import reached_by, tell
from services.accounts.customers import get_customer
from services.deposits.links import pay_link
from services.deposits.tries import Try
from services.notifications.phrases import Phrase, day, phrase, sentence
from services.notifications.queue import Message
from services.tenants import Scope

# What a try that failed is told as: of the charge, why, and when the next try is.
Told = Callable[[Row, str, datetime | None], tuple[str, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Again:
    """When the next try is, if there is one."""

    at: datetime | None


async def collected(scope: Scope, order: Row, payment: Row, used_minor: int, left_minor: int) -> None:
    """The order's customer, and whoever else paid, are told what came and what is left."""
    params = {
        "amount": format_money(used_minor, order["currency"]),
        "order": order["code"],
        "left": _left(left_minor, order["currency"]),
    }
    for customer_id in {order["customer_id"], payment["customer_id"]} - {None}:
        await _tell(scope, order, "balance_paid", params, customer_id, f"paid:{payment['id']}:{customer_id}")


async def declined(scope: Scope, order: Row, payment: Row, reason: str, again: Again | None) -> None:
    """Why a balance could not be taken, when the next try is, and how to pay it oneself."""
    amount = format_money(payment["amount_minor"], order["currency"])
    params = {"amount": amount, "order": order["code"], "reason": sentence(reason), "link": pay_link(order)}
    once = f"declined:{payment['id']}"
    if again is None:
        await _tell(scope, order, "balance_declined", params, payment["customer_id"], once)
    elif again.at is None:
        await _tell(scope, order, "balance_overdue", params, order["customer_id"], once)
    else:
        more = {**params, "again": day(again.at)}
        await _tell(scope, order, "balance_retried", more, order["customer_id"], once)


async def beyond(scope: Scope, customer: Customer, amount: str, payment_id: int) -> None:
    """More came than was owed, and is on the payer's card."""
    await tell(scope, customer, "payment_difference", {"amount": amount}, dedupe_key=f"beyond:{payment_id}")


async def moved(scope: Scope, order: Row, amount_minor: int, due_at: datetime) -> None:
    """A balance falls due on another day."""
    params = {
        "amount": format_money(amount_minor, order["currency"]),
        "order": order["code"],
        "day": day(due_at),
    }
    await _tell(scope, order, "balance_moved", params, order["customer_id"], None)


async def called_off(scope: Scope, order: Row, returned_minor: int, kept_minor: int) -> None:
    """An order was called off: what goes back, and what is kept."""
    currency = order["currency"]
    parts = {"returned": returned_minor, "kept": kept_minor}
    money = [phrase(key, amount=format_money(minor, currency)) for key, minor in parts.items() if minor]
    params = {"order": order["code"], "money": money}
    await _tell(scope, order, "order_called_off", params, order["customer_id"], f"called_off:{order['id']}")


async def to_confirm(scope: Scope, order: Row, payment: Row, url: str) -> None:
    """The customer's bank wants them to confirm a charge on a page."""
    params = {
        "amount": format_money(payment["amount_minor"], order["currency"]),
        "order": order["code"],
        "url": url,
    }
    await _tell(scope, order, "balance_confirm", params, order["customer_id"], f"confirm:{payment['id']}")


async def send_link(scope: Scope, customer_id: int, code: str, channel: str) -> None:
    """Send somebody the link by which an order is paid, their own or another's that they have the code of."""
    order = await fetch_one(
        "SELECT code, uid FROM customer_order WHERE platform_id = $1 AND environment = $2 AND code = $3",
        scope.platform_id,
        scope.environment,
        code,
    )
    if order is None:
        raise NotFound("There is no such order.")
    params = {"order": code, "link": pay_link(order)}
    await tell(scope, await get_customer(scope, customer_id), "balance_link", params, like=channel)


def message_about(charge: Row, what: str, template: str, params: dict[str, Any]) -> Message | None:
    """A message to the customer of a charge (a row of `schedule.DUE_COLUMNS`), once; None where they can't be reached."""
    found = reached_by(charge["chat"], charge["phone"] or charge["stated_phone"], charge["email"])
    if found is None:
        return None
    once = f"charge:{charge['id']}:{what}:{charge['due_at']:%Y%m%d%H%M}"
    said = {"language": charge["language"], **params}
    return Message(charge["platform_id"], charge["environment"], *found, template, said, once)


def soon(charge: Row) -> tuple[str, dict[str, Any]]:
    """The template and words of a notice that a charge falls due."""
    params = {**_of_charge(charge), "day": day(charge["due_at"])}
    if charge["label"] is None:
        return "balance_soon", params
    return "balance_soon_by", {**params, "method": charge["label"]}


def failed(charge: Row, reason: str, again: datetime | None) -> tuple[str, dict[str, Any]]:
    """The same for one that could not be taken, and is tried again, or not."""
    params = {**_of_charge(charge), "reason": sentence(reason)}
    if again is None:
        return "balance_overdue", params
    return "balance_retried", {**params, "again": day(again)}


def unpaid(charge: Row, _: str, again: datetime | None) -> tuple[str, dict[str, Any]]:
    """The same for one that nothing is stored to collect with."""
    if again is None:
        return "balance_overdue", {**_of_charge(charge), "reason": phrase("pay_now")}
    return "balance_due", _of_charge(charge)


def paid_from_card(each: Try) -> Message | None:
    """The same for what was taken from a shopping card on the day."""
    charge = each.charges[0]
    params = {
        "amount": format_money(each.amount_minor, charge["currency"]),
        "order": charge["code"],
        "left": _left(each.left_minor, charge["currency"]),
    }
    return message_about(charge, f"paid:{charge['step']}", "balance_paid", params)


def _of_charge(charge: Row) -> dict[str, Any]:
    return {
        "amount": format_money(charge["outstanding_minor"], charge["currency"]),
        "order": charge["code"],
        "link": pay_link(charge),
    }


async def _tell(
    scope: Scope, order: Row, template: str, params: dict[str, Any], customer_id: int | None, once: str | None
) -> None:
    if customer_id is None:
        return
    customer = await get_customer(scope, customer_id)
    await tell(
        scope, customer, template, params, dedupe_key=once and f"balance_{once}", like=order["channel"]
    )


def _left(left_minor: int, currency: str) -> Phrase:
    return phrase("left", amount=format_money(left_minor, currency)) if left_minor else phrase("in_full")
