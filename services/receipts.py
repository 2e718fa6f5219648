"""Receipts: what a customer can show of an order, and anybody can check by its code. They name no person."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from core.db import fetch_one
from core.errors import NotFound
from core.languages import SOURCE, Day
from core.limits import count_try
from core.money import format_money
from services.accounts.contact import tell
from services.accounts.customers import get_customer
from services.deposits.links import link_to
from services.orders import OrderView, get_order
from services.secrets import are_keyed_digits, keyed_digits
from services.tenants import Environment, Scope, scope_by_id
from services.values import as_uid

MARK = 6
# The order's code and six digits; how they are held apart is of no account.
CODE = re.compile(r"([A-Z]{2,4}\d{6,12})[- ]?(\d{6})", re.ASCII)
LONGEST = 30
# Tries for one order: enough for all who are shown a receipt, too few for who tries its six digits out.
MOST, WITHIN_S = 30, 3600

Standing = Literal["paid", "partly", "unpaid", "cancelled"]


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """An order as its receipt shows it; amounts in minor units of `currency`. In `test` no money moved."""

    code: str
    shop: str
    environment: Environment
    at: datetime
    pieces: int
    total_minor: int
    paid_minor: int
    currency: str
    standing: Standing

    @property
    def link(self) -> str:
        """The page where anybody can check it."""
        return link_to(f"/r/{self.code}")


async def receipt_of(scope: Scope, customer_id: int, order_code: str) -> ReceiptView:
    """The receipt of a customer's placed order. Raises `NotFound`."""
    order = await get_order(scope, code=order_code, customer_id=customer_id)
    if order is None or order.placed_at is None:
        raise NotFound("There is no receipt for that order.")
    return _receipt(scope, order)


async def send_receipt(scope: Scope, customer_id: int, order_code: str, channel: str) -> None:
    """Send a customer the receipt of their order, with its link. Raises `NotFound`."""
    receipt = await receipt_of(scope, customer_id, order_code)
    params = {
        "code": receipt.code,
        "amount": format_money(receipt.total_minor, receipt.currency),
        "day": Day(receipt.at).written(SOURCE),
        "link": receipt.link,
    }
    await tell(scope, await get_customer(scope, customer_id), "receipt_link", params, like=channel)


async def check_receipt(code: str, environment: Environment | None = None) -> ReceiptView:
    """What a receipt's code stands for, of any shop here; of that environment, where one is given.

    Raises `NotFound` for a code that was made up, and `TooManyTries`.
    """
    found = CODE.fullmatch(code.strip()[:LONGEST].upper())
    if found is None:
        raise NotFound
    order_code, mark = found.groups()
    # All tries count, also a right one: after so many it is as likely to be a guess.
    await count_try(f"receipt:{order_code}", most=MOST, within_s=WITHIN_S)
    row = await fetch_one(
        "SELECT uid, platform_id, environment FROM customer_order WHERE code = $1 AND placed_at IS NOT NULL",
        order_code,
    )
    if row is None or not are_keyed_digits(_subject(as_uid(row["uid"])), mark, MARK):
        raise NotFound
    if environment not in (None, row["environment"]):
        raise NotFound
    scope = await scope_by_id(row["platform_id"], row["environment"])
    order = await get_order(scope, code=order_code)
    if order is None:
        raise NotFound
    return _receipt(scope, order)


def _subject(uid: UUID) -> str:
    return f"receipt:{uid}"


def _receipt(scope: Scope, order: OrderView) -> ReceiptView:
    return ReceiptView(
        code=f"{order.code}-{keyed_digits(_subject(order.uid), MARK)}",
        shop=scope.name,
        environment=scope.environment,
        at=order.placed_at or order.created_at,
        pieces=order.quantity,
        total_minor=order.total_minor,
        paid_minor=order.total_minor - order.outstanding_minor,
        currency=order.currency,
        standing=_standing(order),
    )


def _standing(order: OrderView) -> Standing:
    if order.state == "Cancelled":
        return "cancelled"
    if not order.outstanding_minor:
        return "paid"
    return "partly" if order.outstanding_minor < order.total_minor else "unpaid"
