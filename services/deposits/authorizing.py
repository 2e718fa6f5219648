"""Money set aside for an order: held on a shopping card, or our own record over a stored card.

No gateway here can authorise without charging (PROVIDERS.md: Paystack's pre-authorisation is for ZAR alone), so over
a stored card it is a promise of ours to ask no more than that; the card is charged when it is collected.
"""

from datetime import timedelta

from core.clock import now
from core.db import Row, execute, fetch, fetch_one, for_update, transaction
from core.errors import PaymentPending
from core.ids import new_uid
from core.states import StateTable
from services.cards import card_of
from services.ledger import post, shared_account
from services.orders.events import record
from services.orders.reading import ORDER_COLUMNS
from services.tenants import Scope, scope_by_id

AUTHORIZATION_STATES = StateTable.of(
    "authorization",
    "payment_authorization",
    Active="Collected Voided Expired",
    Collected="",
    Voided="",
    Expired="",
)
# As long as card networks usually keep one.
LIFETIME = timedelta(days=7)


async def active_authorization(order_id: int) -> Row | None:
    """What is set aside for an order, locked: what of it is left is `left_minor`."""
    return await fetch_one(
        "SELECT a.id, a.uid, a.order_id, a.amount_minor, a.collected_minor, a.amount_minor - a.collected_minor AS left_minor, "
        "a.stored_method_id, s.kind, a.created_at, a.updated_at FROM payment_authorization a "
        "JOIN stored_method s ON s.id = a.stored_method_id WHERE a.order_id = $1 AND a.state = 'Active'"
        f"{for_update() and ' FOR UPDATE OF a'}",
        order_id,
    )


async def set_aside(scope: Scope, order: Row, method: Row, amount_minor: int) -> int:
    """Set money aside for a locked order, in the caller's transaction; from a shopping card it is taken now and held. The
    authorization's id.

    Raises `PaymentPending` where something is set aside already, `InsufficientFunds`.
    """
    rows = await fetch(
        "INSERT INTO payment_authorization (uid, created_at, updated_at, platform_id, environment, order_id, "
        "stored_method_id, state, currency, amount_minor, collected_minor, expires_at) "
        "VALUES ($1, $2, $2, $3, $4, $5, $6, 'Active', $7, $8, 0, $9) ON CONFLICT DO NOTHING RETURNING id",
        new_uid(),
        now(),
        scope.platform_id,
        scope.environment,
        order["id"],
        method["id"],
        order["currency"],
        amount_minor,
        now() + LIFETIME,
    )
    if not rows:
        raise PaymentPending("There is an active authorization already. Void it first.", field="id")
    if method["kind"] == "card":
        card = await card_of(scope, method["customer_id"])
        await post(
            scope,
            key=f"authorization:{rows[0]['id']}",
            kind="authorization",
            narrative=f"Set aside for order {order['code']}",
            sides=[
                (card.account, -amount_minor),
                (await shared_account(scope, "held", "held"), amount_minor),
            ],
        )
    authorization_id: int = rows[0]["id"]
    await record(order["id"], "authorized", authorization=authorization_id, amount=amount_minor)
    return authorization_id


async def capture(payment: Row, amount_minor: int) -> None:
    """Count a collected payment towards the authorization that it was taken under, in the caller's transaction."""
    if payment["authorization_id"] is None:
        return
    await execute(
        "UPDATE payment_authorization SET updated_at = $3, "
        "collected_minor = CASE WHEN collected_minor + $2 > amount_minor THEN amount_minor ELSE collected_minor + $2 END, "
        "state = CASE WHEN state = 'Active' AND collected_minor + $2 >= amount_minor THEN 'Collected' ELSE state END "
        "WHERE id = $1",
        payment["authorization_id"],
        amount_minor,
        now(),
    )


async def release_authorization(scope: Scope, order: Row, to: str = "Voided") -> bool:
    """Let go of what is set aside for a locked order and was not collected, in the caller's transaction.

    On a shopping card it is there again. False where nothing is set aside.
    """
    held = await active_authorization(order["id"])
    if held is None or not await AUTHORIZATION_STATES.move(held["id"], "Active", to):
        return False
    if held["kind"] == "card" and held["left_minor"]:
        card = await card_of(scope, order["customer_id"])
        await post(
            scope,
            key=f"authorization:{held['id']}:released",
            kind="authorization_released",
            narrative=f"No longer set aside for order {order['code']}",
            sides=[
                (await shared_account(scope, "held", "held"), -held["left_minor"]),
                (card.account, held["left_minor"]),
            ],
        )
    await record(order["id"], "authorization_released", authorization=held["id"], amount=held["left_minor"])
    return True


async def expire_authorizations() -> int:
    """Let go of what was set aside for longer than it holds; how many there were."""
    rows = await fetch(
        "SELECT id, order_id, platform_id, environment FROM payment_authorization "
        "WHERE state = 'Active' AND expires_at <= $1 ORDER BY expires_at LIMIT 50",
        now(),
    )
    ended = 0
    for row in rows:
        scope = await scope_by_id(row["platform_id"], row["environment"])
        async with transaction():
            order = await fetch_one(
                f"SELECT {ORDER_COLUMNS} FROM customer_order o WHERE o.id = $1{for_update()}", row["order_id"]
            )
            # A collection that is under way may still use it.
            under_way = await fetch_one(
                "SELECT id FROM payment WHERE authorization_id = $1 AND state IN ('Created', 'Pending')",
                row["id"],
            )
            if order and not under_way:
                ended += await release_authorization(scope, order, "Expired")
    return ended
