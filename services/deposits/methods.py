"""Stored methods: how a customer has let us collect, which of them an order's balance is collected with."""

from uuid import UUID

import structlog

from core.clock import now
from core.db import Row, execute, fetch, fetch_one, transaction
from core.errors import IneligiblePaymentMethod, NotFound
from core.ids import new_uid
from core.jobs import enqueue
from core.phones import national
from core.work import backoff
from models import PaymentAttempt, StoredMethod
from providers.errors import ProviderRefused, ProviderUnknown
from providers.payments import Charge
from providers.registry import registry
from services.accounts.pins import check_pin
from services.tenants import Scope

log = structlog.get_logger(__name__)

METHOD_COLUMNS = (
    "s.id, s.customer_id, s.method_id, s.kind, s.provider, s.label, s.code, s.email, s.phone, s.network"
)
NETWORK_NAMES = {"mtn": "MTN", "telecel": "Telecel", "at": "AT"}


async def method_of(order: Row) -> Row | None:
    """The stored method of an order (`METHOD_COLUMNS`), where it has one that may be used."""
    if order["stored_method_id"] is None:
        return None
    return await fetch_one(
        f"SELECT {METHOD_COLUMNS} FROM stored_method s WHERE s.id = $1 AND s.removed_at IS NULL",
        order["stored_method_id"],
    )


async def keep_card(scope: Scope, order_id: int, customer_id: int, method_id: int) -> None:
    """Collect an order's balance from its customer's shopping card from now on."""
    await _keep(
        scope, order_id, customer_id, method_id, kind="card", fingerprint="card", label="shopping card"
    )


async def keep_wallet(
    scope: Scope, order_id: int, customer_id: int, method_id: int, provider: str, phone: str, network: str
) -> None:
    """Ask the mobile money wallet of `phone` (E.164) for an order's balance from now on."""
    await _keep(
        scope,
        order_id,
        customer_id,
        method_id,
        kind="mobile_money",
        provider=provider,
        fingerprint=f"{network}:{phone}",
        label=f"{NETWORK_NAMES[network]} {national(phone)}",
        phone=phone,
        network=network,
    )


async def keep_used(scope: Scope, payment: Row, attempt: PaymentAttempt, charge: Charge) -> None:
    """Keep what an order's deposit or balance was just paid with for the rest, where its payer is the order's customer
    and wanted that, in the caller's transaction. A page's card is kept where it may be used again.
    """
    order = await fetch_one(
        "SELECT id, customer_id, deferred_minor, stored_method_id FROM customer_order WHERE id = $1",
        payment["order_id"],
    )
    if order is None or not order["deferred_minor"] or order["customer_id"] != payment["customer_id"]:
        return
    if payment["purpose"] == "balance" and not is_kept(order, attempt.request.get("keep")):
        return
    who = (scope, order["id"], order["customer_id"], payment["method_id"])
    if attempt.kind == "mobile_money":
        await keep_wallet(*who, attempt.provider, attempt.request["phone"], attempt.request["network"])
    elif attempt.kind == "redirect" and charge.authorization is not None and charge.authorization.reusable:
        card = charge.authorization
        await _keep(
            *who,
            kind="stored",
            provider=attempt.provider,
            fingerprint=card.signature or card.code,
            label=f"{card.brand.title() or 'Card'} {card.last4}".strip(),
            code=card.code,
            email=card.email,
        )


def is_kept(order: Row, wanted: bool | None) -> bool:
    """Whether the rest is collected with what a part of a balance was paid with: as its payer said, else only where
    nothing else is stored.
    """
    return order["stored_method_id"] is None if wanted is None else wanted


async def collect_from_card(scope: Scope, customer_id: int, uid: UUID, pin: str) -> None:
    """Collect what is left of a customer's own order from their shopping card from now on, which their PIN allows.

    Raises `NotFound`, `PinWrong`, `PinLocked`, `PinMissing`, `IneligiblePaymentMethod`.
    """
    await check_pin(scope, customer_id, pin)
    rows = await fetch(
        "SELECT o.id, m.id AS method_id FROM customer_order o LEFT JOIN payment_method m ON m.platform_id = o.platform_id "
        "AND m.environment = o.environment AND m.kind = 'card' WHERE o.uid = $1 AND o.platform_id = $2 "
        "AND o.environment = $3 AND o.customer_id = $4 AND o.state = 'PaymentAuthorized'",
        uid,
        scope.platform_id,
        scope.environment,
        customer_id,
    )
    if not rows:
        raise NotFound("There is no such order.", field="id")
    if rows[0]["method_id"] is None:
        raise IneligiblePaymentMethod(field="method")
    async with transaction():
        await keep_card(scope, rows[0]["id"], customer_id, rows[0]["method_id"])


async def release_method(order: Row) -> None:
    """Collect an order's balance with nothing from now on, in the caller's transaction.

    A method that no other open balance needs is forgotten, at its provider too.
    """
    await execute("UPDATE customer_order SET stored_method_id = NULL WHERE id = $1", order["id"])
    method = await method_of(order)
    if method is None:
        return
    to_tell = method["kind"] == "stored"
    rows = await fetch(
        "UPDATE stored_method SET removed_at = $2, updated_at = $2, next_attempt_at = $3 WHERE id = $1 "
        "AND NOT EXISTS (SELECT 1 FROM customer_order o WHERE o.stored_method_id = $1 AND o.state = 'PaymentAuthorized') "
        "RETURNING id",
        method["id"],
        now(),
        now() if to_tell else None,
    )
    if rows and to_tell:
        await enqueue("forget_method", method["id"])


async def forget_method(method: StoredMethod) -> None:
    """Tell the provider of a claimed, removed method that it must not be charged again, until it has heard."""
    gateway = registry().payments(method.provider, method.environment)  # type: ignore[arg-type]
    try:
        await gateway.forget_stored(code=method.code, email=method.email)
    except (ProviderRefused, ProviderUnknown) as trouble:
        log.info("stored method not forgotten yet", method=method.id, reason=str(trouble))
        await method.release(retry_in=backoff(method.attempts, first_s=5, longest_s=3600))
        return
    await method.release(retry_in=None, code="")


async def _keep(
    scope: Scope,
    order_id: int,
    customer_id: int,
    method_id: int,
    *,
    kind: str,
    fingerprint: str,
    label: str,
    provider: str = "",
    code: str = "",
    email: str = "",
    phone: str = "",
    network: str = "",
) -> None:
    rows = await fetch(
        "INSERT INTO stored_method (uid, created_at, updated_at, platform_id, environment, customer_id, method_id, kind, "
        "provider, fingerprint, label, code, email, phone, network, attempts) "
        "VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0) "
        "ON CONFLICT (customer_id, provider, kind, fingerprint) DO UPDATE SET code = excluded.code, "
        "email = excluded.email, method_id = excluded.method_id, label = excluded.label, "
        "updated_at = excluded.updated_at, removed_at = NULL, next_attempt_at = NULL RETURNING id",
        new_uid(),
        now(),
        scope.platform_id,
        scope.environment,
        customer_id,
        method_id,
        kind,
        provider,
        fingerprint[:191],
        label[:80],
        code,
        email,
        phone,
        network,
    )
    await execute("UPDATE customer_order SET stored_method_id = $2 WHERE id = $1", order_id, rows[0]["id"])
