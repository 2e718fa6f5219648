"""Placing an order on account: nothing is paid at checkout, all of it falls due later."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.db import Row, fetch_one, for_update, transaction
from core.errors import (
    IllegalTransition,
    InvalidInput,
    NoActiveOrder,
    NotSignedIn,
    OrderNotModifiable,
    PaymentPending,
)
from core.money import format_money
from services import stock
from services.accounts.standing import check_standing
from services.deposits.splitting import Due
from services.ledger import shared_account
from services.orders.events import record
from services.orders.freezing import Frozen, agree
from services.orders.placing import PAYABLE, place_order
from services.orders.reading import ORDER_COLUMNS
from services.payments.settling import book_order_payment
from services.pricing import share_out
from services.tenants import Scope


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of the price (minor units, tax contained) and when it falls due (UTC)."""

    due_at: datetime
    amount_minor: int


Terms = Callable[[int], Sequence[Instalment]]


@dataclass(frozen=True, slots=True)
class OnAccount:
    """An order that is placed on account; `anew` where it was placed by this call."""

    order_id: int
    anew: bool


async def place_on_account(scope: Scope, cart_uid: UUID, terms: Terms) -> OnAccount:
    """Place a cart whose price is paid later, by the instalments that the `terms` make of its total (minor units). What is
    owed is then collected, paid in parts, or called off as the balance of a deposit is. A cart that costs nothing is
    placed as paid.

    Of many calls at once for one cart the first places it, and the others are given what it placed. Who may is for the
    caller to know. Raises `NoActiveOrder`, `IllegalTransition` and whatever else `agree` raises, `InsufficientStock`,
    `NotSignedIn` for a guest's cart, `AccountLocked`, `PaymentPending` while somebody is paying for it, `OrderNotModifiable` where it was
    placed another way, `InvalidInput` on `total` where the instalments don't come to it.
    """
    async with transaction():
        await check_standing(await _whose(scope, cart_uid))
        row = await _lock(scope, cart_uid)
        if row["state"] not in PAYABLE:
            return _placed_before(row)
        if row["customer_id"] is None:
            raise NotSignedIn("Sign in to pay for it later.")
        await _nobody_pays(row)
        agreed = await agree(scope, row)
        dues = _dues(scope, agreed.row, terms)
        await _place(scope, agreed, dues)
        await record(row["id"], "placed_on_account", instalments=len(dues))
    return OnAccount(row["id"], anew=True)


async def _whose(scope: Scope, cart_uid: UUID) -> int | None:
    """The customer with that cart, which is not locked; None for a guest's, or none."""
    row = await fetch_one(
        "SELECT customer_id FROM customer_order WHERE uid = $1 AND platform_id = $2 AND environment = $3",
        cart_uid,
        scope.platform_id,
        scope.environment,
    )
    return row["customer_id"] if row else None


async def _lock(scope: Scope, cart_uid: UUID) -> Row:
    row = await fetch_one(
        f"SELECT {ORDER_COLUMNS} FROM customer_order o WHERE o.uid = $1 AND o.platform_id = $2 "
        f"AND o.environment = $3{for_update()}",
        cart_uid,
        scope.platform_id,
        scope.environment,
    )
    if row is None:
        raise NoActiveOrder
    return row


def _placed_before(row: Row) -> OnAccount:
    if row["placed_at"] is None or row["deferred_minor"] != row["total_minor"]:
        raise OrderNotModifiable("It is not a cart any more.")
    return OnAccount(row["id"], anew=False)


async def _nobody_pays(row: Row) -> None:
    """Raises `PaymentPending` where a payment for the cart is under way."""
    if await fetch_one(
        "SELECT id FROM payment WHERE order_id = $1 AND state IN ('Created', 'Pending')", row["id"]
    ):
        raise PaymentPending


def _dues(scope: Scope, row: Row, terms: Terms) -> list[Due]:
    """What falls due when. Tax is shared by the amounts."""
    total = row["total_minor"]
    if not total:
        if not row["discount_minor"]:
            raise IllegalTransition(row["state"], "PaymentSettled", (), "There is nothing to pay.")
        return []
    instalments = sorted(terms(total), key=lambda part: part.due_at)
    amounts = [part.amount_minor for part in instalments]
    if sum(amounts) != total or min(amounts) <= 0:
        price = format_money(total, scope.currency)
        raise InvalidInput(f"The total is {price} now. Please look again.", field="total")
    taxes = share_out(row["tax_minor"], amounts)
    return [
        Due(part.due_at, part.amount_minor, tax, ()) for part, tax in zip(instalments, taxes, strict=True)
    ]


async def _place(scope: Scope, agreed: Frozen, dues: Sequence[Due]) -> None:
    whole = {"deferred_minor": agreed.row["total_minor"]}
    row = {**agreed.row, **whole}
    await stock.take(row["id"], lines=agreed.lines)
    # Nothing is due at checkout, so nothing comes from where the money would.
    nowhere = await shared_account(scope, "receivable", "receivable")
    await book_order_payment(scope, None, row, nowhere, view=agreed.view)
    await place_order(scope, row, totals={**agreed.totals, **whole}, by_carrier=agreed.by_carrier, dues=dues)
