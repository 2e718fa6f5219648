"""Opening many scheduled payments at once, each with an attempt that a worker takes to its provider."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

import orjson

from core.clock import now
from core.db import Row, as_given, execute, fetch, given, placeholders
from core.ids import new_uid
from services.checkout.methods import PAYER_EMAIL
from services.deposits.tries import Try
from services.outgoing import announce_all
from services.payments.opening import STORED_LIFETIME
from services.payments.telling import TOLD, settled

# Of a wallet longer than at a checkout: many may be asked at once, and wait for their turn.
LIFETIMES = {"stored": STORED_LIFETIME, "mobile_money": timedelta(hours=1)}


async def open_attempts(tries: Sequence[Try]) -> None:
    """Store a payment and an attempt for each, in the caller's transaction; their charges wait for what becomes of it.

    Four statements, whatever the number. Nobody is woken: sweepers take as many as each provider may have at once.
    """
    if not tries:
        return
    payments = await open_payments(tries, "Created")
    attempts = [_attempt(payments[each.order_id], each.charges[0]) for each in tries]
    columns = {
        "uid": "uuid",
        "payment_id": "bigint",
        "provider": "text",
        "kind": "text",
        "reference": "text",
        "request": "jsonb",
        "expires_at": "timestamptz",
    }
    await execute(
        "INSERT INTO payment_attempt (uid, created_at, updated_at, payment_id, provider, kind, reference, state, request, "
        "reason, expires_at, attempts, next_attempt_at) SELECT given.uid, $2, $2, given.payment_id, given.provider, "
        "given.kind, given.reference, 'Stored', given.request, '', given.expires_at, 0, $2 "
        f"FROM {given('$1', **columns)}",
        as_given(attempts),
        now(),
    )
    ids = [charge["id"] for each in tries for charge in each.charges]
    await execute(
        f"UPDATE scheduled_charge SET next_step_at = NULL WHERE id IN ({placeholders(ids)})",
        *ids,
    )


async def open_payments(tries: Sequence[Try], state: Literal["Created", "Settled"]) -> dict[int, int]:
    """Store a payment for each, in the caller's transaction; its id for each order."""
    columns = {
        "uid": "uuid",
        "platform_id": "bigint",
        "environment": "text",
        "order_id": "bigint",
        "customer_id": "bigint",
        "method_id": "bigint",
        "currency": "text",
        "authorization_id": "bigint",
        "amount_minor": "bigint",
    }
    named = ", ".join(columns)
    copied = [name for name in columns if name not in ("uid", "amount_minor")]
    rows = [
        {
            **{name: each.charges[0][name] for name in copied},
            "uid": new_uid(),
            "amount_minor": each.amount_minor,
        }
        for each in tries
    ]
    opened = await fetch(
        f"INSERT INTO payment (created_at, updated_at, purpose, reason, begun_by, state, settled_at, {named}) "
        f"SELECT $2, $2, 'balance', '', 'schedule', $3, $4, {named} FROM {given('$1', **columns)} RETURNING {TOLD}",
        as_given(rows),
        now(),
        state,
        now() if state == "Settled" else None,
    )
    if state == "Settled":
        await announce_all([settled(row) for row in opened])
    return {row["order_id"]: row["id"] for row in opened}


def _attempt(payment_id: int, charge: Row) -> Row:
    uid = new_uid()
    stored = charge["kind"] == "stored"
    email = charge["email"] or PAYER_EMAIL.format(name=f"customer-{charge['customer_id']}")
    request = (
        {"code": charge["stored_code"], "email": charge["stored_email"]}
        if stored
        else {"phone": charge["stored_phone"], "network": charge["network"], "email": email}
    )
    return {
        "uid": uid,
        "payment_id": payment_id,
        "provider": charge["provider"],
        "kind": charge["kind"],
        "reference": f"mk-{uid.hex}",
        "request": orjson.Fragment(orjson.dumps(request)),
        "expires_at": now() + LIFETIMES[charge["kind"]],
    }
