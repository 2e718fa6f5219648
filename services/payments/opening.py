"""Opening a payment, and giving one up that nobody has paid."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import orjson

from core.clock import now
from core.db import Row, fetch, fetch_one, for_update
from core.errors import PaymentPending
from core.ids import new_token, new_uid
from core.work import LEASE
from services import stock
from services.buyers import Buyer
from services.orders.events import record
from services.outgoing import announce_all
from services.payments import telling
from services.payments.states import PAYMENT_STATES

AttemptKind = Literal["redirect", "mobile_money", "stored"]
BegunBy = Literal["customer", "merchant", "schedule"]


@dataclass(frozen=True, slots=True)
class Opened:
    """An attempt that was stored; `lease` where the opener holds it."""

    attempt_id: int
    lease: str | None = None


# How long a customer has to finish on the provider's page, and to approve on their phone.
REDIRECT_LIFETIME = timedelta(minutes=30)
MOBILE_MONEY_LIFETIME = timedelta(minutes=5)
# A stored card is charged without them; what is still unknown of it shall be known before the next day's try.
STORED_LIFETIME = timedelta(hours=20)
LIFETIMES: dict[AttemptKind, timedelta] = {
    "redirect": REDIRECT_LIFETIME,
    "mobile_money": MOBILE_MONEY_LIFETIME,
    "stored": STORED_LIFETIME,
}
# Whoever opens one of these asks the provider at once, and holds it from the start.
ASKED_AT_ONCE = ("redirect", "stored")


async def open_payment(
    buyer: Buyer,
    *,
    purpose: Literal["order", "balance", "card"],
    method_id: int,
    amount_minor: int,
    order_id: int | None = None,
    settled: bool = False,
    begun_by: BegunBy = "customer",
    authorization_id: int | None = None,
    plan_id: int | None = None,
) -> int:
    """Store a payment, in the caller's transaction; its id. One that needs no provider is `settled` at once.

    Raises `PaymentPending` where one is open already.
    """
    rows = await fetch(
        "INSERT INTO payment (uid, created_at, updated_at, platform_id, environment, purpose, order_id, customer_id, "
        "method_id, state, amount_minor, currency, reason, settled_at, begun_by, authorization_id, plan_id) "
        "VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', $12, $13, $14, $15) ON CONFLICT DO NOTHING "
        f"RETURNING {telling.TOLD}",
        new_uid(),
        now(),
        buyer.scope.platform_id,
        buyer.scope.environment,
        purpose,
        order_id,
        buyer.customer_id,
        method_id,
        "Settled" if settled else "Created",
        amount_minor,
        buyer.scope.currency,
        now() if settled else None,
        begun_by,
        authorization_id,
        plan_id,
    )
    if not rows:
        raise PaymentPending
    if settled:
        await announce_all([telling.settled(rows[0])])
    payment_id: int = rows[0]["id"]
    return payment_id


async def open_attempt(
    payment_id: int,
    *,
    provider: str,
    kind: AttemptKind,
    request: dict[str, Any],
) -> Opened:
    """Store an attempt with its reference, before any call.

    A page is asked for, and a stored card charged, by whoever opens the attempt, who therefore holds it from the
    start; a wallet is asked by the worker, at once.
    """
    uid, at = new_uid(), now()
    lease = new_token() if kind in ASKED_AT_ONCE else None
    rows = await fetch(
        "INSERT INTO payment_attempt (uid, created_at, updated_at, payment_id, provider, kind, reference, state, "
        "request, reason, expires_at, attempts, next_attempt_at, lease, leased_until) "
        "VALUES ($1, $2, $2, $3, $4, $5, $6, 'Stored', $7, '', $8, $9, $2, $10, $11) RETURNING id",
        uid,
        at,
        payment_id,
        provider,
        kind,
        f"mk-{uid.hex}",
        orjson.dumps(request).decode(),
        at + LIFETIMES[kind],
        1 if lease else 0,
        lease,
        at + LEASE if lease else None,
    )
    return Opened(rows[0]["id"], lease)


async def open_payment_of(order_id: int) -> Row | None:
    """The payment under way for an order, locked, with its newest attempt; None where there is none."""
    payment = await fetch_one(
        "SELECT id, state, method_id, purpose, amount_minor, customer_id, plan_id FROM payment WHERE order_id = $1 "
        f"AND state IN ('Created', 'Pending'){for_update()}",
        order_id,
    )
    if payment is None:
        return None
    attempt = await fetch_one(
        "SELECT id AS attempt_id, kind, payment_url, reference, request, state AS attempt_state FROM payment_attempt "
        "WHERE payment_id = $1 ORDER BY id DESC LIMIT 1",
        payment["id"],
    )
    return {**payment, **(attempt or {"attempt_id": None, "kind": "", "payment_url": None, "request": {}})}


async def abandon_open_payment(order_id: int) -> None:
    """Give up a payment that waits for the customer on a page; an order's pieces go back on the shelf.

    Its attempt is asked after until it expires: who pays all the same gets the money back. Raises
    `PaymentPending` where the customer's phone was asked, since money may be moving.
    """
    payment = await open_payment_of(order_id)
    if payment is None:
        return
    if payment["kind"] != "redirect":
        raise PaymentPending
    await PAYMENT_STATES.move(payment["id"], payment["state"], "Cancelled", reason="It was given up.")
    if payment["purpose"] == "order":
        await stock.release(order_id)
    await record(order_id, "payment_given_up", payment=payment["id"])
