"""Collecting what is owed of an order with its stored method: from a shopping card at once, else by an attempt."""

from dataclasses import dataclass
from uuid import UUID

from core.db import Row, fetch_one, for_update
from core.errors import InvalidInput, NotFound, PaymentFailed, PaymentPending
from core.jobs import enqueue
from core.money import format_money
from services.buyers import Buyer
from services.cards import card_of
from services.checkout.methods import payer_email
from services.deposits.authorizing import active_authorization, capture
from services.deposits.charges import allocate, outstanding
from services.deposits.methods import method_of
from services.deposits.settling import book_balance, count_collected
from services.ledger import Side, shared_account
from services.orders.reading import ORDER_COLUMNS
from services.payments.opening import BegunBy, Opened, open_attempt, open_payment
from services.payments.settling import lock_payment
from services.tenants import Scope

NO_METHOD = (
    "There is no stored payment method for this order. Its customer can pay it by the link in their messages."
)


@dataclass(frozen=True, slots=True)
class Collection:
    """A payment that was made or begun; `opened` where a provider is still to be asked."""

    payment_id: int
    opened: Opened | None = None


async def lock_order(
    scope: Scope, *, order_id: int | None = None, code: str | None = None, uid: UUID | None = None
) -> Row:
    """A placed order's row (`ORDER_COLUMNS`), locked until the transaction ends. Raises `NotFound`."""
    column, value = next((c, v) for c, v in (("id", order_id), ("code", code), ("uid", uid)) if v is not None)
    row = await fetch_one(
        f"SELECT {ORDER_COLUMNS} FROM customer_order o WHERE o.{column} = $1 AND o.platform_id = $2 "
        f"AND o.environment = $3 AND o.placed_at IS NOT NULL{for_update()}",
        value,
        scope.platform_id,
        scope.environment,
    )
    if row is None:
        raise NotFound("There is no such order.", field="id")
    return row


async def owed(order: Row, amount_minor: int | None) -> int:
    """The amount to collect of a locked order: all that is owed where none is said.

    Raises `InvalidInput` where nothing is owed, or less than `amount_minor`.
    """
    whole = await outstanding(order["id"])
    if not whole:
        raise InvalidInput("Nothing is owed for this order.", field="id")
    if amount_minor is None:
        return whole
    if not 0 < amount_minor <= whole:
        most = format_money(whole, order["currency"])
        raise InvalidInput(f"Between 0 and {most}, which is what is owed, can be collected.", field="amount")
    return amount_minor


async def no_payment_under_way(order: Row) -> None:
    """Raises `PaymentPending` while it isn't known what becomes of another payment for a locked order."""
    row = await fetch_one(
        "SELECT id FROM payment WHERE order_id = $1 AND state IN ('Created', 'Pending')", order["id"]
    )
    if row is not None:
        raise PaymentPending(field="id")


async def stored_method(order: Row) -> Row:
    """The method that a locked order is collected with. Raises `PaymentFailed` where there is none."""
    method = await method_of(order)
    if method is None:
        raise PaymentFailed(NO_METHOD, field="id")
    return method


async def collect(scope: Scope, order: Row, method: Row, amount_minor: int, begun_by: BegunBy) -> Collection:
    """Begin to collect an amount (`owed`) of a locked order with its stored method, in the caller's transaction.

    Raises `PaymentPending` where another payment is under way, `InsufficientFunds`.
    """
    held = await active_authorization(order["id"])
    buyer = Buyer(scope, order["channel"], customer_id=order["customer_id"])
    payment_id = await open_payment(
        buyer,
        purpose="balance",
        method_id=method["method_id"],
        amount_minor=amount_minor,
        order_id=order["id"],
        settled=method["kind"] == "card",
        begun_by=begun_by,
        authorization_id=held["id"] if held else None,
    )
    if method["kind"] == "card":
        await _take(scope, order, payment_id, amount_minor, held)
        return Collection(payment_id)
    opened = await open_attempt(
        payment_id,
        provider=method["provider"],
        kind="stored" if method["kind"] == "stored" else "mobile_money",
        request=await request_of(buyer, order, method),
    )
    if opened.lease is None:
        await enqueue("work_attempt", opened.attempt_id)
    return Collection(payment_id, opened)


async def request_of(buyer: Buyer, order: Row, method: Row) -> dict[str, str]:
    """What an attempt with a stored method tells its provider."""
    if method["kind"] == "stored":
        return {"code": method["code"], "email": method["email"]}
    email = await payer_email(buyer, order["code"])
    return {"phone": method["phone"], "network": method["network"], "email": email}


async def _take(scope: Scope, order: Row, payment_id: int, amount_minor: int, held: Row | None) -> None:
    """Take from the customer's card, first what is set aside of it."""
    await allocate(order["id"], amount_minor)
    set_aside = min(held["left_minor"], amount_minor) if held and held["kind"] == "card" else 0
    sides: list[Side] = [(await shared_account(scope, "receivable", "receivable"), amount_minor)]
    if set_aside:
        sides.append((await shared_account(scope, "held", "held"), -set_aside))
    if amount_minor > set_aside:
        card = await card_of(scope, order["customer_id"])
        sides.append((card.account, set_aside - amount_minor))
    await book_balance(scope, payment_id, order, sides)
    payment = await lock_payment(payment_id)
    await capture(payment, set_aside or amount_minor)
    await count_collected(scope, order, payment, amount_minor)
